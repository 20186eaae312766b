"""A client: sends requests to an API when a control, a rate, a burst, its users or a tape say so."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.engine import (
    Context,
    Link,
    Notice,
    Service,
    fill,
    json_text,
    keyed_exponential_us,
    keyed_uniform,
)
from simulator.engine.quantities import MILLISECOND, SECOND

from .config import COUNT_MAX, Burst, ClientConfig, Closed, Poisson, Steady, Tape
from .tables import ENTRIES, GAUGES

#: Between the requests of one command, so that each has a time of its own.
APART_US = 5 * MILLISECOND
BODY_SHOWN_MAX = 1000  # characters of a body that the trace repeats
OWN = -1  # the number of the traffic that the setting `rate` makes where the document has no open traffic


@dataclass(slots=True)
class Waiting:
    """A request without an answer: since when, its planned giving up, whose it is in closed traffic."""

    sent_us: int
    timer: int
    user: int | None


@dataclass(slots=True)
class ClientState:
    """Requests without an answer, by their number, and the planned arrivals of open traffic."""

    waiting: dict[int, Waiting] = field(default_factory=dict)
    sent: int = 0
    planned: dict[int, int] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)

    def count(self, name: str, amount: int = 1) -> None:
        self.counted[name] = self.counted.get(name, 0) + amount


class Client(Service):
    """A client of an API."""

    kind = "client"
    title = "Client"
    plate = "person"
    Config = ClientConfig
    State = ClientState
    ENTRIES = ENTRIES
    GAUGES = GAUGES

    @classmethod
    def links(cls, config: ClientConfig) -> Iterable[Link]:
        """The API."""
        if config.calls is not None:
            yield Link(config.calls, "HttpRequest", config.request.method, ("calls",))

    # ---- when ------------------------------------------------------------------------------------

    def start(self, state: ClientState, ctx: Context) -> None:
        """Plan the first arrival of every traffic."""
        for number in self._open_numbers(ctx.config):
            self._plan_arrival(state, number, ctx, first=True)
        for number, traffic in enumerate(ctx.config.traffic):
            if isinstance(traffic, Burst):
                for nth in range(traffic.count):
                    ctx.schedule(traffic.at_us + traffic.spread_us * nth // traffic.count, "send_one")
            elif isinstance(traffic, Closed):
                for _ in range(traffic.users):
                    after_us = traffic.starts_us + ctx.latency_us("think", traffic.think)
                    ctx.schedule(after_us, "user_ready", body=number)
            elif isinstance(traffic, Tape):
                self._plan_payment(1, number, traffic.starts_us, ctx)

    def _open_numbers(self, config: ClientConfig) -> list[int]:
        """The open traffics by number, the one that `rate` overrides first."""
        found = [n for n, traffic in enumerate(config.traffic) if isinstance(traffic, Poisson | Steady)]
        return found or ([OWN] if config.calls is not None else [])

    def _open_traffic(self, number: int, config: ClientConfig) -> Poisson | Steady:
        """The open traffic `number` as it is now, with the setting `rate` in it."""
        if number == OWN:
            return Poisson(arrivals="poisson", rate=config.rate or 0.0)
        traffic = config.traffic[number]
        assert isinstance(traffic, Poisson | Steady)
        if config.rate is not None and number == self._open_numbers(config)[0]:
            return traffic.model_copy(update={"rate": config.rate})
        return traffic

    def _plan_arrival(self, state: ClientState, number: int, ctx: Context, *, first: bool = False) -> None:
        traffic = self._open_traffic(number, ctx.config)
        if not traffic.rate:
            return
        every_us = round(SECOND / traffic.rate)
        after_us = max(traffic.starts_us - ctx.now_us, 0)
        if isinstance(traffic, Poisson):
            after_us += ctx.stream(f"arrivals {number}").exponential_us(every_us)
        elif not first:
            after_us += every_us
        if traffic.stops_us is None or ctx.now_us + after_us < traffic.stops_us:
            state.planned[number] = ctx.schedule(after_us, "arrival", body=number)

    def on_arrival(self, state: ClientState, notice: Notice, ctx: Context) -> None:
        """An open traffic's request is due."""
        del state.planned[notice.body]
        self._send(state, ctx)
        ctx.cause = None
        self._plan_arrival(state, notice.body, ctx)

    def configuration_changed(self, state: ClientState, setting: str, ctx: Context) -> None:
        """A new rate holds from now on: what was planned by the old one is planned anew."""
        if setting == "rate" and (numbers := self._open_numbers(ctx.config)):
            if numbers[0] in state.planned:
                ctx.cancel(state.planned.pop(numbers[0]))
            self._plan_arrival(state, numbers[0], ctx)

    def on_send_one(self, state: ClientState, notice: Notice, ctx: Context) -> None:
        """One request of a burst or of a command is due."""
        self._send(state, ctx)

    def on_user_ready(self, state: ClientState, notice: Notice, ctx: Context) -> None:
        """A user of closed traffic has thought enough."""
        traffic = ctx.config.traffic[notice.body]
        if traffic.stops_us is None or ctx.now_us < traffic.stops_us:
            self._send(state, ctx, user=notice.body)

    def _user_thinks(self, number: int | None, ctx: Context) -> None:
        if number is not None:
            ctx.cause = None
            think_us = ctx.latency_us("think", ctx.config.traffic[number].think)
            ctx.schedule(think_us, "user_ready", body=number)

    def _plan_payment(self, payment: int, number: int, after_us: int, ctx: Context) -> None:
        tape = ctx.config.traffic[number]
        every_us = round(SECOND / tape.rate)
        after_us += keyed_exponential_us(every_us, ctx.seed, tape.name, payment, "arrival")
        ctx.schedule(after_us, "payment", body=(number, payment), cause=None)

    def on_payment(self, state: ClientState, notice: Notice, ctx: Context) -> None:
        """A payment of a tape is due."""
        number, payment = notice.body
        tape = ctx.config.traffic[number]
        span = tape.size_max_bytes - tape.size_min_bytes + 1
        size = tape.size_min_bytes + int(keyed_uniform(ctx.seed, tape.name, payment, "size") * span)
        self._send(state, ctx, tape={"tape": tape.name, "payment": payment}, size=size)
        ctx.cause = None
        if payment < tape.payments:
            self._plan_payment(payment + 1, number, 0, ctx)

    def on_command_send(self, state: ClientState, notice: Notice, ctx: Context) -> None:
        """Send `count` requests, a few milliseconds apart."""
        self._send(state, ctx)
        ctx.cause = None
        for nth in range(1, notice.body.get("count", 1)):
            ctx.schedule(nth * APART_US, "send_one")

    def check_command(self, kind: str, body: Mapping[str, Any], config: Any) -> None:
        """Beyond the base's checks: how many one command may send."""
        super().check_command(kind, body, config)
        if kind == "send":
            count = body.get("count", 1)
            if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= COUNT_MAX:
                raise ValueError(f"One command sends 1 to {COUNT_MAX} messages.")
            if config.calls is None:
                raise ValueError("This client has no API to send to.")

    # ---- what ------------------------------------------------------------------------------------

    def _send(
        self,
        state: ClientState,
        ctx: Context,
        *,
        user: int | None = None,
        tape: Mapping[str, Any] | None = None,
        size: int = 0,
    ) -> None:
        config: ClientConfig = ctx.config
        assert config.calls is not None
        state.sent += 1
        state.count("requests_sent")
        number, message = state.sent, ctx.new_message()
        known = {"n": number, "message": message, "request_id": f"{ctx.node}-{number}", "size": size}
        body = fill(config.request.body, known)
        text = body if body is None or isinstance(body, str) else json_text(body)
        path = fill(config.request.path, known)
        entry = ctx.send(
            config.calls,
            "HttpRequest",
            after_us=ctx.latency_us("network", config.network),
            entry="request_sent",
            message=message,
            body={
                "method": config.request.method,
                "path": str(path),
                "headers": config.request.headers,
                "body": text,
                "bytes": max(size, len((text or "").encode())),
                "trace": {"sent_us": ctx.now_us, "root": message, **(tape or {})},
                "network_us": ctx.latency_us("network", config.network),
            },
            detail={
                "n": number,
                "method": config.request.method,
                "path": str(path),
                "body": (text or "")[:BODY_SHOWN_MAX],
                "until_us": ctx.now_us + config.timeout_us,
            },
            token=number,
        )
        timer = ctx.schedule(config.timeout_us, "timeout", message, number, cause=entry)
        state.waiting[number] = Waiting(ctx.now_us, timer, user)

    # ---- and what came of it ---------------------------------------------------------------------

    def on_reply(self, state: ClientState, notice: Notice, ctx: Context) -> None:
        """An answer came."""
        answer = notice.body
        waiting = state.waiting.pop(notice.token, None)
        if waiting is None:
            ctx.record("answer_too_late", notice.message, {"status": answer["status"]})
            return
        ctx.cancel(waiting.timer)
        latency_us = ctx.now_us - waiting.sent_us
        status = answer["status"]
        detail = {
            "status": status,
            "latency_us": latency_us,
            "request_id": answer["headers"].get("x-amzn-RequestId", ""),
            "body": answer["body"][:BODY_SHOWN_MAX],
        }
        if status >= 400:
            detail["reason"] = reason(answer["body"])
        entry = "answered" if status < 400 else "turned_away" if status < 500 else "server_failed"
        ctx.record(entry, notice.message, detail)
        state.count("answered_ok" if status < 400 else "answered_error")
        state.count("answer_us_sum", latency_us)
        state.counted["last_answer_us"] = latency_us
        self._user_thinks(waiting.user, ctx)

    def on_timeout(self, state: ClientState, notice: Notice, ctx: Context) -> None:
        """No answer came in time."""
        waiting = state.waiting.pop(notice.body)
        ctx.record("gave_up", notice.message, {"latency_us": ctx.now_us - waiting.sent_us})
        state.count("gave_up")
        self._user_thinks(waiting.user, ctx)

    def counts(self, state: ClientState) -> dict[str, int]:
        """The gauges, read off the waiting requests and the counters."""
        return {**{name: state.counted.get(name, 0) for name in GAUGES}, "waiting": len(state.waiting)}


def reason(body: str) -> str:
    """The message in an error's body, as a sentence."""
    try:
        message = json.loads(body).get("message")
    except (ValueError, AttributeError):
        message = None
    return f"{message or 'no reason given'}."
