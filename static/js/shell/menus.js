// Menus that are details: Escape and a click elsewhere close them, and a hand inside one keeps it. Without script they
// stay until they are closed at their heading.

import { board } from "../dom.js";

const MENUS = "details:is(.look, .views, .lane-choice)[open]";
const open = () => [...document.querySelectorAll(MENUS)];

document.addEventListener("pointerdown", ({ target }) => {
  for (const menu of open()) if (!menu.contains(target)) menu.open = false;
});
// One Escape, one thing: what is in hand or in a dialog, then a menu, then the open case, then the selection. Whoever
// acts on it prevents the default, and whoever comes later looks whether somebody did.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || board?.lifted || document.querySelector("dialog[open]")) return;
  const menu = open()[0];
  if (!menu) return;
  event.preventDefault();
  menu.open = false;
  menu.querySelector("summary").focus();
}, true);
// By keys too only one is open: the focus that leaves a menu closes it.
document.addEventListener("focusin", ({ target }) => {
  for (const menu of open()) if (!menu.contains(target)) menu.open = false;
});

// Another view is chosen: the board is drawn anew, and the menu is done with.
document.addEventListener("click", ({ target }) => {
  const menu = target.closest?.("a[data-lens]")?.closest("details.views");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
