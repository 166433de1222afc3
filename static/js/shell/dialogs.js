// How a dialog is closed: by what says so, or by a click that began and ended beside it; the latter not where somebody
// has typed. What was typed is kept, but for what Cancel lets go of.

import { isTyped, keepIn, letGo } from "../forms/drafts.js";

export function closable(dialog) {
  let beside = false;
  dialog.addEventListener("pointerdown", ({ target }) => (beside = target === dialog));
  dialog.addEventListener("click", (event) => {
    if (event.defaultPrevented) return; // a notice that is closed in it
    const act = event.target.closest("[data-close]");
    if (!act && (event.target !== dialog || !beside || isTyped(dialog))) return;
    event.preventDefault();
    if (act) letGo(dialog);
    dialog.close();
  });
  dialog.addEventListener("close", () => keepIn(dialog));
}

// What was answered leaves no form behind; what could not be done leaves it with what is wrong.
export function closesWhenAnswered(dialog, verb) {
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.requestConfig.verb === verb && dialog.open && !dialog.querySelector("form")) dialog.close();
  });
}
