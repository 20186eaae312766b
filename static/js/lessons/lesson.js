// A lesson's page: its player, the runs of its experiments, and refusals that arrive as fragments.

import { begin, show } from "./begin.js";

const place = document.querySelector("[data-begin]");
const player = place ? begin(place) : null;
let awaited = document.querySelector('.prediction[data-state="running"]')?.id ?? null;
const still = matchMedia("(prefers-reduced-motion: reduce)");

// The server has made an experiment's run: the drawing shows it.
document.body.addEventListener("signalbox:experiment", async (event) => {
  const ready = await player;
  if (!ready) return;
  awaited = event.detail.card;
  show(ready, event.detail.run);
  const box = place.getBoundingClientRect();
  const hidden = box.bottom < 80 || box.top > innerHeight - 80;
  if (hidden) place.scrollIntoView({ behavior: still.matches ? "auto" : "smooth", block: "start" });
});

// It was measured. Who watches the drawing, with the card out of sight, learns of it there.
document.body.addEventListener("htmx:afterSettle", async () => {
  const card = awaited && document.querySelector(`#${awaited}[data-state="compared"]`);
  const ready = await player;
  if (!card || !ready) return;
  awaited = null;
  const box = card.getBoundingClientRect();
  if (box.bottom > 0 && box.top < innerHeight) return;
  ready.panels.notices.say("Measured.", {
    tone: "done",
    sticky: true,
    action: { label: "Compare it with what you said", href: `#${card.id}` },
  });
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
