// The track under the drawing: playhead, live edge, horizon, bookmarks, cuts.

import { briefDuration, clockText, shortClock } from "./quantities.js";
import { scale } from "./timeline.js";

const RANGE = 10_000;
const BOOKMARKS_MOST = 60; // more flags than this would be one bar; the newest stay
const NEAR = 0.012; // flags closer than this share a place: the last one is shown

/** The flags worth drawing of `marks` ({id, at}, in order): the newest, not two in one place. */
export function flags(marks, at) {
  const shown = [];
  for (let index = marks.length - 1; index >= 0 && shown.length < BOOKMARKS_MOST; index -= 1) {
    const part = at(marks[index].at);
    if (shown.length && Math.abs(shown.at(-1).part - part) < NEAR) continue;
    shown.push({ mark: marks[index], part });
  }
  return shown.reverse();
}

export class Track {
  constructor(root, { onSeek, says, planned }) {
    this.root = root;
    this.onSeek = onSeek;
    this.says = says;
    // Moments that the author marked: on the track from the start.
    this.planned = planned.map(({ at_us: at, label }, index) => ({ id: `planned-${index}`, at, label }));
    this.range = root.querySelector("[data-range]");
    this.list = root.querySelector("[data-bookmarks]");
    this.cuts = root.querySelector("[data-cuts]");
    this.marks = Object.fromEntries([...root.querySelectorAll("[data-mark]")].map((mark) => [mark.dataset.mark, mark]));
    this.scale = scale([], 0);
    this.dragging = false;
    this.range.addEventListener("input", () => {
      this.dragging = true;
      this.onSeek(this.scale.us(Number(this.range.value) / RANGE));
    });
    this.range.addEventListener("change", () => {
      this.dragging = false;
    });
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-at]");
      if (button) this.onSeek(Number(button.dataset.at));
    });
  }

  draw({ us, edge, horizon, warps, bookmarks, behind }) {
    this.scale = scale(warps, edge);
    const { at } = this.scale;
    this.#mark("lived", at(edge));
    this.#mark("live", at(edge));
    this.#mark("horizon", at(horizon));
    this.root.toggleAttribute("data-behind", behind);
    if (!this.dragging) this.range.value = String(Math.round(at(us) * RANGE));
    const text = behind ? `${clockText(us)}, behind the live edge at ${clockText(edge)}` : `${clockText(us)}, live`;
    if (this.range.getAttribute("aria-valuetext") !== text) this.range.setAttribute("aria-valuetext", text);
    this.#flags(bookmarks.filter((entry) => entry.at <= edge));
    this.#cuts();
  }

  #mark(name, part) {
    const text = part.toFixed(4);
    const mark = this.marks[name];
    if (!mark || mark.dataset.part === text) return;
    mark.dataset.part = text;
    mark.style.setProperty("--at", text);
  }

  #flags(bookmarks) {
    const marks = this.planned.length ? [...bookmarks, ...this.planned].sort((one, other) => one.at - other.at) : bookmarks;
    const shown = flags(marks, this.scale.at);
    const signature = shown.map(({ mark, part }) => `${mark.id}:${part.toFixed(3)}`).join();
    if (signature === this.flagged) return;
    this.flagged = signature;
    const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset.id : null;
    const items = shown.map(({ mark, part }) => {
      const button = document.createElement("button");
      const { tone, sentence } = mark.label ? { tone: "quiet", sentence: mark.label } : this.says(mark);
      button.type = "button";
      button.className = `bookmark tone-${tone}`;
      button.dataset.at = mark.at;
      button.dataset.id = mark.id;
      button.title = `${shortClock(mark.at)}  ${sentence}`;
      button.setAttribute("aria-label", `${shortClock(mark.at)} ${sentence}`);
      button.style.setProperty("--at", part.toFixed(4));
      const item = document.createElement("li");
      item.append(button);
      return item;
    });
    this.list.replaceChildren(...items);
    if (focused) this.list.querySelector(`[data-id="${focused}"]`)?.focus();
  }

  #cuts() {
    const signature = this.scale.cuts.map((cut) => `${cut.from}:${cut.to}:${cut.at.toFixed(4)}`).join();
    if (signature === this.cut) return;
    this.cut = signature;
    const items = this.scale.cuts.map((cut) => {
      const item = document.createElement("li");
      item.className = "timeline-cut";
      item.style.setProperty("--at", cut.at.toFixed(4));
      item.style.setProperty("--wide", cut.width.toFixed(4));
      const text = `${briefDuration(cut.to - cut.from)} skipped`;
      item.title = text;
      const words = document.createElement("span");
      words.className = "visually-hidden";
      words.textContent = text;
      item.append(words);
      return item;
    });
    this.cuts.replaceChildren(...items);
  }
}
