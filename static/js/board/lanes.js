// Lanes: which of them this page has is told with every question for news, as a lane that comes or goes draws the board
// anew; and a card that is dropped into another lane goes home with a sentence.

import { board, copyOf } from "../dom.js";
import { LANE_REFUSED } from "../events.js";

document.addEventListener("htmx:configRequest", ({ detail }) => {
  const lanes = document.getElementById("lanes");
  if (lanes && detail.elt.id === "as-of") detail.parameters.lanes = lanes.dataset.drawn;
});

board.addEventListener(LANE_REFUSED, () => {
  const notices = document.getElementById("notices");
  notices.querySelector("[data-lanes]")?.remove(); // once is enough
  notices.prepend(copyOf("lane-notice"));
});
