// What sits on a plate: tickets of a queue, lamps of a function, rows of a table, callers that wait.
// Pure: which messages get a seat, and how large the seats of a plate are.

/** Sizes for a plate's content box: ticket w × h, distance, how many fit, how far the ring stands off. */
export function measure(style, box) {
  const roomy = box.h >= 26;
  const off = roomy ? 4 : 2.5;
  if (style === "tickets") {
    const h = Math.max(8, Math.min(20, box.h - 2 * off - 2));
    const w = Math.round(h * 1.3);
    return seats(box, w, h, off, w + 2 * off + (roomy ? 6 : 4));
  }
  if (style === "rows") {
    const h = roomy ? 14 : Math.min(12, box.h);
    const w = roomy ? 28 : 22;
    return { ...seats(box, w, h, 0, w + 3), lines: Math.max(1, Math.floor((box.h + 2) / (h + 3))) };
  }
  const size = Math.max(8, Math.min(style === "lamps" ? 24 : 22, box.h - 2));
  return seats(box, size, size, 0, size + (roomy ? 8 : 4));
}

function seats(box, w, h, off, pitch) {
  const fits = box.h < 8 ? 0 : Math.floor((box.w - w - 2 * off) / pitch) + 1;
  return { w, h, off, pitch, fits, lines: 1 };
}

/**
 * The messages that get a seat, in order of coming, and how many don't. What is in flight or worked on
 * always gets one, since that is what the eye looks for. `stays` is a node's Map message → stay.
 */
export function seated(stays, room) {
  const all = [...stays].map(([message, stay], index) => ({ message, stay, index }));
  if (all.length <= room) return { shown: all, more: 0 };
  const places = Math.max(0, room - 1); // one seat is needed for "+37"
  const calls = (seat) => (seat.stay.place === "visible" || seat.stay.place === "stored" ? 1 : 0);
  const shown = all
    .toSorted((one, other) => calls(one) - calls(other) || one.index - other.index)
    .slice(0, places)
    .toSorted((one, other) => one.index - other.index);
  return { shown, more: all.length - places };
}

/** The last rows that have room: a table grows, and its newest rows matter. */
export function lastRows({ last, total }, room) {
  if (total <= room) return { shown: last, more: 0 };
  const places = Math.max(0, room - 1); // one is needed for "+37"
  return { shown: last.slice(last.length - places), more: total - places };
}

/** How much of a countdown is left at `us`, 1 to 0, or null when nothing counts down. */
export function left(stay, us) {
  if (stay.until === null || stay.until <= stay.since) return null;
  return Math.max(0, Math.min(1, (stay.until - us) / (stay.until - stay.since)));
}
