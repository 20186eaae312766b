// Lines of charts: the changes of a gauge over the log, and the path that draws them. Pure.
// A series is a gauge of a node, `node.oldest_age` (which grows by itself), or `run.bill`.

const PICO = 1e12; // bills are counted in millionths of a millionth of a dollar

/** The changes of some series, read once from a growing log. */
export class Histories {
  constructor(log, names) {
    this.log = log;
    this.names = [...new Set(names)].map((name) => {
      const dot = name.indexOf(".");
      return { name, node: name.slice(0, dot), gauge: name.slice(dot + 1) };
    });
    this.reset();
  }

  /** The unit in which a series counts. */
  unit(name) {
    const found = this.names.find((one) => one.name === name);
    if (found.node === "run") return "USD";
    if (found.gauge === "oldest_age") return "us";
    return this.log.model.byId.get(found.node)?.gauges?.[found.gauge]?.unit ?? "";
  }

  reset() {
    this.version = this.log.version;
    this.seen = 0;
    this.points = new Map(this.names.map(({ name }) => [name, [[0, 0]]]));
    this.most = new Map(this.names.map(({ name }) => [name, 0]));
    this.entered = new Map(this.names.map(({ name }) => [name, new Map()]));
  }

  #read() {
    if (this.version !== this.log.version) this.reset();
    const { entries } = this.log;
    for (; this.seen < entries.length; this.seen += 1) {
      const entry = entries[this.seen];
      const kind = this.log.kindOf(entry);
      for (const { name, node, gauge } of this.names) {
        if (node === "run") this.#change(name, gauge, kind, entry, PICO);
        else if (node !== entry.node) continue;
        else if (gauge === "oldest_age") this.#age(name, kind, entry);
        else this.#change(name, gauge, kind, entry, 1);
      }
    }
  }

  #change(name, gauge, kind, entry, per) {
    const before = this.points.get(name).at(-1)[1];
    let value = before;
    const amount = kind.gauges?.[gauge];
    if (amount !== undefined) value += (typeof amount === "string" ? (entry.detail?.[amount] ?? 0) : amount) / per;
    const source = kind.sets?.[gauge];
    if (source !== undefined) value = entry.detail?.[source] / per;
    if (value !== before) this.#point(name, entry.at, value);
  }

  #point(name, at, value) {
    const points = this.points.get(name);
    if (points.at(-1)[0] === at) points.at(-1)[1] = value;
    else points.push([at, value]);
    this.most.set(name, Math.max(this.most.get(name), value));
  }

  // The age grows between entries: a point before each change, so that the line slopes up and falls.
  #age(name, kind, entry) {
    if (entry.message === null || !kind.place) return;
    const entered = this.entered.get(name);
    const oldest = () => entered.values().next().value;
    const before = oldest();
    if (kind.place === "gone") entered.delete(entry.message);
    else if (!entered.has(entry.message)) entered.set(entry.message, entry.at);
    const after = oldest();
    if (before === after) return;
    const points = this.points.get(name);
    points.push([entry.at, before === undefined ? 0 : entry.at - before]);
    points.push([entry.at, after === undefined ? 0 : entry.at - after]);
    points.rising = after ?? null; // since when the one that is oldest now is there
    this.most.set(name, Math.max(this.most.get(name), points.at(-2)[1]));
  }

  of(name) {
    this.#read();
    return this.points.get(name);
  }

  mostOf(name) {
    this.#read();
    return this.most.get(name);
  }
}

/** A sloping line up to `us`, for what grows by itself between the points. */
export function slopePath(points, us, x, y) {
  let path = "";
  let last = 0;
  for (const [at, value] of points) {
    if (at > us) break;
    path += `${path ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    last = value;
  }
  return path ? `${path}L${x(us).toFixed(1)} ${y(ageAt(points, us) ?? last).toFixed(1)}` : "";
}

/** The age at `us`: grows from the last point, unless nothing was left there. */
export function ageAt(points, us) {
  let index = points.length - 1;
  while (index > 0 && points[index][0] > us) index -= 1;
  const next = points[index + 1];
  const [at, value] = points[index];
  if (next) return next[0] > at && next[1] > value ? value + (us - at) : value;
  return points.rising === null || points.rising === undefined ? value : us - points.rising;
}

const TIMES_S = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600];

/** The top of a scale: the next of 1, 2, 5, 10 … at or above `value`; for a duration in us the next round time. */
export function niceMost(value, unit = "") {
  if (unit === "us") {
    const found = TIMES_S.find((seconds) => seconds * 1e6 >= value);
    if (found) return value ? found * 1e6 : 1e6;
    return niceMost(value / 3.6e9) * 3.6e9;
  }
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value * 0.9999);
}

/** The value that holds at `us`. */
export function valueAt(points, us) {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle][0] <= us) low = middle + 1;
    else high = middle;
  }
  return low ? points[low - 1][1] : 0;
}

/**
 * A step line up to `us`; `x` and `y` turn time and value into pixels. Where many changes fall into
 * one pixel, its highest and its last value are drawn.
 */
export function stepPath(points, us, x, y) {
  let path = "";
  let column = null;
  let [high, last] = [0, 0];
  const close = () => {
    if (column === null) return;
    if (high > last) path += `V${y(high).toFixed(1)}`;
    path += `V${y(last).toFixed(1)}`;
  };
  for (const [at, value] of points) {
    if (at > us) break;
    const here = Math.round(x(at) * 2) / 2;
    if (here === column) {
      high = Math.max(high, value);
      last = value;
      continue;
    }
    if (column === null) path = `M${here} ${y(value).toFixed(1)}`;
    else {
      close();
      path += `H${here}`;
    }
    column = here;
    high = value;
    last = value;
  }
  if (column === null) return "";
  close();
  return `${path}H${x(us).toFixed(1)}`;
}
