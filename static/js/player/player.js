// The player of one run: what arrives goes into the log, the playhead moves over it, everything that
// is seen is drawn from the log at the playhead. What a hand does is in actions.js.

import { Actions } from "./actions.js";
import { WallOffset } from "./clock.js";
import { Drawing } from "./drawing.js";
import { Facts } from "./facts.js";
import { FLIGHT_S, Flights } from "./hops.js";
import { Log } from "./log.js";
import { readModel } from "./model.js";
import { Panels } from "./panels.js";
import { Pictures } from "./picture.js";
import { Losses, Plates } from "./plates.js";
import { Playhead, Steps } from "./playhead.js";
import { Feed } from "./socket.js";
import { Tokens } from "./tokens.js";

const SLOW_MS = 100; // panels, and the attributes that tests wait for
const FRESH_S = 1.5; // wall time for which a new row stays lit, and a loss marked
const reduced = matchMedia("(prefers-reduced-motion: reduce)");
let still = reduced.matches; // asking anew in every frame would cost a style pass
reduced.addEventListener("change", () => {
  still = reduced.matches;
});
const localUs = () => (performance.timeOrigin + performance.now()) * 1_000;

export class Player {
  constructor(root) {
    this.root = root;
    this.model = readModel(JSON.parse(document.getElementById(root.dataset.model).textContent));
    this.log = new Log(this.model);
    this.pictures = new Pictures(this.log);
    this.facts = new Facts(this.log);
    this.flights = new Flights(this.log);
    this.playhead = new Playhead(this.log);
    this.steps = new Steps(this.log);
    this.playhead.jumps = () => still;
    this.wall = new WallOffset();
    this.feedState = "connecting";
    this.edge = 0;
    this.count = -1;
    this.version = 0;
    this.least = 0; // 0 when all stands still, 1 while it moves: how much of the shortest flight counts
    this.slowMs = -Infinity;
    this.scenes = [...root.querySelectorAll("svg.diagram[data-direction]")].map((element) => {
      const drawing = new Drawing(element);
      return {
        drawing,
        plates: new Plates(drawing, this.model),
        tokens: new Tokens(drawing, { still: () => still }),
        losses: new Losses(drawing),
      };
    });
    // The room decides which drawing is seen; it is looked up when the room changes.
    new ResizeObserver(() => this.#choose()).observe(root.querySelector("[data-stage]"));
    this.#choose();
    this.actions = new Actions(this);
    this.panels = new Panels(this);
  }

  start(runId = this.root.dataset.run) {
    this.runId = runId;
    this.root.dataset.run = runId;
    this.connect();
    requestAnimationFrame((ms) => this.#frame(ms));
    return this;
  }

  connect() {
    this.feed?.stop();
    this.feed = new Feed({
      runId: this.runId,
      cursor: () => ({ commands: this.log.commands, next: this.log.length }),
      onFrame: (frame) => this.take(frame),
      onState: (state, sentence) => this.#feedChanged(state, sentence),
      plays: () => Boolean(this.log.clock?.rate) && !this.log.ended,
    }).start();
  }

  #feedChanged(state, sentence) {
    this.feedState = state;
    const why = state === "connected" ? this.actions.reason : null; // the frame's own news is not lost
    if (!sentence) return;
    const well = state === "connected";
    this.panels.notices.say(why ? `${sentence} ${why}` : sentence, { tone: well ? "done" : "trouble", sticky: !well });
  }

  /** A frame of the server; false when it does not connect to what is known. */
  take(frame) {
    const taken = this.log.merge(frame);
    if (taken === null) return false;
    if (frame.clock) this.wall.learn(frame.clock.now_wall_us, localUs());
    if (frame.clock?.rate && this.playhead.live) this.playhead.rate = frame.clock.rate;
    if (!this.begun) {
      // The first frame: begin where the run is, not at its start.
      this.begun = true;
      this.playhead.tick(this.wall.wall(localUs()), 0, 0);
      this.playhead.goLive(this.playhead.tick(this.wall.wall(localUs()), 0, 0));
    }
    this.actions.arrived(frame);
    this.fresh = true;
    return true;
  }

  /** Another run, whose history is this one's up to `us`: what is drawn stays. */
  switchTo(runId, us) {
    this.log.cut(us);
    this.runId = runId;
    this.root.dataset.run = runId;
    this.playhead.goLive(us);
    this.connect();
    this.panels.switched();
  }

  #choose() {
    const shown = this.scenes.find(({ drawing }) => drawing.shown) ?? this.scenes[0];
    if (shown === this.scene) return;
    this.scene?.tokens.clear();
    this.scene = shown;
    shown?.plates.forget();
    this.count = -1;
    this.fresh = true;
  }

