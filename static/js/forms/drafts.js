// What was typed and not sent is nobody's to throw away: it is kept where a form goes, in this tab alone, until the same
// form is opened again by the same person. Cancel lets go of it.

import { isSignedOut } from "../dom.js";
import { SESSION_ENDED } from "../events.js";

const FORMS = "form[data-who]";
const FIELDS = "input:not([type=hidden], [type=search]), select, textarea";
const KEY = "typed";

const slotOf = (form) => form.closest("[data-slot]")?.dataset.slot ?? form.getAttribute("action");
const kept = () => JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
const put = (slot, words) => sessionStorage.setItem(KEY, JSON.stringify({ ...kept(), [slot]: words }));

// Itself or in it. Cards come by the dozen, so what is beside one that came is not looked at for each.
export const within = (root, what) => [...(root.matches?.(what) ? [root] : []), ...root.querySelectorAll(what)];
export const isTyped = (root) => root.matches("[data-typed]") || root.querySelector("[data-typed]") !== null;
export const letGo = (root) => root.querySelectorAll("[data-typed]").forEach((form) => form.removeAttribute("data-typed"));
export const keepIn = (root) => root.querySelectorAll(`${FORMS}[data-typed]`).forEach(keep);

export function keep(form) {
  const fields = [...form.querySelectorAll(FIELDS)].map((field) => [field.name, field.value, field.checked, field.closest("label")?.textContent]);
  put(slotOf(form), { who: form.dataset.who, fields });
}

export function restore(form) {
  const slot = slotOf(form);
  const words = kept()[slot];
  if (!words) return;
  put(slot);
  if (words.who !== form.dataset.who) return; // somebody else's words
  for (const each of words.fields) fill(form, each);
  form.toggleAttribute("data-typed", true);
}

function fill(form, [name, value, checked, label]) {
  const fields = [...form.querySelectorAll(FIELDS)].filter((field) => field.name === name);
  const box = fields.find((field) => field.matches("[type=checkbox]") && field.value === value);
  if (box) box.checked = checked;
  else if (fields[0] && !fields[0].matches("[type=checkbox]")) fields[0].value = value;
  else if (checked) form.querySelector(`.options:has([name="${name}"])`)?.append(ticked(name, value, label));
}

// It was found by a search, and is not among those that are offered unasked.
function ticked(name, value, words) {
  const [label, box, text] = ["label", "input", "bdi"].map((tag) => document.createElement(tag));
  Object.assign(box, { type: "checkbox", name, value, checked: true });
  text.textContent = words;
  label.append(box, text);
  return label;
}

document.addEventListener("input", ({ target }) => {
  const form = target.closest(".case form, dialog form");
  if (form && !target.matches("[type=radio]")) form.toggleAttribute("data-typed", true);
});
document.addEventListener("click", ({ target }) => {
  const form = target.closest?.("[data-cancel]")?.closest("form");
  if (form) letGo(form.parentElement);
}, true);
// What is wrong or was changed by others stands in a form that was drawn anew: still somebody's words.
document.addEventListener("htmx:load", ({ detail: { elt } }) => {
  for (const form of within(elt, `${FORMS}:has([aria-invalid], .fact-theirs, .wrong)`)) form.toggleAttribute("data-typed", true);
});

// The end of a session, by whichever way it is heard of: before anything is closed over it.
document.addEventListener(SESSION_ENDED, () => keepIn(document));
document.addEventListener("htmx:afterRequest", ({ detail: { xhr } }) => {
  if (isSignedOut(xhr)) keepIn(document);
});
