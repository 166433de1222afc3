// What goes with every wish.

// The id of something wanted once. crypto.randomUUID is missing on plain http, where many an intranet lives.

export function intent() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// Whether a card is theirs to move, and what was seen of it when it was drawn in this list.
export const movable = ({ dataset }) => "seen" in dataset;
export const seen = ({ dataset }, list) => ({
  seen_status: list?.closest("[data-status]").dataset.status,
  seen_position: dataset.position,
  seen_revision: dataset.seen,
});
