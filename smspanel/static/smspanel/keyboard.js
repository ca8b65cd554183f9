"use strict";
// unfold makes things clickable that are neither buttons nor links: Tab reaches them, and Enter and Space press them.
const CLICKABLE = "[x-on\\:click]:not(a[href], button, input, select, textarea, summary, [tabindex], #changelist-filter-close)";

function reach(part) {
  if (!(part instanceof Element)) return;
  for (const one of [part, ...part.querySelectorAll(CLICKABLE)]) {
    if (!one.matches(CLICKABLE)) continue;
    one.tabIndex = 0;
    one.setAttribute("role", "button");
  }
  // An icon is a word of a font: beside other words nobody should hear it.
  for (const icon of part.querySelectorAll("span.material-symbols-outlined")) {
    if (icon.parentElement.textContent.trim() !== icon.textContent.trim()) icon.setAttribute("aria-hidden", "true");
  }
}

document.addEventListener("DOMContentLoaded", () => {
  reach(document.body);
  const watcher = new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach(reach)));
  watcher.observe(document.body, { childList: true, subtree: true });
});

document.addEventListener("keydown", (event) => {
  const one = event.target;
  if (event.key === "Escape" && one.closest("#nav-sidebar")) {
    const close = document.getElementById("menu-close");
    if (close.offsetParent) close.click();
  } else if (["Enter", " "].includes(event.key) && one.matches("[x-on\\:click][role=button]:not(button, a[href])")) {
    event.preventDefault();
    one.click();
    // The filters lie at the end of the page, whatever opened them.
    const filters = "#changelist-filter :is(a[href], input, select)";
    if (one.getAttribute("x-on:click").includes("filterOpen")) setTimeout(() => document.querySelector(filters)?.focus());
  }
});

// The page is hidden until Alpine has started, and the browser has given up on focusing by then.
document.addEventListener("alpine:initialized", () => {
  setTimeout(() => {
    if (document.activeElement === document.body) document.querySelector("[autofocus]")?.focus();
  });
});
