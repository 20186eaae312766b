// The transport bar: what its buttons show. What they do is in player.js.

import { clockText } from "./quantities.js";

/** The word under the clock. */
export function stateWord({ feed, live, rate, playing, ended, warped }) {
  if (feed === "connecting") return "connecting";
  if (feed === "lost") return "reconnecting";
  if (warped && (rate || playing)) return warped;
  if (!live) return playing ? "replaying" : "looking back";
  if (ended) return "ended";
  return rate ? "playing" : "paused";
}

export class Transport {
  constructor(root, actions) {
    this.root = root;
    this.buttons = Object.fromEntries([...root.querySelectorAll("[data-act]")].map((button) => [button.dataset.act, button]));
    this.speed = root.querySelector("[data-speed]");
    this.clock = root.querySelector("[data-clock]");
    this.state = root.querySelector("[data-clock-state]");
    this.shown = {};
    root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-act]");
      if (button && button.getAttribute("aria-disabled") !== "true") actions[button.dataset.act]?.();
    });
    this.speed.addEventListener("change", () => actions.speed(Number(this.speed.value)));
  }

  #set(name, value, apply) {
    if (this.shown[name] === value) return;
    this.shown[name] = value;
    apply(value);
  }

  /** `now`: {us, live, moving, rate, state}. */
  draw(now) {
    this.#set("clock", clockText(now.us), (text) => {
      this.clock.textContent = text;
    });
    this.#set("state", now.state, (text) => {
      this.state.textContent = text;
    });
    this.#set("moving", now.moving, (moving) => {
      const { play } = this.buttons;
      play.setAttribute("aria-label", moving ? "Pause" : "Play");
      play.querySelector('[data-when="paused"]').hidden = moving;
      play.querySelector('[data-when="playing"]').hidden = !moving;
    });
    this.#set("live", now.live, (live) => {
      if (this.buttons.live) this.buttons.live.disabled = live;
    });
    this.#set("start", now.us <= 0, (start) => {
      this.buttons.back.setAttribute("aria-disabled", String(start));
    });
    this.#set("rate", now.rate, (rate) => this.#speed(rate));
  }

  #speed(rate) {
    const value = String(rate);
    if (![...this.speed.options].some((option) => option.value === value)) {
      // The server slowed the run to a speed that is not in the list.
      const option = new Option(`${rate} ×`, value);
      const after = [...this.speed.options].find((other) => Number(other.value) > rate);
      this.speed.add(option, after ?? null);
    }
    this.speed.value = value;
  }
}
