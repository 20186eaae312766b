// Keys of the page, with an off switch that is remembered.

const STORED = "signalbox-keys";
const ACTS = {
  " ": "play",
  ",": "back",
  ".": "step",
  "[": "previousBookmark",
  "]": "next",
  ArrowLeft: "left",
  ArrowRight: "right",
  Home: "reset",
  End: "live",
  "?": "help",
};

/** Whether an element wants this key for itself. `clicked` is what a pointer pressed last. */
export function keeps(target, key, clicked = null) {
  if (!(target instanceof Element)) return false;
  // A button keeps the focus after a click; space then means "pause", not "the same again".
  if (key === " " && clicked !== null && target.closest("button, summary") === clicked) return false;
  if (target.closest("input:not([type=range], [type=checkbox], [type=radio]), select, textarea, [contenteditable]")) return true;
  if (key === " " && target.closest("button, summary, input, [role=button], [role=tab]")) return true;
  if (key.startsWith("Arrow") || key === "Home" || key === "End") {
    return Boolean(target.closest("input, [role=tab], [role=tablist], [role=region], pre"));
  }
  return false;
}

function stored() {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true; // storage is blocked: the switch holds for this page only
  }
}

export class Keys {
  /** `acts` maps names to functions of (event); `active()` says whether this player should take keys now. */
  constructor(root, { acts, active }) {
    this.on = stored();
    this.acts = acts;
    this.active = active;
    const box = root.querySelector("[data-shortcuts]");
    if (box) {
      box.checked = this.on;
      box.addEventListener("change", () => this.#switch(box.checked));
    }
    this.clicked = null;
    document.addEventListener("keydown", this.#pressed);
    document.addEventListener("keyup", (event) => {
      if (event.key === " " && this.took) event.preventDefault(); // the button's own click comes with it
      this.took = false;
    });
    document.addEventListener("pointerdown", (event) => {
      this.clicked = event.target instanceof Element ? event.target.closest("button, summary") : null;
    });
  }

  #switch(on) {
    this.on = on;
    try {
      localStorage.setItem(STORED, on ? "on" : "off");
    } catch {
      // kept for this page only
    }
  }

  #pressed = (event) => {
    if (!this.on || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Tab") this.clicked = null;
    const act = ACTS[event.key];
    if (!act || keeps(event.target, event.key, this.clicked) || !this.active(event)) return;
    event.preventDefault();
    this.took = event.key === " ";
    this.acts[act]?.(event);
  };
}
