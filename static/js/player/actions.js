// What a hand does: the transport's buttons, the keys, the levers. Looking back is this viewer's own;
// play, pause, speed and steps at the live edge are commands; a lever behind it forks there.

import { Commands, Refused } from "./commands.js";
import { shortClock } from "./quantities.js";

const SECOND = 1_000_000;

export class Actions {
  constructor(player) {
    this.player = player;
    this.commands = new Commands({ runId: player.root.dataset.run, csrf: player.root.dataset.csrf });
    this.drive = player.root.dataset.drive !== "false";
    player.playhead.onArrive = () => this.#arrived();
  }

  get #head() {
    return this.player.playhead;
  }

  get #rate() {
    return this.player.log.clock?.rate ?? 0;
  }

  #say(text, options) {
    this.player.panels.notices.say(text, options);
  }

  /** Something that may be refused: what goes wrong becomes a sentence. */
  async #try(work) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#say(error.message, { tone: "trouble" });
      return null;
    }
  }

  #give(kind, body) {
    return this.#try(async () => {
      const sinceMs = Date.now();
      await this.commands.give(kind, body);
      this.player.feed?.awaitFrame(sinceMs);
    });
  }

  /** A frame arrived. */
  arrived(frame) {
    if (frame.ended && frame.ended !== this.said) {
      this.said = frame.ended;
      this.#say(frame.ended, { tone: "trouble", sticky: true });
    }
    const reason = frame.clock?.reason;
    if (reason && reason !== this.reason) this.#say(reason, { tone: "waiting" });
    this.reason = reason;
  }

  // ---- looking ---------------------------------------------------------------------------------

  /** Look at a time; the playhead stands there. */
  look(us, options) {
    this.#head.playing = false;
    this.#head.seek(us, this.player.edge, options);
  }

  reset() {
    this.look(0);
    if (!this.#head.live) this.#say("The start. Play shows this run again; a lever starts a new one from here.");
  }

  live() {
    this.#head.goLive(this.player.edge);
  }

  back() {
    this.look(this.player.steps.previous(this.#head.us), { glide: true });
  }

  left(event) {
    this.look(this.#head.us - SECOND * (event?.shiftKey ? 10 : 1));
  }

  right(event) {
    this.look(this.#head.us + SECOND * (event?.shiftKey ? 10 : 1));
  }

  previousBookmark() {
    this.look(this.player.steps.previousBookmark(this.#head.us), { glide: true });
  }

  // ---- playing ---------------------------------------------------------------------------------

  play() {
    const head = this.#head;
    if (!head.live) {
      head.playing = !head.playing;
      head.glide = null;
      return null;
    }
    if (this.player.log.ended) return this.#say(this.player.log.ended, { tone: "trouble", sticky: true });
    if (!this.drive) return this.#watching();
    return this.#give("clock", { rate: this.#rate ? 0 : head.rate });
  }

  // Replaying reached the live edge of a run that stands: whoever pressed play wants it to go on.
  #arrived() {
    if (!this.#rate && this.drive && !this.player.log.ended) this.#give("clock", { rate: this.#head.rate });
  }

  #watching() {
    this.#say("You are watching: whoever drives this run plays it.", {
      action: { label: "Fork it and drive", run: () => this.fork() },
    });
  }

  speed(rate) {
    this.#head.rate = rate;
    if (!this.#head.live) return null;
    if (this.#rate) return this.drive ? this.#give("clock", { rate }) : this.#watching();
    return this.#say(`The next play runs at ${rate === 1000 ? "the greatest speed" : `${rate} ×`}.`);
  }

  step() {
    return this.#on((us) => this.player.steps.next(us), "entry");
  }

  next() {
    return this.#on((us) => this.player.steps.nextBookmark(us), "bookmark");
  }

  // To the next thing: where it is known, by looking there; at the live edge by letting it happen.
  #on(known, to) {
    const head = this.#head;
    if (!head.live) {
      const at = known(head.us);
      return this.look(at === null || at > this.player.edge ? this.player.edge : at, { glide: true });
    }
    if (!this.drive) return this.#watching();
    return this.#give("step", { to });
  }

  // ---- driving ---------------------------------------------------------------------------------

  /** A lever: acts at the playhead. Behind the live edge, or for one who only watches, in a new run. */
  async act(kind, body, control) {
    const head = this.#head;
    if (head.live && this.drive && !this.player.log.ended) {
      if (!this.#rate) this.#say(`${control.label}: it shows at once; play to see what follows.`);
      return this.#give(kind, body);
    }
    const rate = head.playing ? head.rate : 0;
    if (!(await this.fork({ rate }))) return null;
    return this.#give(kind, body);
  }

  /** A new run from the playhead on. True when it was made. */
  async fork({ rate = 0 } = {}) {
    const { player } = this;
    const us = Math.min(this.#head.us, player.edge);
    const before = player.runId;
    const run = await this.#try(() => this.commands.fork(us, rate));
    if (!run) return false;
    this.commands.runId = run;
    this.drive = true;
    this.said = null;
    player.root.dataset.drive = "true";
    player.switchTo(run, us);
    if (player.root.dataset.layout === "lab") history.pushState({}, "", `/runs/${run}/`);
    this.#say(`Forked at ${shortClock(Math.floor(us))}: this is a new run, and yours.`, {
      tone: "done",
      action: { label: "The old one", href: `/runs/${before}/` },
    });
    return true;
  }
}
