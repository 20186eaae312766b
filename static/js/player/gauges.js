// Live figures and the ledger in the instruments.

import { gaugeText } from "./quantities.js";
import { ledger } from "./picture.js";
import { seen } from "./seen.js";

export class Gauges {
  constructor(root, model) {
    this.root = root;
    this.model = model;
    this.cells = [];
    for (const element of root.querySelectorAll("[data-gauge]")) {
      const at = element.dataset.gauge.indexOf(".");
      const node = element.dataset.gauge.slice(0, at);
      const name = element.dataset.gauge.slice(at + 1);
      this.cells.push({
        node,
        name,
        unit: model.byId.get(node)?.gauges?.[name]?.unit ?? "",
        figure: element.querySelector(".gauge-figure"),
        words: element.querySelector(".gauge-unit"),
        shown: null,
      });
    }
    this.ledgers = new Map([...root.querySelectorAll("[data-ledger]")].map((line) => [line.dataset.ledger, line]));
  }

  draw(picture) {
    if (!seen(this.root)) return;
    for (const cell of this.cells) {
      const { figure, unit } = gaugeText(picture.gauges.get(cell.node)?.[cell.name], cell.unit);
      if (cell.shown === figure) continue;
      cell.shown = figure;
      cell.figure.textContent = figure;
      if (cell.words.textContent !== unit) cell.words.textContent = unit;
    }
    for (const account of ledger(picture, this.model)) this.#account(account);
  }

  #account({ node, came, here, left, balanced }) {
    const line = this.ledgers.get(node);
    if (!line) return;
    const text = `${came} came = ${here} here + ${left} left`;
    if (line.dataset.shown === text + balanced) return;
    line.dataset.shown = text + balanced;
    line.dataset.balanced = String(balanced);
    const words = document.createElement("span");
    words.className = `status ${balanced ? "tone-done" : "tone-lost"}`;
    words.textContent = balanced ? "balances" : "does not balance";
    line.replaceChildren(`${text} `, words);
  }
}
