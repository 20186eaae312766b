// The clock: virtual now as a pure function of the run's last clock command and the server's wall,
// and the server's wall as this browser can know it.

/** Virtual time at `wall` (server's microseconds), as simulator/runs/clock.py counts it. */
export function virtualAt(clock, wall) {
  if (!clock) return 0;
  if (!clock.rate) return clock.at_us;
  return clock.at_us + Math.max(0, wall - clock.wall_us) * clock.rate;
}

/**
 * What must be added to this browser's clock to get the server's. A frame's `now_wall_us` is old by
 * its journey, so the largest difference seen lately is the best estimate; it fades, because clocks drift.
 */
export class WallOffset {
  constructor() {
    this.value = null;
    this.samples = [];
  }

  learn(nowWallUs, localUs) {
    this.samples.push(nowWallUs - localUs);
    if (this.samples.length > 50) this.samples.shift();
    this.value = Math.max(...this.samples);
  }

  wall(localUs) {
    return localUs + (this.value ?? 0);
  }
}

// The drawing follows the live edge this much of wall time behind it, so that a frame that comes a
// little late never stops a token in mid-flight.
export const FOLLOW_S = 0.12;
const LEAP_S = 1.5;

/** The latest time that can be shown: the live edge a little late, never past the horizon. */
export function liveEdge(log, wall) {
  const { clock, horizon } = log;
  if (!clock) return 0;
  // While paused a command is put just after the paused time, and shows at once.
  if (!clock.rate) return Math.max(clock.at_us, horizon);
  return Math.max(0, Math.min(virtualAt(clock, wall - FOLLOW_S * 1e6), horizon));
}

/**
 * The playhead's next place while it follows the live edge: on at the run's rate, gently drawn to the
 * edge, over skipped gaps, never back (unless history was rewritten) and never past the horizon.
 * Returns {us, warped}: the gap it left out, or null.
 */
export function follow(us, edge, rate, dtS, warps) {
  if (!rate) return { us: edge, warped: null };
  const gaps = gapsBetween(us, edge, warps);
  const skipped = gaps.reduce((sum, [from, to]) => sum + to - Math.max(us, from), 0);
  const behindS = (edge - us - skipped) / 1e6 / rate;
  if (Math.abs(behindS) > LEAP_S) return { us: edge, warped: gaps.at(-1) ?? null };
  const pull = Math.max(-0.9, Math.min(2, behindS * 4));
  const on = us + dtS * 1e6 * rate * (1 + pull);
  const gap = gaps[0];
  if (gap && on >= gap[0]) return { us: Math.min(gap[1], edge), warped: gap };
  return { us: Math.max(us, Math.min(on, edge)), warped: null };
}

// The skipped gaps that lie between the playhead and the edge, in order.
function gapsBetween(us, edge, warps) {
  let first = warps.length;
  while (first > 0 && warps[first - 1][1] > us) first -= 1;
  return warps.slice(first).filter(([, to]) => to <= edge);
}

/** A gap in which nothing but idle polls happen is left out when it would last this long on the wall. */
export const IDLE_S = 2;

/**
 * The playhead's next place while it plays on its own behind the live edge. `nextBusy(us)` is the time
 * of the next entry that is not idle (or null); a long wait for it is left out, as the run does.
 */
export function replay(us, edge, rate, dtS, warps, nextBusy) {
  const on = us + dtS * 1e6 * rate;
  const gap = gapsBetween(us, edge, warps)[0];
  if (gap && on >= gap[0]) return { us: Math.min(gap[1], edge), warped: gap };
  const next = nextBusy(us);
  const target = next === null ? edge : next;
  if ((target - us) / 1e6 / rate > IDLE_S && target - us > 1e6) {
    // Half a second of the wait stays, so that the eye sees where it went.
    const to = Math.max(us, target - 0.3e6 * rate);
    return { us: Math.min(to, edge), warped: [us, Math.min(to, edge)] };
  }
  return { us: Math.min(on, edge), warped: null };
}
