// The captions of a story, lit one after the other as the message passes.

export class Captions {
  constructor(list) {
    this.items = list ? [...list.children] : [];
    this.shown = [];
  }

  draw(states) {
    this.items.forEach((item, index) => {
      const state = states[index] ?? "";
      if (this.shown[index] === state) return;
      this.shown[index] = state;
      item.classList.toggle("lit", state === "lit");
      item.classList.toggle("past", state === "past");
      if (state === "lit") item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    });
  }
}
