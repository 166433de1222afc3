// New case, Duplicate and Delete: a form in a dialog. Without script the same links open the same forms as pages.

const dialog = document.getElementById("case-dialog");
const asks = document.getElementById("case-asks");
let from = null;

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".in-dialog");
  if (!link || event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  open(link);
});

async function open(link) {
  from = link.id || link.getAttribute("href");
  await htmx.ajax("GET", link.href, { swap: "none" }).catch(() => {});
  if (!asks.querySelector("form")) return;
  dialog.showModal();
  asks.querySelector("[autofocus]")?.focus();
}

// n: a new case in the column that one is at, else in the first.
document.addEventListener("keydown", (event) => {
  if (event.key !== "n" || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input, select, textarea") || document.getElementById("board").lifted) return;
  const link = (event.target.closest(".column") ?? document).querySelector(".new-case");
  if (!link) return;
  event.preventDefault();
  open(link);
});

dialog.addEventListener("click", (event) => {
  if (event.target !== dialog && !event.target.closest("[data-close]")) return;
  event.preventDefault();
  dialog.close();
});
// What was answered leaves no form behind; what could not be done leaves it with what is wrong.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.requestConfig.verb === "post" && dialog.open && !asks.querySelector("form")) dialog.close();
});
dialog.addEventListener("close", () => {
  asks.replaceChildren();
  document.querySelector(`.in-dialog[href="${from}"]`)?.focus();
});
