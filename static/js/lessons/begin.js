// A page whose player has no run yet: ask for one, then let the player play it. The drawing is on the
// page already; its script and its run are fetched at the same time.

const LATER = "The server cannot be reached, so nothing moves yet. Reload the page to try again.";

async function newRun(scenario, purpose, csrf) {
  const answer = await fetch("/runs/", {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": csrf },
    body: new URLSearchParams({ scenario, purpose }),
    credentials: "same-origin",
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error ?? LATER);
  return told.run;
}

/** Bring the player inside `place` to life; returns it, or null when no run could be had. */
export async function begin(place) {
  const root = place.querySelector("[data-player]");
  if (root.player) return root.player; // it had a run
  const { begin: scenario, purpose } = place.dataset;
  const script = import("../player/player.js");
  try {
    root.dataset.run ||= await newRun(scenario, purpose, root.dataset.csrf);
  } catch (error) {
    root.dataset.state = "gone";
    root.querySelector("[data-notice]").textContent = error instanceof TypeError ? LATER : error.message;
    return null;
  }
  const { Player } = await script;
  root.player = new Player(root);
  return root.player.start();
}

/** Let a player show another run from its beginning, to be driven by this reader. */
export function show(player, run) {
  player.log.cut(-1);
  player.actions.commands.runId = run;
  player.actions.drive = true;
  player.root.dataset.drive = "true";
  player.switchTo(run, 0);
}
