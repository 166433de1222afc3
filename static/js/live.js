// News: the bell says when, one request at a time brings it, and nothing moves under a hand. Without a bell the page
// asks every ten seconds all the same.

const [SOON, OLD, LOST, LATELY] = [100, 60_000, 65_000, 10_000]; // milliseconds
const board = document.getElementById("board");
const asOf = () => document.getElementById("as-of");
const drawn = () => Number(asOf().dataset.change);
let [heard, asked, wanted, sent, timer] = [0, 0, false, 0, null];

const isNews = ({ requestConfig }) => requestConfig.elt.id === "as-of";
const underWay = () => Date.now() - sent < LOST;
const handIsOn = () =>
  board.matches("[data-looking], [data-dragging], :has([aria-busy=true]:not([data-queued]))") || document.querySelector("dialog[open]:not(.session)") !== null;

function ask() {
  wanted = true;
  if (underWay() || handIsOn()) soon();
  else if (!document.hidden) htmx.trigger(asOf(), "news");
}

// What was held back is fetched as soon as the hand is off, and what came during a request right after it.
function soon() {
  timer ??= setInterval(() => {
    if (underWay() || handIsOn()) return;
    clearInterval(timer);
    timer = null;
    if (wanted || heard > drawn()) ask();
  }, SOON);
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!isNews(event.detail)) return;
  if (document.hidden || document.body.matches("[data-ended]")) return event.preventDefault();
  if (!underWay() && !handIsOn()) return;
  event.preventDefault();
  wanted = true;
  soon();
});
document.addEventListener("htmx:beforeSend", ({ detail }) => {
  if (isNews(detail)) [sent, asked, wanted] = [Date.now(), heard, false];
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!isNews(detail)) return;
  if (handIsOn()) wanted = true;
  if (handIsOn() || detail.xhr.status !== 200) detail.shouldSwap = false;
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!isNews(detail)) return;
  sent = 0;
  if (detail.xhr.status === 200 && detail.xhr.getResponseHeader("X-Board")) {
    board.dataset.asOf = asOf().querySelector("time").dateTime;
    if (heard === asked && !wanted) heard = 0; // the answer knows all that was rung for before it was asked for
    if (wanted || heard > drawn()) soon();
  } // else the next round asks again
});

// A time that is shown for a minute is old, also when nobody is there to say so. Counted by this clock alone, from when
// it came: the server's clock may differ.
let shown = { time: "", at: 0 };
setInterval(() => {
  const element = asOf();
  const time = element.querySelector("time").dateTime;
  if (time !== shown.time) shown = { time, at: Date.now() };
  if (Date.now() - shown.at < OLD || element.matches("[data-old]")) return;
  element.toggleAttribute("data-old", true);
  element.title = "Nothing newer has come since then. The board goes on asking; if this stays so, check the connection.";
}, 1000);

// The bell. On another seat somebody else has signed in with this browser: then this page is not theirs.
const { bell, stream, seat } = board.dataset;
const shared = "SharedWorker" in window;
const port = shared ? new SharedWorker(bell).port : new Worker(bell);
const join = (how) => port.postMessage({ join: stream, seat, ...how });
const part = () => port.postMessage({});

port.onmessage = ({ data }) => {
  if (data.kind === "ended") return document.dispatchEvent(new CustomEvent("session:ended"));
  if (data.kind === "hello" && seat && data.seat !== seat) return anew();
  heard = Math.max(heard, data.change);
  if (heard > drawn()) ask();
};
join();

function anew() {
  if (Date.now() - Number(sessionStorage.getItem("anew")) < LATELY) return;
  sessionStorage.setItem("anew", Date.now());
  location.reload();
}

// Back from another tab, from sleep, from no network or from the browser's history: at once, what was missed.
document.addEventListener("visibilitychange", () => {
  if (!shared) (document.hidden ? part : join)();
  if (!document.hidden) ask();
});
addEventListener("online", () => (join({ again: true }), ask()));
addEventListener("pagehide", part);
addEventListener("pageshow", ({ persisted }) => persisted && (join(), ask()));
