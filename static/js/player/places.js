// Where every message is, as a list: what the drawing shows, for ears, keyboards and the curious.

import { briefDuration, shortClock } from "./quantities.js";
import { seen } from "./seen.js";
import { letterOf } from "./tokens.js";

const SHOWN_MOST = 30; // messages of one service
const WORDS = {
  visible: "visible",
  in_flight: "in flight",
  delayed: "delayed",
  working: "being worked on",
  waiting: "waiting for an answer",
  stored: "stored",
};

/** What a stay is called: "in flight, received 2 times, 28.4 s left". */
export function stayWords(stay, us) {
  const words = [WORDS[stay.place] ?? stay.place];
  if (stay.count > 1) words.push(`received ${stay.count} times`);
  if (stay.until !== null && stay.until > us) words.push(`${briefDuration(stay.until - us)} left`);
  return words.join(", ");
}

const hopWords = (hop, model) =>
  `${hop.shape} from ${model.titles.get(hop.from)} to ${model.titles.get(hop.to)}, there at ${shortClock(hop.arrives)}`;

/** The whole list: [{id, title, items: [{key, message, node, words}], more}], services in document order. */
export function places(picture, flights, us, model) {
  const groups = [];
  if (flights.length) {
    groups.push({
      id: "",
      title: "Under way",
      items: flights.slice(0, SHOWN_MOST).map((hop) => ({
        key: `hop ${hop.id}`,
        message: hop.message,
        node: hop.from,
        words: hopWords(hop, model),
      })),
      more: Math.max(0, flights.length - SHOWN_MOST),
    });
  }
  for (const node of model.nodes) {
    const stays = picture.stays.get(node.id);
    if (!stays.size) continue;
    const all = [...stays];
    groups.push({
      id: node.id,
      title: node.title || node.id,
      // The newest of a long list: a store's first rows are of no interest any more.
      items: all.slice(-SHOWN_MOST).map(([message, stay]) => ({
        key: `${node.id} ${message}`,
        message,
        node: node.id,
        words: stayWords(stay, us),
      })),
      more: Math.max(0, all.length - SHOWN_MOST),
    });
  }
  return groups;
}

export class Places {
  constructor(root, model, { onChoose }) {
    this.model = model;
    this.root = root;
    this.list = root.querySelector("[data-places-list]");
    this.empty = root.querySelector("[data-places-empty]");
    this.rows = new Map();
    this.structure = "";
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-message]");
      if (button) onChoose({ message: button.dataset.message, node: button.dataset.node });
    });
  }

  draw(picture, flights, us) {
    if (!seen(this.root)) return;
    const groups = places(picture, flights, us, this.model);
    this.empty.hidden = groups.length > 0;
    const structure = groups.map((group) => `${group.id}:${group.items.map((item) => item.key)}:${group.more}`).join("|");
    if (structure !== this.structure) {
      this.structure = structure;
      this.#build(groups);
    }
    for (const group of groups) {
      for (const item of group.items) {
        const words = this.rows.get(item.key).querySelector("[data-words]");
        if (words.textContent !== item.words) words.textContent = item.words;
      }
    }
  }

  // Rows are kept by key, so that the focus stays where it is while messages come and go.
  #build(groups) {
    const before = this.rows;
    this.rows = new Map();
    const focused = this.list.contains(document.activeElement) ? document.activeElement : null;
    const sections = groups.map((group) => {
      const section = document.createElement("section");
      const title = document.createElement("h3");
      const list = document.createElement("ul");
      list.className = "places";
      list.setAttribute("role", "list");
      title.textContent = group.title;
      for (const item of group.items) {
        const row = before.get(item.key) ?? this.#row(item);
        this.rows.set(item.key, row);
        list.append(row);
      }
      section.append(title, list);
      if (group.more) section.append(this.#more(group.more));
      return section;
    });
    this.list.replaceChildren(...sections);
    if (focused && this.list.contains(focused)) focused.focus({ preventScroll: true });
  }

  #row(item) {
    const row = document.createElement("li");
    const button = document.createElement("button");
    const letter = document.createElement("span");
    const words = document.createElement("span");
    button.type = "button";
    button.className = "place-button";
    button.dataset.message = item.message;
    button.dataset.node = item.node;
    letter.className = "letter";
    letter.textContent = letterOf(item.message);
    words.dataset.words = "";
    button.append(letter, words);
    row.append(button);
    return row;
  }

  #more(count) {
    const words = document.createElement("p");
    words.className = "small muted";
    words.textContent = `and ${count.toLocaleString("en-US")} more`;
    return words;
  }
}
