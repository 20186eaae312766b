"""The world: nodes, their states, the calendar and the trace, advanced in virtual time.

Everything that changes while a world runs is plain data and can be taken as a checkpoint between two notices;
configs, compiled expressions and handlers lie outside and are shared.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heappop
from typing import Any

from .calendar import NOTICE, Calendar, Notice
from .draws import Draws, Latency, Stream
from .limits import LIMITS, limit
from .service import Service
from .trace import Entry


@dataclass(frozen=True)
class Node:
    """One service of a scenario: its id, the service that behaves, and its config."""

    id: str
    service: Service
    config: Any


@dataclass(frozen=True)
class WorldCommand:
    """A command as the world sees it: `kind` is configure, fault, or what a service takes (send)."""

    seq: int
    at_us: int
    kind: str
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Checkpoint:
    """A world between two notices, as bytes; held in memory only. `entries` were recorded by then."""

    at_us: int
    entries: int
    data: bytes


class Context:
    """A service's only door to the world. One per node, reused for every notice.

    `now_us` is the virtual time, `config` the node's config as controls have left it, `faults` the faults
    that are on (name to parameters). `cause` is the entry that what happens next follows from: the notice's,
    then the last recorded one.
    """

    __slots__ = ("_entries", "_seat", "_streams", "_world", "cause", "config", "faults", "node", "now_us")

    def __init__(self, world: World, seat: int, node: str, config: Any) -> None:
        self._world = world
        self._seat = seat
        self._entries = world.entries
        self._streams: dict[str, Stream] = {}
        self.node = node
        self.config = config
        self.faults: dict[str, dict[str, Any]] = {}
        self.now_us = 0
        self.cause: int | None = None

    def record(
        self,
        kind: str,
        message: str | None = None,
        detail: dict[str, Any] | None = None,
        cause: int | None = None,
    ) -> int:
        """Record an entry; returns its id, which becomes the cause of what follows in this handler."""
        entries = self._entries
        entry_id = len(entries)
        entries.append(
            Entry(
                entry_id,
                self.now_us,
                self.node,
                kind,
                message,
                self.cause if cause is None else cause,
                detail,
            )
        )
        self.cause = entry_id
        return entry_id

    def send(
        self,
        to: str,
        kind: str,
        *,
        after_us: int,
        entry: str,
        message: str | None = None,
        body: Any = None,
        detail: dict[str, Any] | None = None,
        shape: str = "request",
        token: Any = None,
        cause: int | None = None,
    ) -> int:
        """Record the hop `entry` and let `to` get a notice `kind` after `after_us`; returns the entry's id.

        `shape` is the token's: request, response or message. The receiver answers with `reply`, which brings
        `token` back.
        """
        world = self._world
        arrives_us = self.now_us + after_us
        hop = {"to": to, "arrives_us": arrives_us, "shape": shape}
        if detail:
            hop.update(detail)
        entry_id = self.record(entry, message, hop, cause)
        notice = Notice(kind, message, body, entry_id, self.node, token)
        world.calendar.add(arrives_us, world.seats[to], notice)
        return entry_id

    def reply(
        self,
        notice: Notice,
        body: Any,
        *,
        after_us: int,
        entry: str,
        detail: dict[str, Any] | None = None,
        cause: int | None = None,
    ) -> int:
        """Answer the asker of `notice`: a hop back, and a ``reply`` notice with its token."""
        assert notice.sender is not None, "only a notice that was sent can be answered"
        return self.send(
            notice.sender,
            "reply",
            after_us=after_us,
            entry=entry,
            message=notice.message,
            body=body,
            detail=detail,
            shape="response",
            token=notice.token,
            cause=cause,
        )

    def ask(self, to: str, kind: str, *, after_us: int, body: Any = None, token: Any = None) -> None:
        """Let `to` get a notice without an entry or a drawn hop (a poll, a delete)."""
        world = self._world
        notice = Notice(kind, None, body, self.cause, self.node, token)
        world.calendar.add(self.now_us + after_us, world.seats[to], notice)

    def answer(self, notice: Notice, body: Any, *, after_us: int) -> None:
        """Answer the asker of `notice` without an entry or a drawn hop: the other half of `ask`."""
        world = self._world
        assert notice.sender is not None, "only a notice that was sent can be answered"
        back = Notice("reply", notice.message, body, self.cause, self.node, notice.token)
        world.calendar.add(self.now_us + after_us, world.seats[notice.sender], back)

    def schedule(
        self, after_us: int, kind: str, message: str | None = None, body: Any = None, cause: int | None = None
    ) -> int:
        """Plan a notice to this same node; returns a number for `cancel`."""
        notice = Notice(kind, message, body, self.cause if cause is None else cause)
        return self._world.calendar.add(self.now_us + after_us, self._seat, notice)

    def cancel(self, planned: int) -> None:
        """Forget what `schedule` planned; it must not have happened yet."""
        self._world.calendar.cancel(planned)

    def new_message(self, parent: str | None = None) -> str:
        """A message id: the next letter (A, B … Z, AA …), or `parent`'s next child (A.1, A.2 …)."""
        return self._world.new_message(parent)

    def stream(self, purpose: str) -> Stream:
        """This node's own sequence of draws for `purpose`."""
        stream = self._streams.get(purpose)
        if stream is None:
            stream = self._streams[purpose] = self._world.draws.stream(self.node, purpose)
        return stream

    def forget_streams(self) -> None:
        """The world has gone back: its streams are others now."""
        self._streams.clear()

    def latency_us(self, purpose: str, latency: Latency) -> int:
        """A drawn duration in microseconds."""
        return self.stream(purpose).latency_us(latency)

    def configure(self, setting: str, value: Any) -> None:
        """Change one field of this node's config, named as in a document; ValueError if unfit."""
        self._world.configure(self._seat, setting, value)

    def set_fault(self, name: str, on: bool, parameters: dict[str, Any]) -> None:
        """Put a fault on this node, or take it away."""
        if on:
            self.faults[name] = parameters
        else:
            self.faults.pop(name, None)

    @property
    def seed(self) -> str:
        """The run's seed, for draws that depend on a key alone (tapes)."""
        return self._world.draws.seed


