// New case, Duplicate and Delete: a form in a dialog. Without script the same links open the same forms as pages.

import { isOurs, notify, opensElsewhere } from "../dom.js";
import { closable, closesWhenAnswered } from "../shell/dialogs.js";

const dialog = document.getElementById("case-dialog");
const asks = document.getElementById("case-asks");
let from = null;

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".in-dialog");
  if (!link || event.defaultPrevented || opensElsewhere(event)) return;
  event.preventDefault();
  open(link);
});

async function open(link) {
  from = dialog.dataset.slot = link.getAttribute("href");
  await htmx.ajax("GET", from, { swap: "none" }).catch(() => {});
  if (!asks.querySelector("form")) return;
  dialog.showModal();
  asks.querySelector("[autofocus]")?.focus();
}

closable(dialog);
document.addEventListener("htmx:afterRequest", ({ detail: { xhr, requestConfig } }) => {
  const unheard = requestConfig.verb === "get" && requestConfig.path === from && !isOurs(xhr);
  if (unheard) notify("no-form");
});
closesWhenAnswered(dialog, "post");
dialog.addEventListener("close", () => {
  asks.replaceChildren();
  document.querySelector(`.in-dialog[href="${from}"]`)?.focus();
});
