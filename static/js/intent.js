// What goes with every wish.

// The id of something wanted once. crypto.randomUUID is missing on plain http, where many an intranet lives.

export function intent() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// What a card says of how it looked when it was drawn; null where it is not theirs to move.
export function seen({ dataset }) {
  if (!dataset.seen) return null;
  const [status, revision] = dataset.seen.split(" ");
  return { seen_status: status, seen_position: dataset.position, seen_revision: revision };
}
