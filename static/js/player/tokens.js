// Tokens on the tracks: an SVG group a hop, moved by its transform; edges lit while something
// travels; a flow with its rate where there are too many.

import { along, svg } from "./drawing.js";
import { crowd, progress, rateText, stepped } from "./hops.js";

const point = { x: 0, y: 0 };

/** The identity that a learner sees: what stands before the first dot. */
export const letterOf = (message) => (message ?? "").split(".")[0];

function body(shape, small) {
  const scale = small ? 0.8 : 1;
  if (shape === "message") {
    const [w, h] = [22 * scale, 16 * scale];
    return svg("rect", { class: "token-body", x: -w / 2, y: -h / 2, width: w, height: h, rx: 2 });
  }
  return svg("circle", { class: "token-body", r: 10 * scale });
}

/** A badge with a count at (x, y). */
export function badge(count, x, y, scale = 1) {
  const group = svg("g", { class: "badge", transform: `translate(${x} ${y}) scale(${scale})` });
  group.append(svg("circle", { class: "badge-body", r: 6.5 }), svg("text", { class: "badge-text" }));
  group.lastChild.textContent = count > 99 ? "99" : String(count);
  return group;
}

export class Tokens {
  constructor(drawing, { still = () => false } = {}) {
    this.drawing = drawing;
    this.still = still;
    this.chosen = null; // the message that the inspector shows
    this.shown = new Map(); // hop id → element
    this.flows = null; // the crowded edges of the last frame
  }

  clear() {
    for (const element of this.shown.values()) element.remove();
    this.shown.clear();
    for (const edge of this.drawing.edges.values()) this.#light(edge, false, false);
  }

  /** Draw what travels at `us`. `flights` are the hops under way, `least` the shortest drawn flight. */
  draw(flights, us, least) {
    const active = flights.at(us, least);
    const { tokens, flows } = crowd(active, this.flows);
    this.flows = flows;
    const still = this.still();
    const gone = this.shown.size ? new Set(this.shown.keys()) : null;
    const lit = new Map();
    for (const hop of tokens) {
      const points = this.drawing.points(hop.edge);
      if (!points) continue;
      gone?.delete(hop.id);
      if (hop.tone === "lost" || !lit.has(hop.edge)) lit.set(hop.edge, hop.tone === "lost");
      const element = this.shown.get(hop.id) ?? this.#add(hop);
      const part = progress(hop, us, least);
      const at = still ? stepped(part) : part;
      along(points, hop.back ? 1 - at : at, point);
      element.transform.baseVal[0].setTranslate(point.x, point.y);
    }
    if (gone) for (const id of gone) this.#remove(id);
    for (const [id, edge] of this.drawing.edges) {
      this.#light(edge, lit.has(id), lit.get(id) === true);
      this.#flow(id, edge, flows.has(id) ? flights.rate(id, us, Math.max(1e6, least)) : null);
    }
    return { single: tokens.length, all: active.length };
  }

  #add(hop) {
    const small = this.drawing.direction === "TB";
    const element = svg("g", {
      transform: "translate(0 0)",
      class: `token tone-${hop.tone ?? "moving"}`,
      "data-shape": hop.shape,
      "data-message": hop.message ?? "",
      "data-hop": hop.id,
    });
    const letter = svg("text", { class: "token-letter" });
    letter.textContent = letterOf(hop.message);
    element.append(body(hop.shape, small), letter);
    if (hop.count > 1) element.append(badge(hop.count, small ? 8 : 11, small ? -7 : -9));
    element.classList.toggle("selected", this.chosen !== null && hop.message === this.chosen);
    this.drawing.tokens.append(element);
    this.shown.set(hop.id, element);
    return element;
  }

  /** The chosen message has changed. */
  mark() {
    for (const element of this.shown.values()) {
      element.classList.toggle("selected", this.chosen !== null && element.dataset.message === this.chosen);
    }
  }

  #remove(id) {
    this.shown.get(id).remove();
    this.shown.delete(id);
  }

  #light(edge, lit, lost) {
    if (edge.lit !== lit) {
      edge.lit = lit;
      edge.element.classList.toggle("lit", lit);
    }
    if (edge.lost !== lost) {
      edge.lost = lost;
      edge.element.classList.toggle("tone-lost", lost);
    }
  }

  #flow(id, edge, rate) {
    if (rate === null) {
      if (edge.flow) {
        edge.flow.remove();
        edge.flow = null;
        edge.element.classList.remove("flow");
      }
      return;
    }
    if (!edge.flow) {
      along(this.drawing.points(id), 0.5, point);
      edge.flow = svg("text", { class: "flow-rate", x: point.x, y: point.y - 10, "text-anchor": "middle" });
      edge.element.append(edge.flow);
      edge.element.classList.add("flow");
    }
    const text = rateText(rate);
    if (edge.flow.textContent !== text) edge.flow.textContent = text;
  }
}
