"use strict";
// Puts what is picked where the cursor is, and asks for a new count.
const text = document.getElementById("id_text");
const picker = document.getElementById("tags");

function changed() {
  document.getElementById("counter").dispatchEvent(new Event("recount"));
}

function insert(words) {
  text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
  text.focus();
  changed();
}

picker.addEventListener("click", (event) => {
  const button = event.target.closest("[data-tag]");
  if (!button) return;
  picker.open = false;
  insert(button.dataset.tag);
});

picker.addEventListener("keydown", (event) => {
  const buttons = [...picker.querySelectorAll("[data-tag]")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    picker.open = true;
    const last = buttons.length - 1;
    const here = buttons.indexOf(document.activeElement);
    buttons[Math.min(last, Math.max(0, here + step))].focus();
  } else if (event.key === "Escape") {
    picker.open = false;
    text.focus();
  }
});

document.addEventListener("change", (event) => {
  if (event.target.id !== "template") return;
  const chosen = event.target.selectedOptions[0].dataset.text;
  event.target.value = "";
  if (chosen) insert(chosen);
});

// The server has spelled it; whoever writes sees it in the field before anything is saved.
document.getElementById("counter").addEventListener("click", (event) => {
  const button = event.target.closest("[data-plain]");
  if (!button) return;
  text.value = button.dataset.plain;
  text.focus();
  changed();
});

// A part belongs to some values of a field: data-when="variant ECO_RESP,PRO_RESP" or "variant !VOICE".
function showParts() {
  for (const part of document.querySelectorAll("[data-when]")) {
    const [name, wanted] = part.dataset.when.split(" ");
    const value = document.getElementById(`id_${name}`).value;
    part.hidden = wanted.startsWith("!") ? value === wanted.slice(1) : !wanted.split(",").includes(value);
  }
}

for (const name of ["variant", "kind"]) document.getElementById(`id_${name}`).addEventListener("change", showParts);
showParts();

// select2 gives its boxes no name: each gets that of the list it stands for, once unfold's own call has made them.
django.jQuery(() => {
  for (const box of document.querySelectorAll(".select2-search__field")) {
    const [label] = box.closest(".select2-container").previousElementSibling.labels;
    box.setAttribute("aria-label", label.textContent.trim());
  }
});
