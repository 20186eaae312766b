// Every player on the page that has a run comes alive. One that has none yet is begun by its page
// (static/js/lessons/begin.js).

import { Player } from "./player.js";

for (const root of document.querySelectorAll("[data-player]")) {
  if (!root.dataset.run) continue;
  root.player = new Player(root);
  root.player.start();
}

// A fork in the lab has an address of its own; going back from it is going to the other run.
window.addEventListener("popstate", () => {
  const lab = document.querySelector('[data-player][data-layout="lab"]');
  if (lab && location.pathname !== `/runs/${lab.dataset.run}/`) location.reload();
});
