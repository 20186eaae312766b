// Which messages travel at a time, and how far they are: pure functions of the log, the playhead and
// the shortest flight that an eye can follow (docs/decisions/0040-shortest-flight.md).

export const FLIGHT_S = 0.3; // wall time
export const EDGE_MOST = 12; // single tokens on one edge; above it a flow is drawn
export const ALL_MOST = 200; // single tokens in all

/** The hop of an entry, or null: its edge, its ends in time, and what its token looks like. */
export function hopOf(entry, model) {
  const { detail } = entry;
  if (!detail || detail.arrives_us === undefined || !detail.to) return null;
  const between = model.between(entry.node, detail.to);
  if (!between) return null;
  return {
    id: entry.id,
    start: entry.at,
    arrives: detail.arrives_us,
    edge: between.edge,
    back: between.back,
    from: entry.node,
    to: detail.to,
    message: entry.message,
    shape: detail.shape ?? "message",
    tone: model.kinds[entry.kind].tone,
    count: detail.receive_count ?? 0,
  };
}

/** When the drawn flight ends: at the arrival, but not sooner than `least` after the start. */
export const drawnEnd = (hop, least) => Math.max(hop.arrives, hop.start + least);

const RAMP = 0.18;

/** Even speed with eased ends: 0 to 1 over 0 to 1. */
export function eased(part) {
  if (part <= 0) return 0;
  if (part >= 1) return 1;
  const top = 1 / (1 - RAMP);
  if (part < RAMP) return (top * part * part) / (2 * RAMP);
  if (part > 1 - RAMP) return 1 - (top * (1 - part) * (1 - part)) / (2 * RAMP);
  return top * (part - RAMP / 2);
}

/** How far along its edge a hop is drawn at `us`, 0 to 1 from its sender. */
export function progress(hop, us, least) {
  const end = drawnEnd(hop, least);
  return end <= hop.start ? 1 : eased((us - hop.start) / (end - hop.start));
}

/** Without motion a token is shown at three places: leaving, under way, arriving. */
export const stepped = (part) => (part < 1 / 3 ? 0.12 : part < 2 / 3 ? 0.5 : 0.88);

/** The hops under way at the playhead. Goes on from frame to frame; starts anew after a jump back. */
export class Flights {
  constructor(log) {
    this.log = log;
    this.reset();
  }

  reset() {
    this.version = this.log.version;
    this.seen = 0; // entries looked at
    this.us = -1;
    this.active = [];
    this.starts = new Map(); // edge → start times, for rates
  }

  /** Hops drawn at `us`, oldest first. The array is reused. */
  at(us, least) {
    if (this.version !== this.log.version || us < this.us) this.reset();
    const { entries, model } = this.log;
    while (this.seen < entries.length && entries[this.seen].at <= us) {
      const hop = hopOf(entries[this.seen], model);
      this.seen += 1;
      if (!hop) continue;
      this.active.push(hop);
      const starts = this.starts.get(hop.edge);
      if (starts) starts.push(hop.start);
      else this.starts.set(hop.edge, [hop.start]);
    }
    this.us = us;
    let kept = 0;
    for (const hop of this.active) {
      if (drawnEnd(hop, least) > us) this.active[kept++] = hop;
    }
    this.active.length = kept;
    return this.active;
  }

  /** The hops of the last `at` that are truly under way: not those that are drawn a little longer. */
  underWay(us) {
    return this.active.filter((hop) => hop.arrives > us);
  }

  /** Hops that started on an edge in the last `window` microseconds, a second. */
  rate(edge, us, window) {
    const starts = this.starts.get(edge) ?? [];
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] > us - window) high = middle;
      else low = middle + 1;
    }
    const count = starts.length - low;
    return (count * 1e6) / Math.max(1, Math.min(window, us));
  }
}

const CALM = 0.75; // an edge that flows is drawn singly again below this part of the limits

/**
 * What is drawn of the hops under way: single tokens, or for a crowded edge a flow with one traced
 * sample. `before` are the edges that flowed a moment ago, so that none flickers at the limit.
 * Returns {tokens, flows: Map edge → count}.
 */
export function crowd(active, before = null) {
  const perEdge = new Map();
  for (const hop of active) perEdge.set(hop.edge, (perEdge.get(hop.edge) ?? 0) + 1);
  const flows = new Map();
  let single = active.length;
  const crowded = before?.size > 0 && active.length > ALL_MOST * CALM;
  for (const [edge, count] of perEdge) {
    const flowed = before?.has(edge) ?? false;
    if (count > (flowed ? EDGE_MOST * CALM : EDGE_MOST) || (flowed && crowded)) {
      flows.set(edge, count);
      single -= count;
    }
  }
  if (single > ALL_MOST) {
    const busiest = [...perEdge].filter(([edge]) => !flows.has(edge)).sort((one, other) => other[1] - one[1]);
    for (const [edge, count] of busiest) {
      if (single <= ALL_MOST) break;
      flows.set(edge, count);
      single -= count;
    }
  }
  if (!flows.size) return { tokens: active, flows };
  const traced = new Set();
  const tokens = active.filter((hop) => {
    if (!flows.has(hop.edge)) return true;
    if (traced.has(hop.edge)) return false;
    traced.add(hop.edge);
    return true;
  });
  return { tokens, flows };
}

/** "12/s", "0.4/s": the rate written on a crowded edge. */
export function rateText(rate) {
  if (rate >= 10) return `${Math.round(rate).toLocaleString("en-US")}/s`;
  if (rate >= 1) return `${Math.round(rate * 10) / 10}/s`;
  return `${Math.round(rate * 600) / 10}/min`;
}
