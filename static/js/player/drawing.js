// The SVG drawings of a page, and what the player puts on them needs to know: nodes, edges, sampled
// tracks. Both directions are in the page; the style sheet shows one, and only that one is drawn on.

const SVG = "http://www.w3.org/2000/svg";
const POINTS = 64;
// A token comes out of one plate and goes into the other: its path is a little longer than the track.
const OVERSHOOT = { LR: 10, TB: 12 };

/** An SVG element with attributes and children. */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** 64 places along a path, from before its start to past its end: [x0, y0, x1, y1, …]. */
export function sample(path, overshoot) {
  const length = path.getTotalLength();
  const points = new Float32Array(POINTS * 2);
  const at = (distance) => path.getPointAtLength(Math.max(0, Math.min(length, distance)));
  const beyond = (edge, inner, by) => {
    const size = Math.hypot(edge.x - inner.x, edge.y - inner.y) || 1;
    return { x: edge.x + ((edge.x - inner.x) / size) * by, y: edge.y + ((edge.y - inner.y) / size) * by };
  };
  const whole = length + 2 * overshoot;
  for (let index = 0; index < POINTS; index += 1) {
    const distance = (index / (POINTS - 1)) * whole - overshoot;
    let point = at(distance);
    if (distance < 0) point = beyond(at(0), at(1), -distance);
    if (distance > length) point = beyond(at(length), at(length - 1), distance - length);
    points[index * 2] = point.x;
    points[index * 2 + 1] = point.y;
  }
  return points;
}

/** Where `part` (0 to 1) of a sampled track lies, written into `into`. */
export function along(points, part, into) {
  const exact = part * (POINTS - 1);
  const index = Math.min(POINTS - 2, Math.floor(exact));
  const rest = exact - index;
  const at = index * 2;
  into.x = points[at] + (points[at + 2] - points[at]) * rest;
  into.y = points[at + 1] + (points[at + 3] - points[at + 1]) * rest;
  return into;
}

const numbers = (element, names) => names.map((name) => Number(element.dataset[name]));

/** One of the two drawings. */
export class Drawing {
  constructor(element) {
    this.element = element;
    this.direction = element.dataset.direction;
    this.tokens = element.querySelector("[data-tokens]");
    this.nodes = new Map();
    this.edges = new Map();
    for (const node of element.querySelectorAll("[data-node]")) this.nodes.set(node.dataset.node, this.#node(node));
    for (const edge of element.querySelectorAll("[data-edge]")) this.edges.set(edge.dataset.edge, this.#edge(edge));
  }

  #node(element) {
    const content = element.querySelector("[data-content]");
    const [x, y, w, h] = numbers(content, ["x", "y", "w", "h"]);
    const figure = element.querySelector("[data-figure]");
    const plate = element.querySelector(".plate");
    return {
      element,
      content,
      box: { x, y, w, h },
      figure,
      figureRoom: Number(figure?.dataset.w ?? 0),
      width: Number(plate.getAttribute("width")),
      height: Number(plate.getAttribute("height")),
      style: element.dataset.plate,
    };
  }

  #edge(element) {
    return { element, track: element.querySelector("[data-track]"), points: null, lit: false, flow: null };
  }

  get shown() {
    return this.element.getClientRects().length > 0;
  }

  /** The sampled track of an edge; measured when it is first needed, which is when it is shown. */
  points(id) {
    const edge = this.edges.get(id);
    if (!edge) return null;
    edge.points ??= sample(edge.track, OVERSHOOT[this.direction] ?? 10);
    return edge.points;
  }
}
