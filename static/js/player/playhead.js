// The playhead: the virtual time this viewer looks at. It follows the run's live edge ("live"), or is
// the viewer's own behind it ("behind"), playing or still.

import { follow, liveEdge, replay } from "./clock.js";

const GLIDE_S = 0.35; // a step is shown as a short journey, so that the eye can follow it

export class Playhead {
  constructor(log) {
    this.log = log;
    this.us = 0;
    this.mode = "live";
    this.playing = false; // behind the live edge only; at it, the run's own clock counts
    this.rate = 1; // the speed that is chosen: for replaying, and for the next play
    this.glide = null;
    this.warped = null; // the last gap left out: {from, to, wallMs}
    this.still = false;
    this.jumps = () => false; // without motion a step is no journey
  }

  get live() {
    return this.mode === "live";
  }

  /** The rate at which the drawing moves now: 0 when it stands. */
  get moving() {
    if (this.glide) return this.rate;
    if (this.live) return this.log.clock?.rate ?? 0;
    return this.playing ? this.rate : 0;
  }

  /** One animation frame: `wall` is the server's wall in microseconds, `dtS` the time since the last frame. */
  tick(wall, dtS, nowMs) {
    const edge = liveEdge(this.log, wall);
    const before = this.us;
    const rate = this.log.clock?.rate ?? 0;
    if (this.live && !rate && !this.glide && Math.abs(edge - this.us) >= 1) this.glide = { from: this.us, to: edge, spent: 0 };
    if (this.glide) this.#glideOn(dtS, edge);
    else if (this.live) this.#note(follow(this.us, edge, rate, dtS, this.log.warps), nowMs);
    else if (this.playing) this.#note(replay(this.us, edge, this.rate, dtS, this.log.warps, this.#nextBusy), nowMs);
    if (!this.live && !this.glide && this.us >= edge) this.#arrive();
    this.still = this.us === before;
    return edge;
  }

  #nextBusy = (us) => {
    const { entries } = this.log;
    for (let id = this.log.countAt(us); id < entries.length; id += 1) {
      if (this.log.kindOf(entries[id]).interest !== "idle") return entries[id].at;
    }
    return null;
  };

  #note({ us, warped }, nowMs) {
    this.us = us;
    if (warped) this.warped = { from: warped[0], to: warped[1], wallMs: nowMs };
  }

  #glideOn(dtS, edge) {
    const { from, spent } = this.glide;
    const to = this.live ? edge : this.glide.to;
    this.glide.spent = spent + dtS;
    const part = this.jumps() ? 1 : Math.min(1, this.glide.spent / GLIDE_S);
    this.us = Math.min(from + (to - from) * part * part * (3 - 2 * part), Math.max(edge, from));
    if (part === 1) this.glide = null;
  }

  #arrive() {
    const wasPlaying = this.playing;
    this.mode = "live";
    this.playing = false;
    if (wasPlaying) this.onArrive?.();
  }

  /** Look at `us`: behind the live edge, or live again when that is where it lies. */
  seek(us, edge, { glide = false } = {}) {
    this.glide = null;
    const to = Math.max(0, Math.min(us, edge));
    if (to >= edge) return this.goLive(edge, { glide });
    this.mode = "behind";
    if (glide && Math.abs(to - this.us) > 1) this.glide = { from: this.us, to, spent: 0 };
    else this.us = to;
  }

  goLive(edge, { glide = false } = {}) {
    this.mode = "live";
    this.playing = false;
    this.glide = glide ? { from: this.us, to: edge, spent: 0 } : null;
    if (!glide) this.us = edge;
  }

  /** History was rewritten, or another run began: what lies past its end cannot be looked at. */
  clamp(edge) {
    if (this.us > edge) {
      this.us = edge;
      this.glide = null;
    }
  }
}

/** Times to step to: the next and the previous entry that is not idle, and bookmark. */
export class Steps {
  constructor(log) {
    this.log = log;
  }

  #find(from, step, wanted) {
    const { entries } = this.log;
    for (let id = from; id >= 0 && id < entries.length; id += step) {
      if (wanted(this.log.kindOf(entries[id]))) return entries[id].at;
    }
    return null;
  }

  next(us) {
    return this.#find(this.log.countAt(us), 1, (kind) => kind.interest !== "idle");
  }

  // A step back takes the last event away, also when the playhead stands some time after it.
  previous(us) {
    const busy = (kind) => kind.interest !== "idle";
    const last = this.#find(this.log.countAt(us) - 1, -1, busy);
    if (last === null) return 0;
    return this.#find(this.log.countAt(last - 1) - 1, -1, busy) ?? 0;
  }

  nextBookmark(us) {
    return this.#find(this.log.countAt(us), 1, (kind) => kind.interest === "bookmark");
  }

  previousBookmark(us) {
    return this.#find(this.log.countAt(Math.ceil(us) - 1) - 1, -1, (kind) => kind.interest === "bookmark");
  }
}
