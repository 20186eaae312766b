// What holds at the playhead besides places and gauges: faults that are on, settings that were
// changed, which caption is lit, what was lost just now. Read from the log once, asked by count.

import { headline } from "./model.js";

/** Entries of the world itself (simulator/engine/service.py, WORLD_ENTRIES). */
const FAULT_ON = "fault_started";
const FAULT_OFF = "fault_cleared";
const CONFIGURED = "configured";

// A message that is stored twice is one place of the picture, but two rows: the headline gauge counts them.
function adds(kind, node) {
  const gauge = headline(node);
  return gauge !== null && kind.gauges?.[gauge.name] === 1;
}

export class Facts {
  constructor(log) {
    this.log = log;
    this.reset();
  }

  reset() {
    this.version = this.log.version;
    this.seen = 0;
    this.changes = []; // entries that change faults and settings
    this.captions = []; // [entry id, caption index]
    this.losses = new Map(); // node → entries
    this.bookmarks = []; // entries
    this.rows = new Map(); // node of rows → [{entry, again}], and the messages that it has
    this.stored = new Map();
  }

  #read() {
    if (this.version !== this.log.version) this.reset();
    const { entries, model } = this.log;
    for (; this.seen < entries.length; this.seen += 1) {
      const entry = entries[this.seen];
      const kind = this.log.kindOf(entry);
      if (kind.name === FAULT_ON || kind.name === FAULT_OFF || kind.name === CONFIGURED) this.changes.push(entry);
      if (kind.interest === "bookmark") this.bookmarks.push(entry);
      if (kind.tone === "lost") {
        if (!this.losses.has(entry.node)) this.losses.set(entry.node, []);
        this.losses.get(entry.node).push(entry);
      }
      if (kind.place === "stored" && adds(kind, model.byId.get(entry.node))) {
        if (!this.rows.has(entry.node)) {
          this.rows.set(entry.node, []);
          this.stored.set(entry.node, new Set());
        }
        const stored = this.stored.get(entry.node);
        this.rows.get(entry.node).push({ entry, again: stored.has(entry.message) });
        stored.add(entry.message);
      }
      model.captions.forEach((caption, index) => {
        const { when } = caption;
        if (when && when.kind === kind.name && when.node === entry.node) this.captions.push([entry.id, index]);
      });
    }
  }

  /** {faults: Map node → Map fault → label, settings: Map node → {setting: value}} after `count` entries. */
  at(count) {
    this.#read();
    const faults = new Map();
    const settings = new Map();
    for (const entry of this.changes) {
      if (entry.id >= count) break;
      const { detail } = entry;
      const name = this.log.kindOf(entry).name;
      if (name === CONFIGURED) {
        settings.set(entry.node, { ...settings.get(entry.node), [detail.setting]: detail.value });
        continue;
      }
      if (!faults.has(entry.node)) faults.set(entry.node, new Map());
      if (name === FAULT_ON) faults.get(entry.node).set(detail.fault, detail.fault_label);
      else faults.get(entry.node).delete(detail.fault);
    }
    return { faults, settings };
  }

  /** For each caption "lit" (the latest that happened), "past" or "" after `count` entries. */
  captionStates(count) {
    this.#read();
    const states = this.log.model.captions.map(() => "");
    let lit = -1;
    for (const [id, index] of this.captions) {
      if (id >= count) break;
      // The first caption again is the story's next round.
      if (index === 0) states.fill("");
      else if (lit >= 0) states[lit] = "past";
      states[index] = "lit";
      lit = index;
    }
    return states.map((state, index) => (index === lit ? "lit" : state && "past"));
  }

  /** The last `most` rows of `node` after `count` entries ({entry, again: its message was there already}), and how many. */
  rowsAt(node, count, most) {
    this.#read();
    const rows = this.rows.get(node) ?? [];
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rows[middle].entry.id < count) low = middle + 1;
      else high = middle;
    }
    return { last: rows.slice(Math.max(0, low - most), low), total: low };
  }

  /** The last loss at `node` in the `window` microseconds before `us`, or null. */
  loss(node, us, window) {
    this.#read();
    const found = this.losses.get(node);
    if (!found) return null;
    for (let index = found.length - 1; index >= 0; index -= 1) {
      if (found[index].at <= us) return found[index].at > us - window ? found[index] : null;
    }
    return null;
  }

  marks() {
    this.#read();
    return this.bookmarks;
  }
}
