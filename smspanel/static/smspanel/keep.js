"use strict";
// Keeps what is typed into a form until it is saved, in this tab alone, and puts it back when the session had ended.
// A form is kept on a page with #kept (templates/panel/_keep.html), which names it and says what is to be said.
(() => {
  const PREFIX = "kept ";
  const NEVER = ["hidden", "password", "file", "submit", "button", "reset"];

  function read(key) {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  }

  function write(key, entry) {
    try {
      sessionStorage.setItem(key, JSON.stringify(entry));
    } catch {
      // The browser keeps nothing, or nothing more.
    }
  }

  const remove = (key) => sessionStorage.removeItem(key);
  const kept = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));

  function typedInto(form) {
    return [...form.elements].filter((field) => field.name && !NEVER.includes(field.type));
  }

  function valuesOf(field) {
    if (field.type === "checkbox" || field.type === "radio") return field.checked ? [field.value] : [];
    return field.multiple ? [...field.selectedOptions].map((option) => option.value) : [field.value];
  }

  function stateOf(form) {
    const state = {};
    for (const field of typedInto(form)) (state[field.name] ??= []).push(...valuesOf(field));
    return state;
  }

  function filesOf(form) {
    return [...form.querySelectorAll("input[type=file]")].flatMap((field) => [...field.files].map((file) => file.name));
  }

  function putBack(form, state) {
    for (const field of typedInto(form)) {
      const values = state[field.name];
      const before = JSON.stringify(valuesOf(field));
      if (!values) continue;
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
      else if (field.multiple) for (const option of field.options) option.selected = values.includes(option.value);
      else field.value = values[0] ?? "";
      if (JSON.stringify(valuesOf(field)) === before) continue;
      field.closest("details")?.setAttribute("open", "");
      for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
    }
  }

  function say(note, ...what) {
    note.hidden = what.length === 0;
    for (const part of note.querySelectorAll("[data-say]")) part.hidden = !what.includes(part.dataset.say);
  }

  // What was submitted and answered by a page of the panel is saved; the page of a draft is where "back" leads.
  function settle(cameBack) {
    const interrupted = document.querySelector("#login-form, [data-interrupted]");
    const isSignedOut = document.querySelector("#login-form") && !location.search.includes("next=");
    const draft = document.querySelector("[data-draft]")?.dataset.draft;
    for (const key of kept()) {
      const entry = read(key);
      if (!entry || isSignedOut) remove(key);
      else if (entry.submitted && interrupted) write(key, { ...entry, submitted: false, interrupted: true });
      else if (entry.submitted && !cameBack) draft ? write(key, { draft }) : remove(key);
    }
  }

  function offer(note, form, key) {
    const entry = read(key);
    const isLost = entry?.state && JSON.stringify(entry.state) !== JSON.stringify(stateOf(form));
    if (!isLost) {
      remove(key);
      return;
    }
    note.querySelector("[data-files]").textContent = (entry.files ?? []).join(", ");
    const files = entry.files?.length ? ["files"] : [];
    if (entry.interrupted) {
      putBack(form, entry.state);
      say(note, "interrupted", ...files);
      write(key, { state: stateOf(form), files: [] });
      return;
    }
    note.dataset.waits = "";
    say(note, "left", ...files);
    note.addEventListener("click", (event) => {
      const wish = event.target.closest("[data-do]")?.dataset.do;
      if (!wish) return;
      delete note.dataset.waits;
      if (wish === "put-back") {
        putBack(form, entry.state);
        write(key, { state: stateOf(form), files: [] });
      } else remove(key);
      say(note, ...(wish === "put-back" ? files : []));
    });
  }

  function watch(note, form, key) {
    const keep = (more) => write(key, { state: stateOf(form), files: filesOf(form), ...more });
    let timer;
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(() => "waits" in note.dataset || keep(), 200);
    };
    if ("bound" in note.dataset) keep();
    for (const name of ["input", "change"]) form.addEventListener(name, later);
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      keep({ submitted: true });
    });
    // select2 tells its jQuery alone.
    window.django?.jQuery?.(form).on("change", "select", later);
    note.querySelector("[data-sign-in]").addEventListener("click", () => keep({ submitted: true }));
  }

  function arrive(cameBack) {
    settle(cameBack);
    const note = document.getElementById("kept");
    const form = note && document.querySelector(note.dataset.form);
    if (!form) return;
    const key = PREFIX + note.dataset.key;
    const owner = PREFIX + note.dataset.key.split(" ")[0] + " ";
    for (const other of kept()) if (!other.startsWith(owner)) remove(other);
    const draft = read(key)?.draft;
    if (draft && cameBack) {
      remove(key);
      location.replace(draft);
      return;
    }
    offer(note, form, key);
    watch(note, form, key);
  }

  // A part of a page that is asked for after the session ended is answered with the sign-in page.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!event.detail.xhr.responseText.includes('id="login-form"')) return;
    event.detail.shouldSwap = false;
    const note = document.getElementById("kept");
    const watches = event.detail.target.matches("[hx-trigger*=delay]:not(#counter)");
    if (!note) watches && location.reload();
    else if (!("waits" in note.dataset)) say(note, "ended");
  });

  document.addEventListener("DOMContentLoaded", () => {
    arrive(performance.getEntriesByType("navigation")[0]?.type !== "navigate");
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) arrive(true);
  });
})();
