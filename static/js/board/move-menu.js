// "Move to…": the card's move form in a dialog. Without script the same link opens the same form as a page.

import { closable } from "../shell/dialogs.js";

const dialog = document.getElementById("move-menu");
let card = null;

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.(".card-menu");
  if (!link || event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  card = link.closest(".card").id;
  await htmx.ajax("GET", link.href, { target: dialog, swap: "innerHTML" }).catch(() => unreachable());
  if (!dialog.querySelector("form")) return dialog.replaceChildren();
  dialog.showModal();
  dialog.querySelector(":checked")?.focus();
});

const unreachable = () => document.getElementById("notices").prepend(document.getElementById("no-menu").content.cloneNode(true));

closable(dialog);
dialog.addEventListener("input", ({ target }) => {
  target.form.elements.intent.value = ""; // another wish is another intent
  if (target.matches(".number")) dialog.querySelector('[name="edge"][value="number"]').checked = true;
});

// A move that was answered leaves no form behind; one that could not be understood leaves it with what is wrong.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.requestConfig.verb === "put" && dialog.open && !dialog.querySelector("form")) dialog.close();
});
dialog.addEventListener("close", () => {
  dialog.replaceChildren();
  document.querySelector(`#${card} .card-menu`)?.focus();
});
