// The list of keys, drawn from the table that handles them; opened by ? and from the Display menu.

import { closable } from "./dialogs.js";
import { KEYS } from "./keys.js";

const NAMES = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", " ": "Space", Escape: "Esc" };
const dialog = document.getElementById("keys");
const drawn = (part) => dialog.querySelector(`[data-part="${part}"]`).content.firstElementChild.cloneNode(true);
const nameOf = (key) => NAMES[key] ?? key;
const spoken = (key) => key.split("+").map((part, at, all) => (all.length > 1 && at === all.length - 1 ? nameOf(part).toUpperCase() : nameOf(part))).join(" ");

for (const when of new Set(KEYS.map((row) => row.when))) {
  const section = drawn("section");
  section.querySelector("h3").textContent = when.words;
  section.querySelector("dl").append(...KEYS.filter((row) => row.when === when).map(rowOf));
  dialog.querySelector(".keys-sections").append(section);
}

function rowOf({ keys, shown, does }) {
  const row = drawn("row");
  row.querySelector("dt").append(...(shown ? [shown] : keys.map(spoken)).flatMap((text) => [kbdOf(text), " "]));
  row.querySelector("dd").textContent = does;
  return row;
}

function kbdOf(text) {
  const kbd = drawn("key");
  kbd.textContent = text;
  return kbd;
}

const opener = document.querySelector("[data-keys]");
opener.hidden = false;
opener.addEventListener("click", () => {
  const menu = opener.closest("details");
  menu.open = false;
  menu.querySelector("summary").focus(); // where the focus comes back to
  dialog.showModal();
});
closable(dialog);
