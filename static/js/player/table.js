// The event table: only the rows in sight exist, so ten thousand events cost as much as forty.

import { letterOf } from "./tokens.js";
import { clockText, shortClock } from "./quantities.js";
import { seen } from "./seen.js";

const MARGIN = 8; // rows above and below the ones in sight
const ROW_PX = 29; // until a row can be measured

/** Whether an entry passes the filter {node, message, idle}. */
export function passes(entry, kind, filter) {
  if (!filter.idle && kind.interest === "idle") return false;
  if (filter.node && entry.node !== filter.node && entry.detail?.to !== filter.node) return false;
  if (!filter.message) return true;
  const wanted = filter.message.toLowerCase();
  const message = (entry.message ?? "").toLowerCase();
  return message === wanted || message.startsWith(`${wanted}.`);
}

/** The rows to draw for a scroll position: [first, last). */
export function windowOf(scrollTop, height, rowHeight, total) {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - MARGIN);
  const last = Math.min(total, Math.ceil((scrollTop + height) / rowHeight) + MARGIN);
  return [Math.min(first, last), last];
}

/** How many of `ids` (rising) are below `count`. */
export function below(ids, count) {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ids[middle] < count) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class EventTable {
  constructor(root, log, { onSeek, onChoose }) {
    this.root = root;
    this.log = log;
    this.frame = root.querySelector("[data-frame]");
    this.body = root.querySelector("tbody");
    this.empty = root.querySelector("[data-empty]");
    this.count = root.querySelector("[data-count]");
    this.filter = { node: "", message: "", idle: false };
    this.follows = true;
    this.rowHeight = ROW_PX;
    this.top = 0; // known from events, never asked for while drawing
    this.height = 0;
    this.reset();
    this.#listen(onSeek, onChoose);
  }

  #listen(onSeek, onChoose) {
    const on = (selector, name) => {
      const field = this.root.querySelector(selector);
      field.addEventListener("input", () => {
        this.filter[name] = field.type === "checkbox" ? field.checked : field.value.trim();
        this.reset();
        this.follows = true;
        this.draw(this.last);
      });
    };
    on("[data-filter-node]", "node");
    on("[data-filter-message]", "message");
    on("[data-filter-idle]", "idle");
    new ResizeObserver(([{ contentRect }]) => {
      this.height = contentRect.height;
      this.wanted = null;
    }).observe(this.frame);
    this.frame.addEventListener("scroll", () => {
      this.top = this.frame.scrollTop;
      this.wanted = null;
      // A scroll of the reader's own stops following until the row of the playhead is in sight again.
      if (performance.now() > (this.moved ?? 0) + 120) this.follows = this.#inSight(this.last?.at ?? 0);
      this.#rows();
    });
    this.body.addEventListener("click", (event) => {
      const seek = event.target.closest("[data-at]");
      const choose = event.target.closest("[data-message]");
      if (seek) onSeek(Number(seek.dataset.at));
      else if (choose) onChoose({ message: choose.dataset.message, node: choose.dataset.node });
    });
  }

  reset() {
    this.version = this.log.version;
    this.seen = 0;
    this.ids = [];
    this.drawn = "";
  }

  #read() {
    if (this.version !== this.log.version) this.reset();
    const { entries } = this.log;
    for (; this.seen < entries.length; this.seen += 1) {
      const entry = entries[this.seen];
      if (passes(entry, this.log.kindOf(entry), this.filter)) this.ids.push(entry.id);
    }
  }

  /** `now`: {count, live}: how many entries lie before the playhead. */
  draw(now) {
    if (!now) return;
    this.#read();
    const at = below(this.ids, now.count);
    const total = now.live ? at : this.ids.length;
    this.last = { ...now, at, total };
    this.empty.hidden = total > 0;
    const known = total > at ? ` of ${total.toLocaleString("en-US")} known` : "";
    const filtered = this.filter.node || this.filter.message ? ", filtered" : "";
    const words = `${at.toLocaleString("en-US")} event${at === 1 ? "" : "s"}${known}${filtered}`;
    if (this.count.textContent !== words) this.count.textContent = words;
    this.root.dataset.rows = String(at);
    if (!this.height || !seen(this.root)) return;
    this.#rows();
    if (!this.follows || !total) return;
    const top = Math.max(0, Math.round(at * this.rowHeight - this.height + 2.2 * this.rowHeight));
    if (this.wanted === top) return;
    this.wanted = top;
    this.moved = performance.now();
    this.frame.scrollTop = top;
    this.top = top;
    this.#rows();
  }

  #inSight(at) {
    const top = at * this.rowHeight - this.top;
    return top > -this.rowHeight && top < this.height;
  }

  #rows() {
    if (!this.last) return;
    const { at, total } = this.last;
    const [first, last] = windowOf(this.top, this.height, this.rowHeight, total);
    const signature = `${first}/${last}/${at}/${total}/${this.version}/${this.ids[first]}`;
    if (signature === this.drawn) return;
    this.drawn = signature;
    const focus = this.#focused();
    const rows = [this.#spacer(first)];
    for (let index = first; index < last; index += 1) rows.push(this.#row(index, at));
    rows.push(this.#spacer(total - last));
    this.body.replaceChildren(...rows);
    if (focus) this.body.querySelector(focus)?.focus({ preventScroll: true });
    if (this.measured || last === first) return;
    this.measured = true; // once: all rows have one height
    this.rowHeight = rows[1].offsetHeight || ROW_PX;
  }

  #focused() {
    const focused = document.activeElement;
    if (!this.body.contains(focused)) return null;
    return `[data-row="${focused.dataset.row}"]${focused.dataset.at ? "[data-at]" : "[data-message]"}`;
  }

  #spacer(rows) {
    const row = document.createElement("tr");
    row.className = "events-spacer";
    row.setAttribute("aria-hidden", "true");
    row.style.setProperty("block-size", `${rows * this.rowHeight}px`);
    return row;
  }

  #row(index, at) {
    const entry = this.log.entries[this.ids[index]];
    const kind = this.log.kindOf(entry);
    const row = document.createElement("tr");
    row.setAttribute("aria-rowindex", String(index + 2));
    row.dataset.entry = entry.id;
    if (index >= at) row.className = "future";
    if (index === at - 1) row.setAttribute("aria-current", "true");
    row.append(
      this.#cell("time", this.#button(clockText(entry.at), entry, { at: entry.at }, `Look at ${shortClock(entry.at)}`)),
      this.#cell("", this.#letter(entry)),
      this.#cell("", this.log.model.titles.get(entry.node)),
      this.#cell(`tone-${kind.tone}`, kind.name.replaceAll("_", " ")),
    );
    return row;
  }

  #letter(entry) {
    if (entry.message === null) return "";
    const { message, node } = entry;
    return this.#button(letterOf(message), entry, { message, node }, `Inspect ${message}`);
  }

  #button(text, entry, data, title) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "row-button";
    button.textContent = text;
    button.title = title;
    Object.assign(button.dataset, data, { row: entry.id });
    return button;
  }

  #cell(className, content) {
    const cell = document.createElement("td");
    if (className) cell.className = className;
    cell.append(content);
    return cell;
  }
}
