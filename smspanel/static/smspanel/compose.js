"use strict";
// Puts a merge tag where the cursor is, and asks for a new count.
document.getElementById("tags").addEventListener("click", (event) => {
  const tag = event.target.dataset.tag;
  if (!tag) return;
  const text = document.getElementById("id_text");
  text.setRangeText(tag, text.selectionStart, text.selectionEnd, "end");
  text.focus();
  document.getElementById("counter").dispatchEvent(new Event("recount"));
});
