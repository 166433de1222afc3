// Menus that are details: Escape and a click elsewhere close them, and a hand inside one keeps it. Without script they
// stay until they are closed at their heading.

const MENUS = "details.views, details.look:not(.filters)"; // that of the filters looks after itself
const open = () => [...document.querySelectorAll(MENUS)].filter((menu) => menu.open);

document.addEventListener("pointerdown", ({ target }) => {
  for (const menu of open()) if (!menu.contains(target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && open().find((each) => each.contains(document.activeElement));
  if (!menu) return;
  event.stopPropagation();
  menu.open = false;
  menu.querySelector("summary").focus();
});
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
