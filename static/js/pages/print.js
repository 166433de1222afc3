// The button that prints is of no use without script, so script brings it.

const button = document.querySelector("[data-print]");
button.hidden = false;
button.addEventListener("click", () => print());
