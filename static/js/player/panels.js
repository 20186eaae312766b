// Everything beside the drawing: drawn ten times a second at most, and only what is in the page.

import { Captions } from "./captions.js";
import { Charts } from "./charts.js";
import { Controls } from "./controls.js";
import { Dialogs, fetchInto } from "./dialogs.js";
import { Gauges } from "./gauges.js";
import { Inspector } from "./inspector.js";
import { Keys } from "./keys.js";
import { Notices } from "./notices.js";
import { Places } from "./places.js";
import { briefDuration } from "./quantities.js";
import { sentence } from "./story.js";
import { EventTable } from "./table.js";
import { Tabs } from "./tabs.js";
import { Track } from "./track.js";
import { Transcript } from "./transcript.js";
import { stateWord, Transport } from "./transport.js";

const WARP_SHOWN_MS = 2_500;
const CHART_MS = 250;

export class Panels {
  constructor(player) {
    const { root, model, log, actions } = player;
    this.player = player;
    this.root = root;
    const find = (selector, make) => {
      const element = root.querySelector(selector);
      return element ? make(element) : null;
    };
    const onSeek = (us) => actions.look(us);
    const onChoose = (chosen, options) => this.choose(chosen, options);
    this.notices = new Notices(root.querySelector("[data-notice]"));
    this.dialogs = new Dialogs(root);
    this.tabs = find("[data-tabs]", (element) => new Tabs(element, (panel) => this.#opened(panel)));
    this.transport = find("[data-transport]", (element) => new Transport(element, this.#acts()));
    this.track = find("[data-timeline]", (element) => {
      const says = (entry) => ({ tone: log.kindOf(entry).tone, sentence: sentence(entry, model) });
      return new Track(element, { onSeek, says, planned: model.bookmarks ?? [] });
    });
    this.controls = new Controls(root, model, { act: (...command) => actions.act(...command), drive: actions.drive });
    this.gauges = find("[data-gauges]", (element) => new Gauges(element, model));
    this.charts = find("[data-chart]", () => new Charts(root, log));
    this.table = find("[data-events]", (element) => new EventTable(element, log, { onSeek, onChoose }));
    this.transcript = find("[data-words]", () => new Transcript(root, log));
    this.captions = new Captions(root.querySelector("[data-captions]"));
    this.places = find("[data-inspector]", (element) => new Places(element, model, { onChoose }));
    this.inspector = find("[data-inspector]", (element) => {
      return new Inspector(element, { runId: () => player.runId, onChange: (chosen) => this.#mark(chosen) });
    });
    this.keys = new Keys(root, { acts: this.#acts(), active: (event) => this.#takesKeys(event) });
    this.#listen(onChoose);
  }

  #acts() {
    const { actions } = this.player;
    const names = ["reset", "back", "play", "step", "next", "live", "fork", "speed", "left", "right", "previousBookmark"];
    const acts = Object.fromEntries(names.map((name) => [name, (...args) => actions[name](...args)]));
    acts.fork = () => actions.fork();
    acts.help = () => this.dialogs.show("help");
    acts.share = () => this.share();
    return acts;
  }

  // In the lab keys are the page's; a player between paragraphs takes them when it has the focus.
  #takesKeys(event) {
    if (this.dialogs.open) return false;
    return this.root.dataset.layout === "lab" || this.root.contains(event.target);
  }

  #listen(onChoose) {
    const stage = this.root.querySelector("[data-stage]");
    const chosenBy = (target) => {
      const message = target.closest("[data-message]");
      const node = target.closest("[data-node]");
      if (!message && !node) return null;
      return { message: message?.dataset.message || null, node: node?.dataset.node ?? null };
    };
    stage.addEventListener("click", (event) => {
      const chosen = chosenBy(event.target);
      if (chosen) onChoose(chosen);
    });
    stage.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      const chosen = chosenBy(event.target);
      if (!chosen) return;
      event.preventDefault();
      onChoose(chosen, { focus: true });
    });
  }

  /** Show what is known about a message or a service. */
  choose(chosen, options) {
    if (!this.inspector) return;
    const side = this.inspector.root.closest("details");
    if (side) side.open = true;
    this.tabs?.reveal(this.inspector.root);
    this.inspector.choose(chosen, options);
  }

  // The chosen message is marked wherever it is drawn.
  #mark(chosen) {
    for (const { plates, tokens, drawing } of this.player.scenes) {
      plates.chosen = chosen?.message ?? null;
      tokens.chosen = chosen?.message ?? null;
      plates.forget();
      tokens.mark();
      for (const [id, node] of drawing.nodes) node.element.classList.toggle("selected", !chosen?.message && chosen?.node === id);
    }
    this.player.fresh = true;
    this.player.count = -1;
  }

  async share() {
    const dialog = this.dialogs.show("share");
    const body = dialog.querySelector("[data-share-body]");
    await fetchInto(body, `/runs/${this.player.runId}/share/?at_us=${Math.floor(this.player.playhead.us)}`);
    // A link is there to be copied: it is marked as soon as it is entered.
    for (const field of body.querySelectorAll("[data-link]")) field.addEventListener("focus", () => field.select());
  }

  #opened(panel) {
    this.player.fresh = true;
    if (panel.hasAttribute("data-source") && panel.dataset.run !== this.player.runId) {
      panel.dataset.run = this.player.runId;
      fetchInto(panel, `/runs/${this.player.runId}/source/`);
    }
  }

  /** The run is another one now. */
  switched() {
    for (const link of this.root.querySelectorAll("[data-transcript-link]")) {
      link.href = `/runs/${this.player.runId}/transcript/`;
    }
    this.inspector?.choose(this.inspector.chosen);
  }

  /** Plan a drawing of all panels; `work` does a part of it in each of the next frames. */
  draw(ms) {
    this.ms = ms;
    this.left = this.parts.length;
  }

  /** The next part of what was planned; false when nothing is left. */
  work() {
    if (!this.left) return false;
    const { player, ms } = this;
    const { playhead, count, edge } = player;
    this.parts[this.parts.length - this.left]({
      ms,
      us: Math.floor(playhead.us),
      count,
      edge,
      live: playhead.live,
      moving: playhead.moving > 0,
    });
    this.left -= 1;
    return true;
  }

  // Each is a frame's worth of work.
  parts = [
    ({ ms, us, moving, edge, live }) => {
      const { log, facts } = this.player;
      this.transport?.draw(this.#bar(ms, us, moving));
      this.track?.draw({ us, edge, horizon: log.horizon, warps: log.warps, bookmarks: facts.marks(), behind: !live });
    },
    ({ ms, count }) => {
      this.controls.draw(this.player.holds, ms);
      this.captions.draw(this.player.facts.captionStates(count));
      this.gauges?.draw(this.player.picture);
    },
    ({ ms, us, count, live, moving }) => {
      this.table?.draw({ count, live });
      this.inspector?.draw({ us, count, nowMs: ms, moving });
    },
    ({ ms, count, moving }) => this.transcript?.draw({ count, nowMs: ms, moving }),
    ({ ms, us, edge, moving }) => {
      if (!this.inspector?.chosen) this.places?.draw(this.player.picture, this.player.flights.underWay(us), us);
      if (ms - (this.chartMs ?? -Infinity) < CHART_MS && moving) return;
      this.chartMs = ms;
      this.charts?.draw(us, edge);
    },
  ];

  #bar(ms, us, moving) {
    const { playhead, log, feedState, begun } = this.player;
    const { warped } = playhead;
    const skipped = warped && ms - warped.wallMs < WARP_SHOWN_MS ? `${briefDuration(warped.to - warped.from)} skipped` : "";
    const rate = playhead.live && log.clock?.rate ? log.clock.rate : playhead.rate;
    const state = stateWord({
      feed: begun ? feedState : "connecting",
      live: playhead.live,
      rate: log.clock?.rate ?? 0,
      playing: playhead.playing,
      ended: log.ended,
      warped: skipped,
    });
    return { us, live: playhead.live, moving, rate, state };
  }
}
