// How frames come: by the run's socket; after a break again with the cursor, ever less often; by
// polling where sockets are blocked. It says what happened in one sentence. A connection that is dead
// without saying so (a laptop slept, a network changed) is known by its silence.

const WAITS_MS = [300, 700, 1_500, 3_000, 6_000, 10_000];
const POLL_MS = 400;
const TRIES_BEFORE_POLLING = 2;
const SOCKET_AGAIN_MS = 60_000; // who polls tries the socket again now and then
const LOOK_MS = 1_000;
const SILENT_MS = 5_000; // a playing run sends ten frames a second
const GONE = new Set([4401, 4403, 4404]);

export class Feed {
  /**
   * `cursor()` says what is known; `onFrame(frame)` returns false when the frame does not connect;
   * `plays()` says whether frames ought to come.
   */
  constructor({ runId, cursor, onFrame, onState, plays = () => false }) {
    this.runId = runId;
    this.cursor = cursor;
    this.onFrame = onFrame;
    this.onState = onState;
    this.plays = plays;
    this.failures = 0;
    this.opened = false;
    this.closed = false;
    this.broken = false;
    this.fromStart = false;
    this.awaits = false; // a command was taken, so a frame has to come
    this.heardMs = Date.now();
  }

  start() {
    this.#connect();
    window.addEventListener("online", this.#online);
    document.addEventListener("visibilitychange", this.#hurry);
    this.looks = setInterval(this.#look, LOOK_MS);
    return this;
  }

  /** A command that was posted at `sinceMs` was taken: without a frame from then on, the connection is dead. */
  awaitFrame(sinceMs) {
    if (this.heardMs >= sinceMs) return;
    this.heardMs = Date.now();
    this.awaits = true;
  }

  stop() {
    this.closed = true;
    clearTimeout(this.timer);
    clearInterval(this.looks);
    window.removeEventListener("online", this.#online);
    document.removeEventListener("visibilitychange", this.#hurry);
    this.socket?.close();
  }

  // When the reader comes back, don't wait out the pause.
  #hurry = () => {
    this.#look();
    if (this.broken && !this.closed && !document.hidden) {
      clearTimeout(this.timer);
      this.#connect();
    }
  };

  // What was open before the network went does not hear what was sent meanwhile.
  #online = () => {
    if (this.socket && this.started) this.#drop();
    this.#hurry();
  };

  #look = () => {
    if (!this.socket || !this.started || this.closed || document.hidden) return;
    if ((this.awaits || this.plays()) && Date.now() - this.heardMs > SILENT_MS) this.#drop();
  };

  // The connection is dead, though nobody said so: the next one goes on from what is known.
  #drop() {
    const { socket } = this;
    this.socket = null;
    socket?.close();
    this.heardMs = Date.now();
    if (!this.opened) return this.#failed();
    this.#lost();
    this.#connect();
  }

  #query() {
    const { commands, next } = this.fromStart ? { commands: 0, next: 0 } : this.cursor();
    this.fromStart = false;
    return `?commands=${commands}&next=${next}`;
  }

  #connect() {
    if (this.closed || this.socket) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/runs/${this.runId}/${this.#query()}`);
    this.socket = socket;
    this.heardMs = Date.now();
    socket.addEventListener("message", (event) => {
      if (this.socket !== socket) return; // it was given up
      this.opened = true;
      this.failures = 0;
      if (!this.#take(JSON.parse(event.data))) this.#again();
    });
    socket.addEventListener("close", (event) => {
      if (this.socket !== socket) return;
      this.socket = null;
      if (this.closed) return;
      if (GONE.has(event.code)) return this.#end(event.code);
      this.#failed();
    });
  }

  // False when the frame begins after what is known.
  #take(frame) {
    this.heardMs = Date.now();
    this.awaits = false;
    if (this.onFrame(frame) === false) return false;
    if (!this.started) this.onState("connected", "");
    else if (this.broken) this.onState("connected", "Reconnected; nothing was missed.");
    this.started = true;
    this.broken = false;
    return true;
  }

  // Ask for everything.
  #again() {
    this.fromStart = true;
    const { socket } = this;
    this.socket = null;
    socket?.close();
    this.#connect();
  }

  #end(code) {
    this.closed = true;
    this.onState("gone", code === 4404 ? "This run is no longer kept on the server." : "You may not watch this run.");
  }

  #failed() {
    this.failures += 1;
    if (!this.opened && this.failures >= TRIES_BEFORE_POLLING) {
      this.pollsSinceMs = Date.now();
      return this.#poll();
    }
    this.#lost();
    const wait = WAITS_MS[Math.min(this.failures, WAITS_MS.length) - 1];
    this.timer = setTimeout(() => this.#connect(), wait * (0.8 + 0.4 * Math.random()));
  }

  #lost() {
    const again = this.broken;
    this.broken = true;
    if (!this.started) return; // still connecting for the first time
    this.onState("lost", again ? null : "The connection broke; what is here stays. Connecting again.");
  }

  async #poll() {
    if (this.closed || this.socket) return;
    if (Date.now() - this.pollsSinceMs > SOCKET_AGAIN_MS) return this.#connect();
    try {
      const answer = await fetch(`/runs/${this.runId}/frames/${this.#query()}`, {
        headers: { Accept: "application/json" },
      });
      if (answer.status === 404 || answer.status === 403) return this.#end(4000 + answer.status);
      if (!answer.ok) throw new Error(String(answer.status));
      this.fromStart = !this.#take(await answer.json());
    } catch {
      this.#lost();
    }
    this.timer = setTimeout(() => this.#poll(), this.broken ? 2_000 : POLL_MS);
  }
}
