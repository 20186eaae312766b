// A lesson's page: its player, the runs of its experiments, and refusals that arrive as fragments.

import { begin, show } from "./begin.js";

const place = document.querySelector("[data-begin]");
const player = place ? begin(place) : null;
const still = matchMedia("(prefers-reduced-motion: reduce)");

// The server has made an experiment's run: the drawing shows it.
document.body.addEventListener("signalbox:experiment", async (event) => {
  const ready = await player;
  if (!ready) return;
  show(ready, event.detail.run);
  const box = place.getBoundingClientRect();
  const hidden = box.bottom < 80 || box.top > innerHeight - 80;
  if (hidden) place.scrollIntoView({ behavior: still.matches ? "auto" : "smooth", block: "start" });
});

// A post that is refused comes back as the same form with a sentence in it. It belongs on the page.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  const html = xhr.getResponseHeader("Content-Type")?.startsWith("text/html");
  if ([404, 409, 422].includes(xhr.status) && html && event.detail.target.matches(".question, .prediction")) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
