// Put into every page that is measured: what the browser itself says of it, in milliseconds.

const bench = (window.bench = { tasks: [], frames: [], usable: 0, dropped: 0, settled: 0, awaited: null });
const clock = () => performance.timeOrigin + performance.now(); // the same in every page of this machine
const drawn = (then) => requestAnimationFrame(() => setTimeout(then)); // after the frame that shows it

for (const [kind, kept] of [["longtask", bench.tasks], ["long-animation-frame", bench.frames]]) {
  new PerformanceObserver((list) => kept.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: kind, buffered: true });
}

// Usable: the cards are there and somebody listens to the hand on them.
const look = () => {
  const board = document.querySelector("kanban-board");
  if (document.readyState !== "loading" && board?.pick && window.htmx && board.querySelector(".card")) bench.usable = performance.now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);

document.addEventListener("pointerup", () => (bench.dropped = clock()), true);
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.requestConfig.verb === "put") drawn(() => (bench.settled = clock()));
});

// When this card is seen in this column.
bench.wait = (id, status) => {
  bench.awaited = null;
  const seen = () => document.getElementById(id)?.closest(".column")?.dataset.status === status;
  const watcher = new MutationObserver(() => {
    if (!seen() || bench.awaited) return;
    watcher.disconnect();
    drawn(() => (bench.awaited = clock()));
  });
  watcher.observe(document.getElementById("board"), { childList: true, subtree: true });
};
bench.paint = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0;
bench.until = (ready) => new Promise((resolve, reject) => {
  const patience = setTimeout(() => reject(new Error(`waited in vain: ${ready}`)), 20_000);
  const timer = setInterval(() => ready() && (clearInterval(timer), clearTimeout(patience), resolve(true)), 20);
});
