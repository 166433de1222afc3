// A field while it is edited: Escape leaves it, the calendar types for you, and what was typed before is there again.

import { isTyped, keep, restore, within } from "./drafts.js";

const FORMS = ".fact-form, .case-form";

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(`${FORMS}, .bulk-form`);
  if (!form) return;
  if (event.key === "Enter" && event.target.matches("[type=search]")) return event.preventDefault(); // it looks, it does not send
  if (event.key !== "Escape" || !form.matches(".fact-form")) return;
  event.preventDefault();
  const typed = isTyped(form);
  form.querySelector("[data-cancel]").click();
  if (typed) keep(form); // Escape leaves it; only Cancel lets go of what was typed
});

// The calendar is offered only where there is a script to take a day from it.
const prepare = (root) => {
  for (const calendar of within(root, ".calendar[hidden]")) calendar.hidden = false;
  for (const form of within(root, FORMS)) restore(form);
};
document.addEventListener("input", ({ target }) => {
  if (!target.matches(".calendar") || !target.value) return;
  target.previousElementSibling.value = target.value.split("-").reverse().join("/");
});

document.addEventListener("htmx:load", ({ detail }) => prepare(detail.elt));
prepare(document);
