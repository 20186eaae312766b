// The log: every entry that the server has sent, in order. It only grows, or forgets what a late
// command rewrote. Law: keyframe at t = keyframe at s + frames s..t.

export class Log {
  constructor(model) {
    this.model = model;
    this.entries = [];
    this.warps = [];
    this.commands = 0;
    this.horizon = 0;
    this.nextUs = null;
    this.ended = null;
    this.clock = null;
    this.version = 0; // raised whenever something known was forgotten
  }

  get length() {
    return this.entries.length;
  }

  /**
   * Put a frame in. Returns {added, forgotten}: from which id on entries are new, and whether some
   * that were known are gone; or null when the frame does not connect (ask again from the start).
   */
  merge(frame) {
    const keyframe = frame.type === "keyframe";
    let forgotten = false;
    const first = frame.first ?? this.length;
    if (keyframe) {
      forgotten = this.#replaces(frame);
      if (forgotten) this.#forgetAfter(-1);
      this.warps = [];
    } else if (frame.truncate_after !== undefined && frame.truncate_after !== null) {
      forgotten = this.#forgetAfter(frame.truncate_after);
    }
    if (first > this.length) return null;
    const added = this.length;
    this.#append(frame.entries, first, frame.next ?? first);
    this.warps.push(...(frame.warps ?? []));
    this.commands = frame.commands ?? this.commands;
    this.horizon = frame.horizon_us ?? this.horizon;
    this.clock = frame.clock ?? this.clock;
    this.nextUs = frame.next_us ?? null;
    this.ended = frame.ended ?? null;
    return { added, forgotten };
  }

  // A keyframe that begins as the log does (after a reconnect) rewrites nothing: nothing is doubled,
  // and what is drawn stays.
  #replaces(frame) {
    if (!this.length) return false;
    const { at, node, kind, message } = frame.entries ?? { at: [] };
    if (at.length < this.length) return true;
    let us = 0;
    return this.entries.some((entry, index) => {
      us += at[index];
      return (
        entry.at !== us ||
        entry.message !== message[index] ||
        entry.kind !== kind[index] ||
        entry.node !== this.model.nodes[node[index]].id
      );
    });
  }

  #forgetAfter(id) {
    if (id + 1 >= this.length) return false;
    this.entries.length = id + 1;
    this.version += 1;
    const last = this.entries.at(-1)?.at ?? -1;
    this.warps = this.warps.filter(([from]) => from <= last);
    return true;
  }

  #append(columns, first, next) {
    if (!columns) return;
    const known = this.length - first;
    let us = first ? (this.entries[first - 1]?.at ?? 0) : 0;
    for (let index = 0; index < next - first; index += 1) {
      us += columns.at[index];
      if (index < known) continue;
      this.entries.push({
        id: first + index,
        at: us,
        node: this.model.nodes[columns.node[index]].id,
        kind: columns.kind[index],
        message: columns.message[index],
        cause: columns.cause[index],
        detail: columns.detail[index],
      });
    }
  }

  /** Another run begins with this one's history up to `us`: keep that, ask for the rest. */
  cut(us) {
    this.#forgetAfter(this.countAt(us) - 1);
    this.version += 1;
    this.warps = this.warps.filter(([, to]) => to <= us);
    this.commands = 0;
    this.horizon = us;
    this.nextUs = null;
    this.ended = null;
    this.clock = { rate: 0, at_us: us, wall_us: 0, now_wall_us: 0 };
  }

  /** How many entries lie at or before `us`. */
  countAt(us) {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.entries[middle].at <= us) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  kindOf(entry) {
    return this.model.kinds[entry.kind];
  }
}
