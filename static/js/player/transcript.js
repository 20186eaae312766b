// What happened, in words: one sentence an event up to the playhead, and a quiet voice for screen
// readers that sums up rather than chatters.

import { shortClock } from "./quantities.js";
import { seen } from "./seen.js";
import { sentence } from "./story.js";
import { below } from "./table.js";

const KEPT = 200; // sentences in the page; the whole text is one link away
const SAYS_EVERY_MS = 4_000;

export class Transcript {
  constructor(root, log) {
    this.log = log;
    this.list = root.querySelector("[data-transcript]");
    this.frame = root.querySelector("[data-words-frame]");
    this.empty = root.querySelector("[data-words-empty]");
    this.voice = root.querySelector("[data-live-words]");
    this.summary = root.querySelector("[data-words-count]");
    this.said = { count: 0, ms: 0 };
    this.follows = true; // until the reader scrolls up
    this.frame.addEventListener("scroll", () => {
      this.follows = this.frame.scrollTop + this.frame.clientHeight >= this.frame.scrollHeight - 40;
    });
    this.reset();
  }

  reset() {
    this.version = this.log.version;
    this.seen = 0;
    this.ids = []; // entries that are told
    this.first = 0; // of `ids`, the range in the page
    this.end = 0;
    this.list.replaceChildren();
  }

  #read() {
    if (this.version !== this.log.version) this.reset();
    const { entries } = this.log;
    for (; this.seen < entries.length; this.seen += 1) {
      if (this.log.kindOf(entries[this.seen]).interest !== "idle") this.ids.push(this.seen);
    }
  }

  draw({ count, nowMs, moving }) {
    this.#read();
    const end = below(this.ids, count);
    const changed = end !== this.end;
    if (changed) this.#show(end);
    this.empty.hidden = end > 0;
    this.frame.hidden = end === 0;
    const words = end ? `${end.toLocaleString("en-US")} event${end === 1 ? "" : "s"}` : "";
    if (this.summary && this.summary.textContent !== words) this.summary.textContent = words;
    this.list.dataset.told = String(end);
    // The bottom is looked for when there is something new, and when the panel has just been opened.
    const open = end > 0 && seen(this.frame);
    if (open && this.follows && (changed || !this.open)) this.frame.scrollTop = this.frame.scrollHeight;
    this.open = open;
    this.#say(end, nowMs, moving);
  }

  #show(end) {
    const first = Math.max(0, end - KEPT);
    if (end < this.first || first > this.end) {
      this.list.replaceChildren(...this.ids.slice(first, end).map((id) => this.#item(id)));
    } else {
      while (this.end > end) {
        this.list.lastChild?.remove();
        this.end -= 1;
      }
      this.list.append(...this.ids.slice(this.end, end).map((id) => this.#item(id)));
      for (let index = this.first; index < first; index += 1) this.list.firstChild?.remove();
      if (first < this.first) this.list.prepend(...this.ids.slice(first, this.first).map((id) => this.#item(id)));
    }
    this.first = first;
    this.end = end;
    this.list.querySelector("[aria-current]")?.removeAttribute("aria-current");
    this.list.lastChild?.setAttribute("aria-current", "true");
  }

  #item(id) {
    const entry = this.log.entries[id];
    const item = document.createElement("li");
    const time = document.createElement("time");
    const words = document.createElement("span");
    item.className = `tone-${this.log.kindOf(entry).tone}`;
    item.dataset.entry = id;
    time.textContent = shortClock(entry.at);
    words.textContent = sentence(entry, this.log.model);
    item.append(time, words);
    return item;
  }

  // One sentence now and then: how much happened, and the latest. After a step, at once.
  #say(end, nowMs, moving) {
    if (end === this.said.count || nowMs - this.said.ms < (moving ? SAYS_EVERY_MS : 700)) return;
    const more = end - this.said.count;
    this.said = { count: end, ms: nowMs };
    if (!end) return;
    const latest = sentence(this.log.entries[this.ids[end - 1]], this.log.model);
    this.voice.textContent = more > 1 ? `${more} events. Latest: ${latest}` : latest;
  }
}
