// Tabs as the authoring practices describe them: arrows move, one is in the tab order.

export class Tabs {
  constructor(root, onShow) {
    this.tabs = [...root.querySelectorAll("[role=tab]")];
    this.onShow = onShow;
    root.addEventListener("click", (event) => {
      const tab = event.target.closest("[role=tab]");
      if (tab) this.show(tab);
    });
    root.addEventListener("keydown", (event) => {
      const at = this.tabs.indexOf(document.activeElement);
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: this.tabs.length - 1 }[event.key];
      if (at < 0 || to === undefined) return;
      event.preventDefault();
      const tab = this.tabs[(to + this.tabs.length) % this.tabs.length];
      tab.focus();
      this.show(tab);
    });
  }

  panelOf(tab) {
    return document.getElementById(tab.getAttribute("aria-controls"));
  }

  show(tab) {
    for (const other of this.tabs) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", String(chosen));
      other.tabIndex = chosen ? 0 : -1;
      this.panelOf(other).hidden = !chosen;
    }
    this.onShow?.(this.panelOf(tab));
  }

  /** Show the panel that contains `element`, without moving the focus. */
  reveal(element) {
    const tab = this.tabs.find((one) => this.panelOf(one).contains(element));
    if (tab && tab.getAttribute("aria-selected") !== "true") this.show(tab);
  }
}
