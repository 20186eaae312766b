"""A REST API in front of functions, as API Gateway documents it: routes, throttle, proxy, timeouts.

A request passes the stages in order, then its function is asked, and the answer is judged by the proxy rules.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from simulator.engine import Context, FaultKind, Link, Notice, Service

from .config import ApiConfig
from .proxy import proxy_event, proxy_response, request_id
from .stages import MALFORMED, NOT_INVOKED, STAGES, TIMED_OUT, Exit
from .state import ApiState, Open
from .tables import ENTRIES, GAUGES

PRICE_PUSD = 3_500_000  # 3.50 USD per million calls of a REST API


class Api(Service):
    """A REST API with Lambda proxy integrations."""

    kind = "api_gateway"
    title = "API"
    plate = "switchboard"
    Config = ApiConfig
    State = ApiState
    ENTRIES = ENTRIES
    GAUGES = GAUGES
    FAULTS = {"unavailable": FaultKind("API unavailable", "Every request is answered with 503.")}

    @classmethod
    def links(cls, config: ApiConfig) -> Iterable[Link]:
        """The functions of the routes."""
        for index, route in enumerate(config.routes):
            label = f"{route.method} {route.path}"
            yield Link(route.function, "Invoke", label, ("routes", index, "function"))

    def on_HttpRequest(self, state: ApiState, notice: Notice, ctx: Context) -> None:
        """Body: ``{method, path, headers, body, bytes?, trace?, network_us?}``.

        Answers ``{ok, status, headers, body}``.
        """
        state.requests += 1
        state.count("requests")
        state.count("bill", PRICE_PUSD)
        overhead_us = ctx.latency_us("overhead", ctx.config.overhead)
        detail = {"method": notice.body["method"], "path": notice.body["path"], "cost": PRICE_PUSD}
        entry = ctx.record("request_received", notice.message, detail)
        rest_us = overhead_us - overhead_us // 2
        state.open[state.requests] = Open(notice, None, {}, rest_us, entry)
        ctx.schedule(overhead_us // 2, "pipeline", notice.message, state.requests)

    def on_pipeline(self, state: ApiState, notice: Notice, ctx: Context) -> None:
        """The request has passed half of the API's own time: send it through the stages."""
        number = notice.body
        request = state.open[number]
        for stage in STAGES:
            way_out = stage(state, request, ctx)
            if way_out is not None:
                detail = {"status": way_out.status, "reason": way_out.message}
                entry = "request_rejected" if way_out.status < 500 else "integration_failed"
                if way_out.status >= 500:
                    detail["cause_text"] = "the API is not available."
                self._leave(state, number, way_out, entry, detail, ctx)
                return
        self._invoke(state, number, request, ctx)

    def _invoke(self, state: ApiState, number: int, request: Open, ctx: Context) -> None:
        route, asked = request.route, request.notice.body
        assert route is not None
        timeout_us = route.timeout_us or ctx.config.timeout_us
        request.asked_us = ctx.now_us
        request.timer = ctx.schedule(timeout_us, "integration_timeout", request.notice.message, number)
        request.entry = ctx.send(
            route.function,
            "Invoke",
            after_us=ctx.latency_us("network", ctx.config.network),
            entry="function_invoked",
            message=request.notice.message,
            body={
                "payload": proxy_event(request, ctx.node, number),
                "trace": asked.get("trace", {}),
                "network_us": ctx.latency_us("network", ctx.config.network),
            },
            detail={"until_us": ctx.now_us + timeout_us},
            token=number,
        )

    def on_reply(self, state: ApiState, notice: Notice, ctx: Context) -> None:
        """A function answered."""
        request = state.open.get(notice.token)
        if request is None:
            ctx.record("answer_too_late", notice.message, {"function_node": notice.sender})
            return
        assert request.timer is not None
        ctx.cancel(request.timer)
        answer = notice.body
        if not answer["ok"]:
            if answer.get("function_error"):
                self._fail(state, notice.token, MALFORMED, f"the function failed: {answer['error']}.", ctx)
            else:
                why = f"the function could not be invoked: {answer['error']}."
                self._fail(state, notice.token, NOT_INVOKED, why, ctx)
            return
        response = proxy_response(answer.get("payload"))
        if isinstance(response, str):
            self._fail(state, notice.token, MALFORMED, response, ctx)
            return
        detail = {"status": response["status"], "integration_us": ctx.now_us - request.asked_us}
        state.counted["last_integration_us"] = detail["integration_us"]
        state.count("answered")
        self._send_back(state, notice.token, response, "request_answered", detail, ctx)

    def _fail(self, state: ApiState, number: int, way_out: Exit, why: str, ctx: Context) -> None:
        detail = {"status": way_out.status, "reason": way_out.message, "cause_text": why}
        self._leave(state, number, way_out, "integration_failed", detail, ctx)

    def on_integration_timeout(self, state: ApiState, notice: Notice, ctx: Context) -> None:
        """The function took too long; it runs on, and is billed."""
        request = state.open[notice.body]
        assert request.route is not None
        detail = {
            "status": TIMED_OUT.status,
            "waited_us": ctx.now_us - request.asked_us,
            "function_node": request.route.function,
        }
        self._leave(state, notice.body, TIMED_OUT, "integration_timed_out", detail, ctx)

    def _leave(
        self, state: ApiState, number: int, way_out: Exit, entry: str, detail: dict[str, Any], ctx: Context
    ) -> None:
        """Answer with a gateway response of the API's own."""
        state.count("errors_4xx" if way_out.status < 500 else "errors_5xx")
        response = {
            "status": way_out.status,
            "headers": {"Content-Type": "application/json", "x-amzn-ErrorType": way_out.error_type},
            "body": json.dumps({"message": way_out.message}, separators=(",", ":")),
        }
        self._send_back(state, number, response, entry, detail, ctx)

    def _send_back(
        self,
        state: ApiState,
        number: int,
        response: dict[str, Any],
        entry: str,
        detail: dict[str, Any],
        ctx: Context,
    ) -> None:
        request = state.open.pop(number)
        response["headers"] = {"x-amzn-RequestId": request_id(ctx.node, number), **response["headers"]}
        after_us = request.rest_us + request.notice.body.get("network_us", 0)
        ctx.reply(request.notice, {"ok": True, **response}, after_us=after_us, entry=entry, detail=detail)

    def counts(self, state: ApiState) -> dict[str, int]:
        """The gauges, read off the open requests and the counters."""
        return {**{name: state.counted.get(name, 0) for name in GAUGES}, "open": len(state.open)}
