// The parts of an opened case, in the panel and on its page: nothing is drawn anew under a hand that types, a part that
// was not answered says so, and the case's own address can be copied.

import { isOurs } from "../dom.js";
import { CASE_EDITED } from "../events.js";

const isIn = (form) => form.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
const isTyping = (form) => form.matches("[data-typed], .fact-form:not(:has(.fact-waiting))") || (isIn(form) && !form.querySelector(".fact-waiting"));
let own = null; // the form whose answer is being drawn: that may take its place
let asker = null; // what asked for that answer
const isOpening = (target) => [...target.querySelectorAll?.(".fact-edit.htmx-request") ?? []].some((link) => link !== asker); // its form is on the way
const isHeld = (target) => isOpening(target) || [...target.querySelectorAll?.("form") ?? []].some((form) => form !== own && isTyping(form));
const isPart = (target) => Boolean(target.closest?.(".case")) && !target.matches(".case");
let owed = false; // something was not drawn, as somebody was typing there

function keep(detail) {
  if (!isPart(detail.target) || !isHeld(detail.target)) return;
  detail.shouldSwap = false;
  owed = true;
}
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  if (detail.target.matches?.("#case-header.htmx-request")) detail.shouldSwap = false; // its own answer is on the way
  keep(detail);
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  asker = detail.requestConfig.elt;
  own = asker.closest("form");
  keep(detail);
});
document.addEventListener("htmx:afterSettle", () => {
  if (!owed || [...document.querySelectorAll(".case form")].some(isTyping)) return;
  owed = false;
  htmx.trigger(document.body, CASE_EDITED);
});

// No part, but some trouble of the board's own: then the part stays, and offers to ask again.
const isNone = ({ xhr, serverResponse }) => xhr.status >= 400 && !/class="waits"|id="case-header"/.test(serverResponse);
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const waits = detail.requestConfig.elt.closest(".waits");
  if (!waits || !isNone(detail)) return;
  detail.shouldSwap = false;
  waits.toggleAttribute("data-unanswered", true);
});
document.addEventListener("htmx:beforeRequest", ({ detail }) => detail.elt.closest(".waits")?.removeAttribute("data-unanswered"));
document.addEventListener("htmx:afterRequest", ({ detail: { elt, xhr } }) => {
  if (!isOurs(xhr)) elt.closest(".waits")?.toggleAttribute("data-unanswered", true);
});

// On plain http there is no clipboard to write to: the text is selected, and the browser's own command copies it.
document.addEventListener("focusin", ({ target }) => target.matches("#case-address") && target.select());
document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-copy]")) return;
  const address = document.getElementById("case-address");
  address.focus();
  address.select();
  document.querySelector("[data-copied]").textContent = document.execCommand("copy") ? "Copied." : "Selected: press Ctrl+C to copy.";
});