  #frame(ms) {
    const dtS = Math.min(5, Math.max(0, (ms - (this.lastMs ?? ms)) / 1_000));
    this.lastMs = ms;
    const began = performance.now();
    this.draw(ms, dtS);
    this.onDrawn?.(performance.now() - began);
    requestAnimationFrame((next) => this.#frame(next));
  }

  /** One animation frame. Everything that is seen follows from the log and the playhead. */
  draw(ms, dtS) {
    const { playhead, log } = this;
    this.edge = playhead.tick(this.wall.wall(localUs()), dtS, ms);
    const { us } = playhead;
    const moving = playhead.moving;
    const slow = ms - this.slowMs >= SLOW_MS;
    const settled = this.#settle(moving, dtS);
    if (!slow && this.picture) this.panels.work();
    if (playhead.still && settled && !slow && !this.fresh) return;
    this.fresh = false;
    const rate = moving || playhead.rate || 1;
    const { scene } = this;
    const count = log.countAt(us);
    if (count !== this.count || this.version !== log.version) this.#changed(scene, count, us, rate);
    else if (slow) this.#plates(scene, us, rate);
    const least = this.least * FLIGHT_S * 1e6 * rate;
    this.drawn = scene?.tokens.draw(this.flights, us, least);
    scene?.plates.countDown(us);
    if (!slow) return;
    this.slowMs = ms;
    scene?.losses.draw(this.facts, us, FRESH_S * 1e6 * rate);
    scene?.drawing.element.toggleAttribute("data-paused", !moving);
    this.panels.draw(ms);
    this.panels.work();
    this.#tell(moving);
  }

  #changed(scene, count, us, rate) {
    this.count = count;
    this.version = this.log.version;
    this.picture = this.pictures.after(count);
    this.holds = this.facts.at(count);
    this.#plates(scene, us, rate);
    this.root.dataset.entries = String(count);
  }

  #plates(scene, us, rate) {
    const rows = (node, room) => this.facts.rowsAt(node, this.count, room);
    scene?.plates.draw(this.picture, this.holds, rows, us, FRESH_S * 1e6 * rate);
  }

  // While the playhead moves a flight is drawn long enough to be seen; when it stands, what has
  // arrived arrives. Between the two the drawing takes the time of one flight.
  #settle(moving, dtS) {
    const wanted = moving && !this.playhead.glide ? 1 : 0;
    if (this.least === wanted) return true;
    const step = dtS / FLIGHT_S;
    this.least = wanted ? Math.min(1, this.least + step) : Math.max(0, this.least - step);
    return false;
  }

  get state() {
    if (this.feedState === "connecting" && !this.begun) return "connecting";
    if (this.feedState === "lost") return "reconnecting";
    if (!this.playhead.live) return "behind";
    if (this.log.ended && this.playhead.us >= this.edge) return "ended";
    return "live";
  }

  // What a test waits for, and a style sheet may look at.
  #tell(moving) {
    const { dataset } = this.root;
    const values = {
      state: this.state,
      playheadUs: String(Math.floor(this.playhead.us)),
      rate: String(moving),
      known: String(this.log.length),
    };
    for (const [name, value] of Object.entries(values)) if (dataset[name] !== value) dataset[name] = value;
  }
}
