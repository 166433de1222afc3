// A column that asks for more than the case has: what is lacking is asked for in a dialog, and sent with the move in one.
// The card is back where it was already; Cancel leaves it there. Without script the same link opens the same form as a page.

import { opensElsewhere } from "../dom.js";
import { isTyped, restore } from "../forms/drafts.js";
import { closable, closesWhenAnswered } from "../shell/dialogs.js";

const dialog = document.getElementById("needs");
let about = null; // the case that is asked about

const noticesOf = (id) => document.querySelectorAll(`#notices .notice[data-about="${id}"]`);
const cardOf = (id) => document.querySelector(`.card[data-case="${id}"] .card-link`);

async function ask(link) {
  if (dialog.open) return;
  about = link.closest(".notice").dataset.about;
  await htmx.ajax("GET", link.href, { target: dialog, swap: "innerHTML" }).catch(() => null);
  if (!dialog.querySelector("form")) return dialog.replaceChildren(); // its link stays on the notice
  for (const open of document.querySelectorAll("dialog[open]:not(.session)")) if (open !== dialog) open.close();
  restore(dialog.querySelector("form"));
  dialog.showModal();
  dialog.querySelector("form [id^=need-]")?.focus();
}

// A drop that was answered with the question opens the form at once; later the notice's own link does.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.xhr.status === 409 && detail.requestConfig.verb !== "get") {
    const link = document.querySelector("#notices .notice:first-child [data-needs]");
    if (link) setTimeout(() => ask(link));
  }
});
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-needs]");
  if (!link || opensElsewhere(event)) return;
  event.preventDefault();
  ask(link);
});

closable(dialog);

// Another wish is another intent.
dialog.addEventListener("input", ({ target }) => (target.form.elements.intent.value = ""));

// A move that was answered leaves no form behind; one that lacks something still leaves it with what is wrong.
closesWhenAnswered(dialog, "put");
document.addEventListener("htmx:afterSettle", ({ detail }) => detail.requestConfig?.elt.matches(".needs-form") && dialog.querySelector("[aria-invalid]")?.focus());
dialog.addEventListener("close", () => {
  if (dialog.querySelector("form") && !isTyped(dialog)) for (const notice of noticesOf(about)) notice.remove();
  dialog.replaceChildren();
  cardOf(about)?.focus();
});
