// Every player on the page comes alive.

import { Player } from "./player.js";

for (const root of document.querySelectorAll("[data-player]")) {
  root.player = new Player(root);
  root.player.start();
}
