"use strict";

const EVERY = 2000;
const WORDS = {
  sent: "on its way",
  delivered: "✓ delivered",
  undelivered: "✕ not delivered",
  expired: "✕ expired",
  rejected: "✕ rejected",
};
const PROVIDERS = { serwersms: "SerwerSMS", justsend: "JustSend", jomobile: "JO Mobile", hostedsms: "HostedSMS" };

const LOST = ["undelivered", "expired", "rejected"];

const threads = document.getElementById("threads");
const statusLine = document.getElementById("status");
const field = document.getElementById("number");
let shown = "";
let timer = 0;
let asked = 0;

function element(name, className, text) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function readable(number) {
  const polish = /^48(\d{3})(\d{3})(\d{3})$/.exec(number);
  return polish ? `+48 ${polish[1]} ${polish[2]} ${polish[3]}` : `+${number}`;
}

function readableTime(moment, now) {
  const today = moment.toDateString() === now.toDateString();
  return moment.toLocaleString([], today ? { timeStyle: "medium" } : { dateStyle: "medium", timeStyle: "short" });
}

function bubble(sms, now) {
  const lost = LOST.includes(sms.state);
  const item = element("li", lost ? "lost" : "");
  const origin = element("div", "origin");
  origin.append(element("span", "sender", sms.sender || "ECO (no sender name)"));
  origin.append(element("span", "provider", PROVIDERS[sms.provider] || sms.provider));
  const time = element("time", "", readableTime(new Date(sms.at), now));
  time.dateTime = sms.at;
  const reason = sms.state !== "expired" && sms.reason ? `: ${sms.reason.replaceAll("_", " ")}` : "";
  const meta = element("div", "meta");
  meta.append(time, element("span", lost ? "failed" : sms.state, (WORDS[sms.state] || sms.state) + reason));
  meta.append(element("span", "", sms.parts === 1 ? "1 part" : `${sms.parts} parts`));
  item.append(origin, element("p", "bubble", sms.text), meta);
  return item;
}

function thread(number, messages, now) {
  const card = element("article", "thread");
  const heading = element("h2");
  heading.append(element("span", "number", readable(number)));
  heading.append(element("span", "count", messages.length === 1 ? "1 SMS" : `${messages.length} SMS`));
  const list = element("ol");
  list.tabIndex = 0;
  list.setAttribute("aria-label", `SMS to ${readable(number)}`);
  list.append(...messages.map((sms) => bubble(sms, now)));
  card.append(heading, list);
  return card;
}

function sentence(answer) {
  const count = answer.messages.length;
  if (count === 0) return field.value.trim() ? "No SMS to such a number." : "No SMS yet. Send one from the panel.";
  return count < answer.limit ? `${count} SMS, the newest first.` : `The newest ${count} SMS. Search to see others.`;
}

function show(answer) {
  const news = JSON.stringify(answer.messages) + field.value.trim();
  if (news === shown) return;
  shown = news;
  const now = new Date(answer.now);
  const byNumber = new Map();
  for (const sms of answer.messages) byNumber.set(sms.number, [...(byNumber.get(sms.number) || []), sms]);
  threads.replaceChildren(...Array.from(byNumber, ([number, messages]) => thread(number, messages, now)));
  statusLine.textContent = sentence(answer);
}

async function refresh() {
  clearTimeout(timer);
  asked += 1;
  const turn = asked;
  try {
    const response = await fetch(`/phone.json?number=${encodeURIComponent(field.value.trim())}`);
    const answer = await response.json();
    if (turn === asked) show(answer);
  } catch {
    shown = "";
    statusLine.textContent = "The simulator does not answer. Trying again…";
  }
  if (turn === asked && !document.hidden) timer = setTimeout(refresh, EVERY);
}

field.addEventListener("input", refresh);
document.getElementById("search").addEventListener("submit", (event) => {
  event.preventDefault();
  refresh();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) refresh();
});
refresh();