class World:
    """A scenario alive: advance it with `run_until`, read what happened in `entries`.

    `ended` is None, or the sentence that says at which limit the run stopped.
    """

    def __init__(self, nodes: Iterable[Node], seed: str) -> None:
        self.nodes = tuple(nodes)
        self.seats = {node.id: seat for seat, node in enumerate(self.nodes)}
        assert len(self.seats) == len(self.nodes), "node ids are unique"
        self.entries: list[Entry] = []
        self.calendar = Calendar()
        self.draws = Draws(seed)
        self.states: list[Any] = [node.service.State() for node in self.nodes]
        self._overrides: dict[int, dict[str, Any]] = {}
        self.now_us = 0
        self.ended: str | None = None
        # How many notices happened in the latest instant that had any, however a caller slices time.
        self._instant_us, self._still = 0, 0
        self._letters = 0
        self._children: dict[str, int] = {}
        self.contexts = [Context(self, seat, node.id, node.config) for seat, node in enumerate(self.nodes)]
        for node, state, ctx in zip(self.nodes, self.states, self.contexts, strict=True):
            ctx.cause = None
            node.service.start(state, ctx)

    def run_until(self, until_us: int, notices: int = 1 << 60) -> bool:
        """Let everything up to and including `until_us` happen, at most `notices` notices.

        True when it is done, False when notices are left over (call again). Afterwards `now_us` is
        `until_us`, or the time of the last notice that happened.
        """
        if self.ended is not None:
            return True
        until_us = min(until_us, limit("simulated_us"))
        calendar = self.calendar
        heap, cancelled, entries = calendar.heap, calendar.cancelled, self.entries
        handle, states, contexts = [n.service.handle for n in self.nodes], self.states, self.contexts
        entries_max, still_max = limit("entries"), limit("notices_per_instant")
        for _ in range(notices):
            if not heap or heap[0][0] > until_us:
                break
            at_us, order, seq, seat, notice = heappop(heap)
            if cancelled and seq in cancelled and order == NOTICE:  # commands have numbers of their own
                cancelled.discard(seq)
                continue
            if at_us != self._instant_us:
                self._instant_us = self.now_us = at_us
                self._still = 0
            self._still += 1
            ctx = contexts[seat]
            ctx.now_us = at_us
            ctx.cause = notice.cause
            handle[seat](states[seat], notice, ctx)
            if len(entries) >= entries_max or self._still >= still_max:
                return self._end("entries" if len(entries) >= entries_max else "notices_per_instant")
        else:
            return False
        self.now_us = max(self.now_us, until_us)
        if until_us >= limit("simulated_us"):
            return self._end("simulated_us")
        return True

    def _end(self, name: str) -> bool:
        self.ended = LIMITS[name].sentence
        return True

    def add_command(self, command: WorldCommand) -> None:
        """Plan a command of the run's log; it must not lie before `now_us`."""
        assert command.at_us >= self.now_us, "a late command needs a rebuild from a checkpoint"
        seat = self.seats[command.body["node"]]
        notice = Notice(f"command_{command.kind}", None, dict(command.body))
        self.calendar.add_command(command.at_us, command.seq, seat, notice)

    def check_command(self, kind: str, body: Mapping[str, Any]) -> None:
        """ValueError with a sentence if no such command can be given to this world."""
        node = body.get("node")
        if node not in self.seats:
            raise ValueError(f"There is no service {str(node)[:60]!r} in this scenario.")
        self.nodes[self.seats[node]].service.check_command(kind, body, self.contexts[self.seats[node]].config)

    def configure(self, seat: int, setting: str, value: Any) -> None:
        """Replace one field of a node's config, for `Context.configure`."""
        overrides = {**self._overrides.get(seat, {}), setting: value}
        node = self.nodes[seat]
        self.contexts[seat].config = node.service.configured(node.config, overrides)
        self._overrides[seat] = overrides

    def new_message(self, parent: str | None = None) -> str:
        """The next message id; see `Context.new_message`."""
        if parent is None:
            self._letters += 1
            return letters(self._letters)
        child = self._children.get(parent, 0) + 1
        self._children[parent] = child
        return f"{parent}.{child}"

    def checkpoint(self) -> Checkpoint:
        """Take everything that changes, between two notices."""
        calendar = self.calendar
        data = (
            self.states,
            calendar.heap,
            calendar.next_seq,
            calendar.cancelled,
            self.draws.counts(),
            self._overrides,
            [ctx.faults for ctx in self.contexts],
            self._instant_us,
            self._still,
            self._letters,
            self._children,
            self.ended,
        )
        return Checkpoint(self.now_us, len(self.entries), pickle.dumps(data, protocol=5))

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go back to a checkpoint of this same world; entries after it are dropped."""
        calendar, overridden = Calendar(), self._overrides
        self.calendar = calendar
        (
            self.states,
            calendar.heap,
            calendar.next_seq,
            calendar.cancelled,
            counts,
            self._overrides,
            faults,
            self._instant_us,
            self._still,
            self._letters,
            self._children,
            self.ended,
        ) = pickle.loads(checkpoint.data)  # noqa: S301 - our own bytes, from this process's memory
        self.draws = Draws(self.draws.seed, counts)
        del self.entries[checkpoint.entries :]
        self.now_us = checkpoint.at_us
        for seat, (node, ctx) in enumerate(zip(self.nodes, self.contexts, strict=True)):
            if self._overrides.get(seat) != overridden.get(seat):
                ctx.config = node.service.configured(node.config, self._overrides.get(seat, {}))
            ctx.faults = faults[seat]
            ctx.forget_streams()


def letters(number: int) -> str:
    """1 is A, 26 is Z, 27 is AA: the identity that a learner sees on a ticket."""
    text = ""
    while number:
        number, letter = divmod(number - 1, 26)
        text = chr(65 + letter) + text
    return text
