// The last move of this window can be taken back, also once its notice has gone. The server checks it like any move.

import { isOurs } from "../dom.js";

const last = document.getElementById("last-undo");

document.addEventListener("htmx:oobAfterSwap", () => {
  const form = document.querySelector("#notices .notice:first-child .undo");
  if (!form || last.firstElementChild?.getAttribute("action") === form.getAttribute("action")) return;
  last.replaceChildren(form.cloneNode(true));
  htmx.process(last);
});

// False: there is nothing to take back.
export function undo() {
  const form = last.firstElementChild;
  if (!form || document.querySelector("#board [aria-busy=true]")) return false; // a drop waits for its answer: not the one before it
  form.requestSubmit();
  document.querySelector(`#notices .undo[action="${form.getAttribute("action")}"]`)?.closest(".notice").remove();
  return true;
}

// Undone, by whichever of the two buttons: once is enough.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt.matches(".undo") && isOurs(detail.xhr)) last.replaceChildren();
});
