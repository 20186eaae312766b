// The line over the drawing: one passing sentence, said politely, in a place that is always there.

const STAYS_MS = 7_000;

export class Notices {
  constructor(line) {
    this.line = line;
  }

  /** Say a sentence; `action` is {label, href} or {label, run}. A `sticky` one stays until it is replaced. */
  say(text, { tone = "quiet", action = null, sticky = false } = {}) {
    clearTimeout(this.timer);
    const box = document.createElement("div");
    const words = document.createElement("span");
    box.className = `notice tone-${tone}`;
    words.textContent = text;
    box.append(words);
    if (action) box.append(this.#action(action));
    this.line.replaceChildren(box);
    if (!sticky) this.timer = setTimeout(() => this.clear(), STAYS_MS);
  }

  #action({ label, href, run }) {
    const element = document.createElement(href ? "a" : "button");
    element.className = "row-button";
    element.textContent = label;
    if (href) element.href = href;
    else {
      element.type = "button";
      element.addEventListener("click", run);
    }
    return element;
  }

  clear() {
    clearTimeout(this.timer);
    this.line.replaceChildren();
  }
}
