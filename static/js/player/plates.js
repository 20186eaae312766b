// What lives on the plates of a drawing: tickets, lamps, rows, waiting callers, the live figure,
// faults and losses. Drawn anew when the picture changes; only the rings move in between.

import { svg } from "./drawing.js";
import { headline } from "./model.js";
import { gaugeText } from "./quantities.js";
import { lastRows, left, measure, seated } from "./seats.js";
import { badge, letterOf } from "./tokens.js";

const NARROW_FIGURE = 70;

/** A rounded rectangle as a path of length 1 that begins at its top middle: the ring round a ticket. */
function ringPath(w, h, off) {
  const [x, y, r] = [w / 2 + off, h / 2 + off, off + 2];
  return (
    `M0 ${-y}H${x - r}Q${x} ${-y} ${x} ${-y + r}V${y - r}Q${x} ${y} ${x - r} ${y}` +
    `H${r - x}Q${-x} ${y} ${-x} ${y - r}V${r - y}Q${-x} ${-y} ${r - x} ${-y}Z`
  );
}

function word(className, text) {
  const element = svg("text", { class: className });
  element.textContent = text;
  return element;
}

function ticket({ message, stay }, size) {
  const { w, h, off } = size;
  const group = svg("g", { class: "ticket", "data-place": stay.place, "data-message": message });
  group.append(svg("rect", { class: "ticket-body", x: -w / 2, y: -h / 2, width: w, height: h, rx: 2 }));
  if (stay.until !== null) {
    const d = ringPath(w, h, off - 1);
    group.append(svg("path", { class: "countdown-track", d }), svg("path", { class: "countdown", d, pathLength: 1 }));
  }
  group.append(svg("text", { class: "ticket-letter" }));
  group.lastChild.textContent = letterOf(message);
  if (stay.count > 1) group.append(badge(stay.count, w / 2 + off - 2, -h / 2 - off + 3, h < 16 ? 0.75 : 0.9));
  return group;
}

function lamp({ message }, size) {
  if (message === null) return svg("circle", { class: "lamp", "data-state": "idle", r: size.w / 2 });
  const group = svg("g", { class: "seat", "data-message": message });
  group.append(svg("circle", { class: "lamp", "data-state": "busy", r: size.w / 2 }), word("token-letter", letterOf(message)));
  return group;
}

function caller({ message, stay }, size) {
  const group = svg("g", { class: "token", "data-place": stay.place, "data-shape": "request", "data-message": message });
  group.append(svg("circle", { class: "token-body", r: size.w / 2 }), word("token-letter", letterOf(message)));
  return group;
}

function row({ message, again, fresh }, size) {
  const look = again ? "row tone-trouble" : fresh ? "row new" : "row";
  const group = svg("g", { class: look, "data-message": message, "data-place": "stored" });
  const text = word("", letterOf(message));
  text.setAttribute("text-anchor", "middle");
  text.setAttribute("dominant-baseline", "central");
  group.append(svg("rect", { x: -size.w / 2, y: -size.h / 2, width: size.w, height: size.h, rx: 1 }), text);
  return group;
}

/** How many lamps of a plate are there and not lit: its service's `spare` gauge. */
function spare(node, gauges) {
  const name = Object.keys(node.gauges).find((gauge) => node.gauges[gauge].spare);
  return name ? (gauges[name] ?? 0) : 0;
}

const DRAW = { tickets: ticket, lamps: lamp, rows: row, person: caller, switchboard: caller };

export class Plates {
  constructor(drawing, model) {
    this.drawing = drawing;
    this.model = model;
    this.chosen = null; // the message that the inspector shows
    this.rings = []; // [element, stay]
    this.signatures = new Map();
    this.sizes = new Map();
    for (const [id, node] of drawing.nodes) this.sizes.set(id, measure(node.style, node.box));
  }

  /** Forget what is drawn, so that the next `draw` draws all of it (another drawing is shown now). */
  forget() {
    this.signatures.clear();
  }

  /** Draw the picture. `rows(node, room)` are the last rows of a table; `freshUs` is how long a new one stays lit. */
  draw(picture, facts, rows, us, freshUs) {
    this.rings.length = 0;
    for (const [id, node] of this.drawing.nodes) {
      const known = this.model.byId.get(id);
      if (!known) continue;
      const size = this.sizes.get(id);
      const room = size.fits * size.lines;
      if (room && node.style === "rows") this.#rows(id, node, rows(id, room), room, us - freshUs);
      else if (room) this.#seats(id, node, picture.stays.get(id), room, spare(known, picture.gauges.get(id)));
      this.#figure(node, known, picture.gauges.get(id));
      this.#faults(node, facts.faults.get(id));
    }
  }

