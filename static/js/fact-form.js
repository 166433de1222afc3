// A field while it is edited: Escape leaves it, the calendar types for you, and what was typed outlives a session.
// Kept are what was typed and where, in this tab alone, until the same field is opened again by the same person.

const FORMS = ".fact-form, .case-form";
const FIELDS = "input:not([type=hidden], [type=search]), select";

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(FORMS);
  if (!form) return;
  if (event.key === "Enter" && event.target.matches("[type=search]")) return event.preventDefault(); // it looks, it does not send
  if (event.key !== "Escape" || !form.matches(".fact-form")) return;
  event.preventDefault();
  form.querySelector("[data-cancel]").click();
});

// The calendar is offered only where there is a script to take a day from it.
const prepare = (root) => {
  for (const calendar of root.querySelectorAll(".calendar[hidden]")) calendar.hidden = false;
  for (const form of root.querySelectorAll(FORMS)) restore(form);
};
document.addEventListener("input", ({ target }) => {
  if (!target.matches(".calendar") || !target.value) return;
  target.previousElementSibling.value = target.value.split("-").reverse().join("/");
});

const KEY = "typed";
function keep(form) {
  const fields = [...form.querySelectorAll(FIELDS)].map((field) => [field.name, field.value, field.checked]);
  sessionStorage.setItem(KEY, JSON.stringify({ who: form.dataset.who, at: form.getAttribute("action"), fields }));
}
document.addEventListener("htmx:afterRequest", ({ detail: { xhr, elt } }) => {
  if (xhr.getResponseHeader("X-Signed-Out") && elt.matches(FORMS)) keep(elt);
});
document.addEventListener("session:ended", () => {
  const form = document.querySelector(FORMS);
  if (form) keep(form);
});

function restore(form) {
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  if (kept?.at !== form.getAttribute("action")) return;
  sessionStorage.removeItem(KEY);
  if (kept.who !== form.dataset.who) return; // somebody else's words
  for (const [name, value, checked] of kept.fields) {
    for (const field of form.querySelectorAll(FIELDS)) {
      if (field.name !== name) continue;
      if (!field.matches("[type=checkbox]")) field.value = value;
      else if (field.value === value) field.checked = checked;
    }
  }
}

document.addEventListener("htmx:load", ({ detail }) => prepare(detail.elt.parentElement ?? document));
prepare(document);
