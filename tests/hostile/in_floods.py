"""Very much of something that would be all right once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

from people.allowances import ALLOWANCES
from tests.hostile.case import Case, Got
from tests.hostile.stage import Stage
from tests.hostile.wire import Answer, head

WHERE = "flood"
PAYMENT = '{"node": "web", "count": 200}'


def many(times: int, what: str, ask: Callable[[Stage, int], Answer]) -> Callable[[Stage], Got]:
    """Each is answered; beyond the allowance each says so, and when to come again."""

    def attack(stage: Stage) -> Got:
        assert stage.run
        allowed, began = ALLOWANCES[what].learner, time.monotonic()
        answers = [ask(stage, number) for number in range(times)]
        most = allowed.at_once + allowed.per_s * (time.monotonic() - began) + 1
        count = Counter(answer.status for answer in answers)
        assert set(count) <= {200, 204, 303, 429}, count
        assert times - count[429] <= most, f"{times - count[429]} of {times} were taken"
        assert all(int(a.headers["retry-after"]) >= 1 for a in answers if a.status == 429)
        return Got("answered", f"all {times}, beyond the allowance with 429", tuple(answers[-3:]))

    return attack


def command(stage: Stage, number: int) -> Answer:
    return stage.command({"rate": 0}, "clock", key=f"f{number}")


def why(stage: Stage, number: int) -> Answer:
    return stage.owner.get(f"/runs/{stage.run}/why/?message=A&at_us={number * 10_000}")


def frames(stage: Stage, number: int) -> Answer:
    return stage.owner.get(f"/runs/{stage.run}/frames/?next={number}")


def runs(stage: Stage, number: int) -> Answer:
    return stage.owner.post("/runs/", {"scenario": "payment-queue", "seed": str(number), "purpose": "lesson"})


def sockets(stage: Stage) -> Got:
    """Forty sockets of one learner at a time; those beyond the seats are told."""
    with ExitStack() as stack:
        origin = ("Origin", f"http://{stage.host.netloc}")
        lines = [stack.enter_context(stage.owner.socket(stage.keyframe, origin)) for _ in range(40)]
        first = [line.hear() for line in lines]
    turned_away = [heard for heard in first if heard is not None and heard.opcode == 8]
    assert all(int.from_bytes(heard.data[:2]) == 4429 for heard in turned_away)
    assert len(first) - len(turned_away) <= 30
    return Got("closed 4429" if turned_away else "101", "40 opened, each answered")


def pipelined(stage: Stage) -> Got:
    """A hundred requests in one go, of which the answers are not waited for."""
    one = head("GET", "/healthz", [("Host", stage.host.netloc)])
    with stage.host.connect() as line:
        line.sendall(
            one * 99 + head("GET", "/healthz", [("Host", stage.host.netloc), ("Connection", "close")])
        )
        read = b""
        while more := line.recv(65_536):
            read += more
    return Got("200", f"{read.count(b'HTTP/1.1 200')} of 100 answered")


def hung_up(stage: Stage) -> Got:
    """Fifty requests whose sender doesn't wait for the answer."""
    for _ in range(50):
        with stage.host.connect() as line:
            line.sendall(head("GET", f"/runs/{stage.run}/transcript/", [("Host", stage.host.netloc)]))
    return Got("nothing", "nobody waited")


def half(stage: Stage) -> Got:
    """Fifty lines that begin a request and don't end it, while another is answered."""
    with ExitStack() as stack:
        for _ in range(50):
            stack.enter_context(stage.host.connect()).sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nX-A: ")
        answer = stage.stranger.get("/lessons/")
    return Got(str(answer.status), "another was answered meanwhile", (answer,))


def deaf(stage: Stage) -> Got:
    """A socket that reads nothing, of a run that goes on, while another viewer gets its frames."""
    run = stage.new_run(stage.owner)
    stage.give(stage.owner, run, "clock", {"rate": 1}, "go")
    origin = ("Origin", f"http://{stage.host.netloc}")
    with (
        stage.stranger.socket(f"/ws/runs/{run}/", origin),
        stage.owner.socket(f"/ws/runs/{run}/", origin) as line,
    ):
        heard = [line.hear() for _ in range(8)]
    assert all(frame is not None and frame.opcode == 1 for frame in heard)
    stage.give(stage.owner, run, "clock", {"rate": 0}, "stop")
    return Got("101", "another viewer got every frame")


def messages(stage: Stage) -> Got:
    """Two thousand requests in one run, at the highest speed; then its frames."""
    run = stage.new_run(stage.owner)
    for number in range(10):
        answer = stage.command(PAYMENT, key=f"m{number}", run=run)
        assert answer.status == 204, answer
    stage.give(stage.owner, run, "warp", {"to_us": 60_000_000}, "on")
    answer = stage.stranger.get(f"/runs/{run}/frames/")
    return Got(str(answer.status), "its frames", (answer,))


_FLOODS = [
    Case(
        "flood-commands",
        WHERE,
        "150 commands",
        many(150, "commands", command),
        "answered",
        "429",
        taken=True,
    ),
    Case("flood-why", WHERE, "150 times why", many(150, "looks", why), "answered", "429"),
    Case("flood-frames", WHERE, "150 polls", many(150, "frames", frames), "answered", "429"),
    Case("flood-runs", WHERE, "80 runs", many(80, "runs", runs), "answered", "429"),
    Case("flood-sockets", WHERE, "40 sockets of one learner", sockets, "closed 4429", "each answered"),
    Case("flood-pipelined", WHERE, "100 requests in one go", pipelined, "200", "100 of 100"),
    Case("flood-hung-up", WHERE, "50 requests whose answers nobody waits for", hung_up, "nothing"),
    Case("flood-half", WHERE, "50 requests that are never finished", half, "200", "answered"),
    Case("flood-deaf", WHERE, "a socket that reads nothing", deaf, "101", "every frame"),
    Case("flood-messages", WHERE, "2,000 messages in one run", messages, "200", "frames"),
]

FLOODS = [replace(case, alone=True) for case in _FLOODS]
