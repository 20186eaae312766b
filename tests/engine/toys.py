"""Tiny services for tests of the engine: one that counts, one that asks, one that answers."""

from dataclasses import dataclass, field

from pydantic import Field

from simulator.engine import EntryKind, Gauge, Latency, Node, Service, ServiceConfig, World

SLOW = Latency.model_validate({"p50": "10ms", "p99": "50ms"})


class AskerConfig(ServiceConfig):
    asks: str = "answerer"
    pause_ms: int = Field(default=20, ge=1, alias="pause", json_schema_extra={"adjustable": True})


@dataclass(slots=True)
class AskerState:
    asked: int = 0
    answered: int = 0
    log: list[str] = field(default_factory=list)


class Asker(Service):
    """Asks on and on, a random pause between."""

    kind = "toy_asker"
    title = "Asker"
    plate = "person"
    Config = AskerConfig
    State = AskerState
    ENTRIES = {
        "asked": EntryKind(
            "{node} asked {to}.", "{message} waits for an answer.", "waiting", {"asked": 1, "open": 1}
        ),
        "answered": EntryKind("{node} got {word}.", place="gone", gauges={"answered": 1, "open": -1}),
    }
    GAUGES = {
        "asked": Gauge("Asked", balance="in"),
        "open": Gauge("Open", balance="now"),
        "answered": Gauge("Answered", balance="out"),
    }

    def start(self, state, ctx):
        ctx.schedule(0, "again")

    def on_again(self, state, notice, ctx):
        state.asked += 1
        delay = ctx.latency_us("network", SLOW)
        ctx.send(
            ctx.config.asks,
            "Ask",
            after_us=delay,
            entry="asked",
            message=ctx.new_message(),
            token=state.asked,
        )
        ctx.schedule(ctx.config.pause_ms * 1000 + int(ctx.stream("pause").uniform() * 1000), "again")

    def on_reply(self, state, notice, ctx):
        state.answered += 1
        ctx.record("answered", notice.message, {"word": notice.body["word"], "token": notice.token})

    def on_command_send(self, state, notice, ctx):
        self.on_again(state, notice, ctx)

    def counts(self, state):
        return {"asked": state.asked, "answered": state.answered, "open": state.asked - state.answered}


@dataclass(slots=True)
class AnswererState:
    heard: int = 0


class Answerer(Service):
    """Answers after a drawn while."""

    kind = "toy_answerer"
    title = "Answerer"
    plate = "lamps"
    State = AnswererState
    ENTRIES = {
        "heard": EntryKind(
            "{node} heard {message}.", "{message} is being answered.", "working", {"heard": 1}
        ),
        "said": EntryKind("{node} answered {message}.", place="gone"),
    }
    GAUGES = {"heard": Gauge("Heard", headline=True)}

    def on_Ask(self, state, notice, ctx):
        state.heard += 1
        ctx.record("heard", notice.message)
        ctx.reply(notice, {"ok": True, "word": "yes"}, after_us=ctx.latency_us("work", SLOW), entry="said")

    def counts(self, state):
        return {"heard": state.heard}


def talk(seed: str = "1", pause: int = 20) -> World:
    """An asker and an answerer."""
    return World(
        [Node("asker", Asker(), AskerConfig(pause=pause)), Node("answerer", Answerer(), ServiceConfig())],
        seed,
    )
