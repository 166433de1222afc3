// One stream for all tabs of a browser, which has six connections to a host, and each tab would take one for itself.
// A SharedWorker; where there is none (Chrome on Android) the worker of a single tab.

const WAIT = [20_000, 40_000]; // milliseconds until it is tried again after the server had no place, or was not there
const [TICK, ASLEEP] = [10_000, 30_000];
const ports = new Set();
let [source, hello, address, look, timer, awake] = [null, null, "", "", null, Date.now()];

const tell = (message) => ports.forEach((port) => port.postMessage(message));

function open() {
  close();
  source = new EventSource(address);
  source.addEventListener("hello", ({ data }) => tell((hello = { kind: "hello", ...JSON.parse(data) })));
  source.addEventListener("message", ({ data }) => ring(Number(data)));
  // How the page looks for which this stream was opened: to the others it is a ring.
  source.addEventListener("news", ({ data }) => {
    const news = JSON.parse(data);
    ring(news.change, { ...news, kind: "news", look });
  });
  source.addEventListener("ended", () => {
    close();
    tell({ kind: "ended" });
  });
  source.addEventListener("error", () => {
    if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    close();
    timer = setTimeout(open, WAIT[0] + Math.random() * (WAIT[1] - WAIT[0]));
  });
}

function ring(change, news) {
  hello = { ...hello, change };
  tell(news ?? { ...hello, kind: "ring" });
}

function close() {
  source?.close();
  clearTimeout(timer);
  [source, hello, timer] = [null, null, null];
}

// Of several tabs the stream carries the news of the one that was seen last.
function take(port, { join, look: theirs, seat, again, aside }) {
  if (!join) return ports.delete(port) && !ports.size && close();
  ports.add(port);
  const another = (hello && seat && hello.seat !== seat) || (theirs !== look && !aside); // seat: somebody else has signed in
  if (!source || again || another) {
    [address, look] = [join, theirs];
    open();
  } else if (hello) port.postMessage({ ...hello, kind: "hello" });
}

self.onconnect = ({ ports: [port] }) => (port.onmessage = ({ data }) => take(port, data));
if (!("SharedWorkerGlobalScope" in self)) self.onmessage = ({ data }) => take(self, data);

// A laptop that has slept holds a connection that nobody answers any more, and would not notice for minutes.
setInterval(() => {
  if (source && Date.now() - awake > ASLEEP) open();
  awake = Date.now();
}, TICK);
