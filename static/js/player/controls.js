// The levers: buttons that send, faults that are thrown and restored, settings with a slider and a
// number. They show what holds at the playhead, and act there.

const TIMES = new Set(["us", "ms", "s", "min", "h", "d"]);
const IN_US = { us: 1, ms: 1e3, s: 1e6, min: 60e6, h: 3600e6, d: 86_400e6 };
const SETTLES_MS = 1_500; // how long what was just given is not overwritten by what held before

/** The value that a command carries: a duration or a size as text, anything else as it is. */
export function commandValue(control, value) {
  return TIMES.has(control.unit) || control.unit === "B" ? `${value}${control.unit}` : value;
}

/** A setting's value, as the log has it, as the number of its control; null when it is neither. */
export function controlNumber(control, value) {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return TIMES.has(control.unit) ? value / IN_US[control.unit] : value;
  const text = String(value).trim();
  if (control.unit === "B" && text.endsWith("B")) return Number(text.slice(0, -1));
  const found = /^(\d+(?:\.\d+)?) ?(us|ms|s|min|h|d)$/.exec(text);
  if (!found || !TIMES.has(control.unit)) return text && Number.isFinite(Number(text)) ? Number(text) : null;
  return (Number(found[1]) * IN_US[found[2]]) / IN_US[control.unit];
}

/** The command of a control: [kind, body]. `state` is the wanted state of a fault, or a setting's number. */
export function commandOf(control, state) {
  if (control.type === "send") return ["send", { node: control.node, count: control.count ?? 1 }];
  if (control.type === "fault") {
    const parameters = control.parameters ?? {};
    return ["fault", { node: control.node, fault: control.fault, on: state, parameters }];
  }
  return ["configure", { node: control.node, setting: control.setting, value: commandValue(control, state) }];
}

export class Controls {
  /** `act(kind, body, control)` gives a command where the playhead is. */
  constructor(root, model, { act, drive }) {
    this.act = act;
    this.items = [];
    const known = new Map(model.controls.map((control) => [control.id, control]));
    for (const element of root.querySelectorAll("[data-control]")) {
      const control = known.get(element.dataset.control);
      if (!control) continue;
      const item = { control, element };
      this.items.push(item);
      if (control.unit === "bool") this.#switch(item);
      else if (control.type === "setting") this.#setting(item);
      else element.addEventListener("click", () => this.#press(item));
      if (!drive) element.title = "You are watching. Using this starts a run of your own from here.";
    }
  }

  #press(item) {
    const { control } = item;
    if (control.type !== "fault") return this.act(...commandOf(control), control);
    // A second press before the first has come back means the opposite of the first.
    const waits = performance.now() - (item.touched ?? -Infinity) < SETTLES_MS;
    item.wanted = !(waits ? item.wanted : item.element.getAttribute("aria-pressed") === "true");
    item.touched = performance.now();
    return this.act(...commandOf(control, item.wanted), control);
  }

  #switch(item) {
    item.box = item.element.querySelector("[data-box]");
    item.box.addEventListener("change", () => {
      item.touched = performance.now();
      this.act(...commandOf(item.control, item.box.checked), item.control);
    });
  }

  #setting(item) {
    item.slide = item.element.querySelector("[data-slide]");
    item.number = item.element.querySelector("[data-number]");
    item.slide.addEventListener("input", () => {
      item.number.value = item.slide.value;
      item.touched = performance.now();
    });
    item.slide.addEventListener("change", () => this.#give(item));
    item.number.addEventListener("input", () => {
      item.touched = performance.now();
    });
    item.number.addEventListener("change", () => this.#give(item));
  }

  #give(item) {
    const { number, slide, control } = item;
    if (!number.checkValidity() || number.value === "") {
      number.reportValidity();
      return;
    }
    slide.value = number.value;
    item.touched = performance.now();
    this.act(...commandOf(control, Number(number.value)), control);
  }

  /** Show what holds: {faults, settings} at the playhead. */
  draw({ faults, settings }, nowMs) {
    for (const item of this.items) {
      const { control } = item;
      if (control.type === "fault") this.#showFault(item, faults.get(control.node)?.has(control.fault) ?? false);
      if (control.type === "setting") this.#showSetting(item, settings.get(control.node)?.[control.setting], nowMs);
    }
  }

  #showFault({ control, element }, on) {
    if (element.getAttribute("aria-pressed") === String(on)) return;
    element.setAttribute("aria-pressed", String(on));
    element.querySelector("[data-label]").textContent = on ? (control.restore_label ?? control.label) : control.label;
    element.querySelector("[data-fault-state]").textContent = on ? "on" : "off";
  }

  #showSetting(item, value, nowMs) {
    const { control, number, slide, box } = item;
    const wanted = value === undefined ? control.value : controlNumber(control, value);
    if (wanted === null || nowMs - (item.touched ?? -Infinity) < SETTLES_MS) return;
    if (box) {
      box.checked = Boolean(wanted);
      return;
    }
    if (Math.abs(Number(number.value) - wanted) < 0.0006) return;
    if (document.activeElement === number && number.value === "") return;
    number.value = String(Math.round(wanted * 1000) / 1000);
    slide.value = String(wanted);
  }
}
