// The picture: what the log says is the case, folded entry by entry, with the same tables and the
// same rules as simulator/engine/picture.py. Scrubbing back starts from a kept copy.

const KEEP_EVERY = 500;

export class Picture {
  constructor(model) {
    this.kinds = model.kinds;
    this.stays = new Map(model.nodes.map((node) => [node.id, new Map()]));
    this.gauges = new Map(
      model.nodes.map((node) => [
        node.id,
        Object.fromEntries(Object.keys(node.gauges ?? {}).map((name) => [name, 0])),
      ]),
    );
    this.entries = 0;
    this.at = 0;
  }

  /** Fold one entry; entries come in the order of their ids. */
  add(entry) {
    const kind = this.kinds[entry.kind];
    const detail = entry.detail ?? {};
    const gauges = this.gauges.get(entry.node);
    for (const [name, amount] of Object.entries(kind.gauges ?? {})) {
      const more = typeof amount === "string" ? (detail[amount] ?? 0) : amount;
      gauges[name] = (gauges[name] ?? 0) + more;
    }
    for (const [name, source] of Object.entries(kind.sets ?? {})) gauges[name] = detail[source];
    if (entry.message !== null && kind.place) this.#move(entry, kind.place, detail);
    this.entries = entry.id + 1;
    this.at = entry.at;
  }

  #move(entry, place, detail) {
    const stays = this.stays.get(entry.node);
    if (place === "gone") {
      stays.delete(entry.message);
      return;
    }
    const before = stays.get(entry.message);
    stays.set(entry.message, {
      place,
      since: entry.at,
      until: detail.until_us ?? null,
      entered: before ? before.entered : entry.at,
      count: detail.receive_count ?? (before ? before.count : 0),
      entry: entry.id,
    });
  }

  /** How long the oldest message at `node` has been there. */
  oldestAge(node, now) {
    let age = 0;
    for (const stay of this.stays.get(node).values()) age = Math.max(age, now - stay.entered);
    return age;
  }

  /** A copy that further folding leaves alone (stays are replaced, never changed). */
  copy() {
    const copy = new Picture({ kinds: this.kinds, nodes: [] });
    copy.stays = new Map([...this.stays].map(([node, stays]) => [node, new Map(stays)]));
    copy.gauges = new Map([...this.gauges].map(([node, gauges]) => [node, { ...gauges }]));
    copy.entries = this.entries;
    copy.at = this.at;
    return copy;
  }
}

/** The picture at any number of entries of a log: folds on, or starts again from a kept copy. */
export class Pictures {
  constructor(log) {
    this.log = log;
    this.reset();
  }

  reset() {
    this.kept = [new Picture(this.log.model)];
    this.now = this.kept[0].copy();
    this.version = this.log.version;
  }

  /** The picture after the first `count` entries. It is changed by the next call. */
  after(count) {
    if (this.version !== this.log.version) this.reset(); // a late command rewrote what was folded
    if (count < this.now.entries) this.now = this.#before(count).copy();
    const { entries } = this.log;
    for (let id = this.now.entries; id < count; id += 1) {
      this.now.add(entries[id]);
      if ((id + 1) % KEEP_EVERY === 0 && this.kept.at(-1).entries < id + 1) this.kept.push(this.now.copy());
    }
    return this.now;
  }

  #before(count) {
    for (let index = this.kept.length - 1; index > 0; index -= 1) {
      if (this.kept[index].entries <= count) return this.kept[index];
    }
    return this.kept[0];
  }
}

/** The accounts of all nodes that take part in the ledger: came = here + left. */
export function ledger(picture, model) {
  const accounts = [];
  for (const node of model.nodes) {
    const sides = { in: [], now: [], out: [] };
    for (const [name, gauge] of Object.entries(node.gauges ?? {})) {
      if (gauge.balance) sides[gauge.balance].push({ name, label: gauge.label, value: picture.gauges.get(node.id)[name] ?? 0 });
    }
    if (!sides.in.length) continue;
    const sum = (side) => sides[side].reduce((total, item) => total + item.value, 0);
    const [came, here, left] = [sum("in"), sum("now"), sum("out")];
    accounts.push({ node: node.id, sides, came, here, left, balanced: came === here + left });
  }
  return accounts;
}
