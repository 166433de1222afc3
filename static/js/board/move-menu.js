// "Move to…": the card's move form in a dialog. Without script the same link opens the same form as a page.

import { notify, opensElsewhere } from "../dom.js";
import { closable, closesWhenAnswered } from "../shell/dialogs.js";

const dialog = document.getElementById("move-menu");
let card = null;

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.(".card-menu");
  if (!link || event.defaultPrevented || opensElsewhere(event)) return;
  event.preventDefault();
  card = link.closest(".card").id;
  await htmx.ajax("GET", link.href, { target: dialog, swap: "innerHTML" }).catch(() => notify("no-menu"));
  if (!dialog.querySelector("form")) return dialog.replaceChildren();
  dialog.showModal();
  dialog.querySelector(":checked")?.focus();
});

closable(dialog);
dialog.addEventListener("input", ({ target }) => {
  target.form.elements.intent.value = ""; // another wish is another intent
  if (target.matches(".number")) dialog.querySelector('[name="edge"][value="number"]').checked = true;
});

closesWhenAnswered(dialog, "put");
dialog.addEventListener("close", () => {
  dialog.replaceChildren();
  document.querySelector(`#${card} .card-menu`)?.focus();
});
