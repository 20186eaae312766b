// Small step charts: axes and their room are there before the first event; the line is drawn up to
// the playhead.

import { svg } from "./drawing.js";
import { durationText, gaugeText } from "./quantities.js";
import { seen } from "./seen.js";
import { ageAt, Histories, niceMost, slopePath, stepPath, valueAt } from "./series.js";
import { railEnd } from "./timeline.js";

const HEIGHT = 96;
const LETTER = 6.6; // the width of a tick's letter
const BOTTOM = 18;
const TOP = 8;
// In the order in which templates/runs/_gauges.html writes the key.
const TONES = ["tone-moving", "tone-waiting", "tone-trouble", "tone-done"];

// Ticks are narrow: 30s, $0.001.
function tick(value, unit) {
  if (unit === "us") return durationText(Math.round(value));
  if (unit === "USD") return value ? `$${Number(value.toPrecision(1))}` : "$0";
  return gaugeText(value, unit).figure;
}

const ages = (series) => series.gauge.endsWith(".oldest_age");

export class Charts {
  constructor(root, log) {
    this.log = log;
    const known = new Map(log.model.charts.map((chart) => [chart.id, chart]));
    this.charts = [...root.querySelectorAll("[data-chart]")]
      .filter((figure) => known.has(figure.dataset.chart))
      .map((figure) => this.#build(figure, known.get(figure.dataset.chart)));
    this.histories = new Histories(
      log,
      this.charts.flatMap(({ chart }) => chart.series.map((series) => series.gauge)),
    );
  }

  #build(figure, chart) {
    const plot = figure.querySelector(".chart-plot");
    const lines = chart.series.map((series, index) =>
      svg("path", { class: `chart-line ${TONES[index % TONES.length]}${index ? " chart-line-second" : ""}` }),
    );
    const grid = svg("path", { class: "chart-grid" });
    const axis = svg("path", { class: "chart-axis" });
    const now = svg("path", { class: "chart-now" });
    // The top and the bottom of the scale, then the beginning and the end of time.
    const ticks = ["end", "end", "start", "end"].map((anchor) => svg("text", { class: "chart-tick", "text-anchor": anchor }));
    plot.replaceChildren(grid, axis, ...lines, now, ...ticks);
    plot.setAttribute("preserveAspectRatio", "xMinYMin meet");
    const empty = figure.querySelector("[data-chart-empty]");
    const values = [...figure.querySelectorAll("[data-chart-value]")]; // in the order of the series
    const item = { figure, chart, plot, lines, grid, axis, now, ticks, empty, values, width: 0 };
    // Told of its size rather than asking: also when its tab is opened.
    new ResizeObserver(([{ contentRect }]) => {
      item.width = Math.round(contentRect.width);
    }).observe(plot);
    return item;
  }

  draw(us, edge) {
    const end = railEnd(edge);
    for (const item of this.charts) {
      if (item.width && seen(item.figure)) this.#draw(item, us, end, item.width);
    }
  }

  #draw(item, us, end, width) {
    const { chart, lines } = item;
    const unit = this.histories.unit(chart.series[0].gauge);
    const most = this.#most(chart, us, unit);
    const room = 10 + LETTER * Math.max(3, tick(most, unit).length);
    const x = (at) => room + (at / end) * (width - room - 6);
    const y = (value) => TOP + (1 - value / most) * (HEIGHT - TOP - BOTTOM);
    this.#frame(item, { width, end, most, unit, room, x, y });
    const values = chart.series.map((series, index) => {
      const points = this.histories.of(series.gauge);
      const path = (ages(series) ? slopePath : stepPath)(points, us, x, y);
      if (lines[index].shown !== path) {
        lines[index].shown = path;
        lines[index].setAttribute("d", path);
      }
      return ages(series) ? ageAt(points, us) : valueAt(points, us);
    });
    item.now.setAttribute("d", `M${x(us).toFixed(1)} ${TOP}V${HEIGHT - BOTTOM}`);
    item.empty.hidden = this.log.length > 0;
    const words = values.map((value) => gaugeText(value, unit).figure);
    const text = words.map((word, index) => `${chart.series[index].label} ${word}`).join(", ");
    if (item.told === text) return;
    item.told = text;
    words.forEach((word, index) => {
      item.values[index].textContent = word;
    });
    item.plot.setAttribute("aria-label", `${chart.title}: ${text}`);
  }

  // The top of the scale: what was ever reached, and an age that grows on past it.
  #most(chart, us, unit) {
    const reached = chart.series.map((series) => {
      const points = this.histories.of(series.gauge);
      return Math.max(this.histories.mostOf(series.gauge), ages(series) ? ageAt(points, us) : 0);
    });
    return niceMost(Math.max(...reached, 0), unit);
  }

  // Axes and ticks change only when a scale steps up or the width does.
  #frame(item, { width, end, most, unit, room, x, y }) {
    const signature = `${width}/${end}/${most}`;
    if (item.framed === signature) return;
    item.framed = signature;
    item.plot.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    item.grid.setAttribute("d", `M${room} ${y(most)}H${width - 6}M${room} ${y(most / 2)}H${width - 6}`);
    item.axis.setAttribute("d", `M${room} ${TOP}V${y(0)}H${width - 6}`);
    const write = (index, text, at, up) => {
      item.ticks[index].textContent = text;
      item.ticks[index].setAttribute("x", at);
      item.ticks[index].setAttribute("y", up);
    };
    write(0, tick(most, unit), room - 6, y(most) + 4);
    write(1, tick(0, unit), room - 6, y(0) + 4);
    write(2, "0", x(0), HEIGHT - 4);
    write(3, durationText(end), width - 6, HEIGHT - 4);
  }
}