  #rows(id, node, rows, room, freshSince) {
    const { shown, more } = lastRows(rows, room);
    const seats = shown.map(({ entry, again }) => ({
      message: entry.message,
      again,
      fresh: entry.at > freshSince,
      key: `${entry.id}${entry.at > freshSince}`,
    }));
    this.#content(id, node, seats, more);
  }

  #seats(id, node, stays, room, idle) {
    const { shown, more } = seated(stays, room);
    for (const seat of shown) seat.key = `${seat.message}/${seat.stay.entry}`;
    // Environments without work fill the seats that are left; how many there are, the gauge says.
    const spares = more ? 0 : Math.min(idle, room - shown.length);
    for (let lamp = 0; lamp < spares; lamp += 1) shown.push({ message: null, key: `idle${lamp}` });
    this.#content(id, node, shown, more);
  }

  /** The rings at `us`: the only thing on a plate that moves between two entries. */
  countDown(us) {
    for (const [element, stay] of this.rings) element.style.setProperty("--left", left(stay, us)?.toFixed(4) ?? "0");
  }

  #content(id, node, seats, more) {
    const size = this.sizes.get(id);
    const signature = seats.map(({ key }) => key).join() + more;
    if (this.signatures.get(id) !== signature) {
      this.signatures.set(id, signature);
      const draw = DRAW[node.style] ?? caller;
      const children = seats.map((seat, index) => {
        const element = draw(seat, size);
        element.classList.toggle("selected", seat.message !== null && seat.message === this.chosen);
        this.#put(element, index, node.box, size);
        return element;
      });
      if (more) children.push(this.#more(more, seats.length, node.box, size));
      node.content.replaceChildren(...children);
    }
    seats.forEach(({ stay }, index) => {
      const ring = stay && stay.until !== null ? node.content.children[index].querySelector(".countdown") : null;
      if (ring) this.rings.push([ring, stay]);
    });
  }

  #place(index, box, size) {
    const column = index % size.fits;
    const line = Math.floor(index / size.fits);
    const x = box.x + size.off + size.w / 2 + column * size.pitch;
    if (size.lines > 1) return [x, box.y + size.h / 2 + line * (size.h + 3)];
    return [x, box.y + box.h / 2];
  }

  #put(element, index, box, size) {
    const [x, y] = this.#place(index, box, size);
    element.setAttribute("transform", `translate(${x} ${y})`);
  }

  #more(count, index, box, size) {
    const text = word("ticket-more", `+${count}`);
    const [x, y] = this.#place(index, box, size);
    text.setAttribute("x", x - size.w / 2);
    text.setAttribute("y", y);
    text.setAttribute("dominant-baseline", "central");
    return text;
  }

  #figure(node, known, gauges) {
    const gauge = headline(known);
    if (!gauge || !node.figure) return;
    const { figure } = gaugeText(gauges[gauge.name], gauge.unit);
    const words = node.figureRoom && node.figureRoom < NARROW_FIGURE ? "" : ` ${gauge.label.toLowerCase()}`;
    if (node.figure.dataset.shown === figure + words) return;
    node.figure.dataset.shown = figure + words;
    const unit = svg("tspan", { class: "unit" });
    unit.textContent = words;
    node.figure.replaceChildren(document.createTextNode(figure), unit);
  }

  #faults(node, faults) {
    const label = faults?.size ? [...faults.values()].join(", ") : "";
    if ((node.element.dataset.fault ?? "") === label) return;
    node.element.querySelector(".node-fault")?.remove();
    if (!label) {
      delete node.element.dataset.fault;
      return;
    }
    node.element.dataset.fault = label;
    const text = word("node-fault", label);
    const wide = this.drawing.direction === "LR";
    text.setAttribute("x", node.width - (wide ? 12 : 8));
    text.setAttribute("y", node.height - (wide ? 11 : 8));
    text.setAttribute("text-anchor", "end");
    node.element.append(text);
    // A long name would run into the figure; that a fault is on is what has to be seen.
    if (text.getComputedTextLength() > node.width * 0.55) text.textContent = "fault";
  }
}

/** A cross and a word where something was lost just now. */
export class Losses {
  constructor(drawing) {
    this.drawing = drawing;
    this.shown = new Map();
  }

  draw(facts, us, window) {
    for (const [id, node] of this.drawing.nodes) {
      const entry = facts.loss(id, us, window);
      const before = this.shown.get(id);
      if (before?.entry === entry?.id) continue;
      before?.element.remove();
      this.shown.delete(id);
      if (!entry) continue;
      const element = svg("g", { transform: `translate(${node.width - 12} ${node.height + 2})` });
      const text = word("loss-word", `${letterOf(entry.message)} lost`);
      text.setAttribute("x", -12);
      text.setAttribute("y", 10);
      text.setAttribute("text-anchor", "end");
      element.append(svg("path", { class: "loss", d: "M-6 0L6 12M6 0L-6 12" }), text);
      node.element.append(element);
      this.shown.set(id, { entry: entry.id, element });
    }
  }
}
