// Commands to the server: posted with a key of their own, so that a repeat after a lost answer is
// not a second command.

const RETRIES_MS = [400, 1_500];

/** A key that no other command has. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What went wrong, as a sentence for the reader. */
export class Refused extends Error {}

async function sentenceOf(answer) {
  try {
    const { error } = await answer.json();
    if (typeof error === "string") return error;
  } catch {
    // no JSON: the sentences below say as much as is known
  }
  if (answer.status === 403) return "You may look at this run, but not drive it. Fork it to try things yourself.";
  if (answer.status === 404) return "This run is no longer kept on the server.";
  if (answer.status === 429) return "That was too much at once. Wait a moment, then try again.";
  return `The server did not take that (${answer.status}). Try again.`;
}

export class Commands {
  constructor({ runId, csrf }) {
    this.runId = runId;
    this.csrf = csrf;
  }

  async #post(path, fields) {
    const body = new URLSearchParams(fields);
    const headers = { "X-CSRFToken": this.csrf, Accept: "application/json" };
    for (let tried = 0; ; tried += 1) {
      try {
        const answer = await fetch(path, { method: "POST", body, headers, credentials: "same-origin" });
        if (answer.status < 500 || tried === RETRIES_MS.length) return answer;
      } catch {
        if (tried === RETRIES_MS.length) throw new Refused("The server cannot be reached. Nothing was changed.");
      }
      await pause(RETRIES_MS[tried]);
    }
  }

  /** Give a command to the run; Refused says in a sentence why it was not taken. */
  async give(kind, body, key = newKey()) {
    const answer = await this.#post(`/runs/${this.runId}/commands/`, {
      kind,
      body: JSON.stringify(body),
      client_key: key,
    });
    if (!answer.ok) throw new Refused(await sentenceOf(answer));
  }

  /** A new run with this one's history up to `us`, standing there or going on at `rate`; returns its id. */
  async fork(us, rate) {
    const fields = { at_us: String(Math.floor(us)), rate: String(rate), client_key: newKey() };
    const answer = await this.#post(`/runs/${this.runId}/fork/`, fields);
    if (!answer.ok) throw new Refused(await sentenceOf(answer));
    if (answer.redirected) return runOf(answer.url);
    const { run } = await answer.json();
    return run;
  }
}

/** The run's id in an address such as /runs/abc/. */
export function runOf(address) {
  return new URL(address, location.href).pathname.match(/\/runs\/([^/]+)\//)?.[1] ?? null;
}
