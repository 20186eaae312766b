// The home page: its player, and the one large button, which is the scenario's first lever.

import { begin } from "./begin.js";

const SAYS = {
  before: "Any moment will do. What was sent before it is not lost.",
  broken: "Sales writes its row and dies. Watch the dashed ticket in the queue: it is hidden, not gone.",
  restored: "Sales is back. What the queue still holds comes again, and is now deleted.",
};

const place = document.querySelector("[data-begin]");
const button = document.querySelector("[data-hero-crash]");
const said = document.querySelector("[data-hero-said]");

const player = await begin(place);
const lever = place.querySelector(".fault[data-control]");

function mirror() {
  const broken = lever.getAttribute("aria-pressed") === "true";
  const before = button.dataset.broken;
  button.dataset.broken = String(broken);
  button.textContent = lever.querySelector("[data-label]").textContent;
  if (before === undefined) said.textContent = SAYS.before;
  if (before !== undefined && before !== String(broken)) said.textContent = broken ? SAYS.broken : SAYS.restored;
  if (broken) said.textContent = SAYS.broken;
}

if (player && lever) {
  button.disabled = false;
  button.addEventListener("click", () => lever.click());
  new MutationObserver(mirror).observe(lever, { attributes: true, attributeFilter: ["aria-pressed"] });
  mirror();
}
