"""A probe: asks a service anything at any time, and keeps what it answers. For tests of one service alone."""

from dataclasses import dataclass, field

import simulator.services  # noqa: F401  (registers the kinds)
from simulator.engine import EntryKind, Link, Node, Picture, Service, World, service_kinds
from simulator.engine.calendar import Notice
from simulator.engine.quantities import SECOND


@dataclass
class ProbeState:
    answers: dict = field(default_factory=dict)


class Probe(Service):
    kind = "probe"
    title = "Probe"
    plate = "person"
    State = ProbeState
    ENTRIES = {"asked": EntryKind("{node} asked {to}.")}

    @classmethod
    def links(cls, config):
        return [Link("subject", "Anything")]

    def on_ask(self, state, notice, ctx):
        number, action, body, message = notice.body
        given = body(state.answers) if callable(body) else body
        ctx.send("subject", action, after_us=0, entry="asked", message=message, body=given, token=number)

    def on_reply(self, state, notice, ctx):
        state.answers[notice.token] = (ctx.now_us, notice.body)

    def on_Invoke(self, state, notice, ctx):
        """Stands for a function that never answers, unless a test answers for it."""
        state.answers["invoked"] = (ctx.now_us, notice)

    def on_DeadLetter(self, state, notice, ctx):
        state.answers.setdefault("dead letters", []).append(notice.body["message"])


class Subject:
    """One service under test, with a probe beside it. Times are in seconds."""

    def __init__(self, kind, seed="test", **config):
        chosen = service_kinds()[kind]
        self.service = chosen()
        nodes = [
            Node("subject", self.service, chosen.Config.model_validate(config)),
            Node("probe", Probe(), Probe.Config()),
        ]
        self.world = World(nodes, seed)
        self.asked = 0

    def ask(self, at, action, body=None, message=None):
        """Ask at a time; a body that is a function gets the answers so far. Returns the answer's number."""
        self.asked += 1
        notice = Notice("ask", None, (self.asked, action, body or {}, message))
        self.world.calendar.add(round(at * SECOND), 1, notice)
        return self.asked

    def run(self, until):
        self.world.run_until(round(until * SECOND))
        return self

    def answer(self, number):
        """What was answered, or None."""
        return self.world.states[1].answers.get(number, (None, None))[1]

    def answered_at(self, number):
        """When, in seconds."""
        return self.world.states[1].answers[number][0] / SECOND

    def entries(self, kind=None):
        return [e for e in self.world.entries if e.node == "subject" and kind in (None, e.kind)]

    def kinds(self):
        return [e.kind for e in self.entries()]

    @property
    def gauges(self):
        picture = Picture.of({node.id: node.service for node in self.world.nodes})
        gauges = picture.add_all(self.world.entries).gauges["subject"]
        assert gauges == self.service.counts(self.world.states[0])
        return gauges

    @property
    def ctx(self):
        return self.world.contexts[0]
