// Ctrl+Z takes the last move of this window back, also once its notice has gone. The server checks it like any move.

const last = document.getElementById("last-undo");

document.addEventListener("htmx:oobAfterSwap", () => {
  const form = document.querySelector("#notices .notice:first-child .undo");
  if (!form || last.firstElementChild?.getAttribute("action") === form.getAttribute("action")) return;
  last.replaceChildren(form.cloneNode(true));
  htmx.process(last);
});

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, dialog") || document.getElementById("board").lifted) return;
  const form = last.firstElementChild;
  if (!form || document.querySelector("#board [aria-busy=true]")) return; // a drop waits for its answer: not the one before it
  event.preventDefault();
  form.requestSubmit();
  document.querySelector(`#notices .undo[action="${form.getAttribute("action")}"]`)?.closest(".notice").remove();
});

// Undone, by whichever of the two buttons: once is enough.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt.matches(".undo") && detail.xhr.getResponseHeader("X-Board")) last.replaceChildren();
});
