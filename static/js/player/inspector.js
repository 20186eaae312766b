// The inspector: what the server knows about the chosen message or service at the playhead, and why.

import { fetchInto } from "./dialogs.js";
import { shortClock } from "./quantities.js";

const FRESH_MS = 1_200; // between two fetches while the run plays

export class Inspector {
  /** `show(chosen)` is told what is chosen, so that the drawing can mark it and the panel can open. */
  constructor(root, { runId, onChange }) {
    this.root = root;
    this.runId = runId;
    this.onChange = onChange;
    this.chosen = null;
    this.chosenBox = root.querySelector("[data-chosen]");
    this.places = root.querySelector("[data-places]");
    this.fragment = root.querySelector("[data-fragment]");
    this.asOf = root.querySelector("[data-as-of]");
    root.querySelector("[data-unchoose]").addEventListener("click", () => {
      this.choose(null);
      this.places.querySelector("button")?.focus();
    });
    this.fragment.addEventListener("click", (event) => {
      const link = event.target.closest("[data-choose-message], [data-choose-node]");
      if (!link) return;
      event.preventDefault();
      // A message of a service is asked about there; a service is chosen for itself.
      const { chooseMessage: message = null, chooseNode: node = null } = link.dataset;
      this.choose({ message, node: message ? (this.chosen?.node ?? null) : node }, { focus: true });
    });
    this.why = document.createElement("div");
    this.what = document.createElement("div");
    this.fragment.append(this.why, this.what);
  }

  /** {message, node}, either may be null; null to choose nothing. */
  choose(chosen, { focus = false } = {}) {
    this.chosen = chosen;
    this.fetched = null;
    this.chosenBox.hidden = !chosen;
    this.places.hidden = Boolean(chosen);
    this.why.replaceChildren();
    this.what.replaceChildren();
    this.onChange(chosen);
    if (!chosen) return;
    this.wanted = true;
    if (focus) {
      this.chosenBox.tabIndex = -1;
      this.chosenBox.focus();
    }
  }

  /** Fetch again what has changed: when another entry about it was passed, or the playhead was moved. */
  draw({ us, count, nowMs, moving }) {
    if (!this.chosen || this.busy) return;
    const at = Math.floor(us);
    const stale = this.wanted || (this.fetched !== null && (this.count !== count || (!moving && this.fetched !== at)));
    if (!stale || (!this.wanted && nowMs - (this.fetchedMs ?? 0) < (moving ? FRESH_MS : 250))) return;
    this.wanted = false;
    this.fetched = at;
    this.count = count;
    this.fetchedMs = nowMs;
    this.#fetch(at);
  }

  async #fetch(at) {
    const { message, node } = this.chosen;
    this.busy = true;
    const base = `/runs/${this.runId()}`;
    const query = (fields) => new URLSearchParams({ ...fields, at_us: String(at) });
    const about = message ? { message } : { node };
    const asked = [fetchInto(this.what, `${base}/inspect/?${query(about)}`)];
    if (message) asked.push(fetchInto(this.why, `${base}/why/?${query(node ? { message, node } : { message })}`));
    await Promise.all(asked);
    this.asOf.textContent = `as of ${shortClock(at)}`;
    this.busy = false;
  }
}
