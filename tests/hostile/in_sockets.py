"""Sockets: handshakes that are none, frames that are none, and viewers who talk."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.hostile.asking import filled
from tests.hostile.case import Case, Got
from tests.hostile.stage import Stage
from tests.hostile.wire import SECONDS, Header, Socket, frame

WHERE = "/ws/runs/<id>/"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def shakes(
    target: str, *headers: Header, origin: Header | None = None, plain: bool = False, seconds: float = SECONDS
) -> Callable[[Stage], Got]:
    """A handshake: its status, or what the first frame says."""

    def attack(stage: Stage) -> Got:
        given = [("Origin", f"http://{stage.host.netloc}") if origin is None else origin, *headers]
        with stage.host.socket(
            filled(target, stage), [h for h in given if h[0]], plain=plain, seconds=seconds
        ) as line:
            return _begun(line)

    return attack


def _begun(line: Socket) -> Got:
    if line.answer.status != 101:
        what = str(line.answer.status) if line.answer.status else "hung up"
        return Got(what, line.answer.body.decode("utf-8", "replace").partition("\n")[0], (line.answer,))
    heard = line.hear()
    if heard is None:
        return Got("hung up")
    if heard.opcode == CLOSE:
        return Got(f"closed {int.from_bytes(heard.data[:2])}")
    told = json.loads(heard.data)
    return Got("101", f"{told['type']} from {told['first']}")


def says(*steps: Callable[[Socket], None], after: Callable[[Socket], Got]) -> Callable[[Stage], Got]:
    """A viewer with a keyframe, who then sends something."""

    def attack(stage: Stage) -> Got:
        with stage.stranger.socket(stage.keyframe, ("Origin", f"http://{stage.host.netloc}")) as line:
            assert line.answer.status == 101, line.answer
            assert line.hear() is not None
            for step in steps:
                step(line)
            return after(line)

    return attack


def closed(line: Socket) -> Got:
    return Got(line.closed())


def still_there(line: Socket) -> Got:
    """A ping is answered: whatever was sent was let pass."""
    line.say(PING, b"there?")
    while (heard := line.hear()) is not None:
        if heard.opcode == PONG and heard.data == b"there?":
            return Got("passed over")
        if heard.opcode == CLOSE:
            return Got(f"closed {int.from_bytes(heard.data[:2])}")
    return Got("hung up")


def text(data: bytes, times: int = 1) -> Callable[[Socket], None]:
    return lambda line: line.say_bytes(frame(TEXT, data) * times)


def one(opcode: int, data: bytes, first: int = 0x80, *, masked: bool = True) -> Callable[[Socket], None]:
    return lambda line: line.say(opcode, data, first=first, masked=masked)


def raw(data: bytes) -> Callable[[Socket], None]:
    return lambda line: line.say_bytes(data)


def socket(name: str, sent: str, attack: Callable[[Stage], Got], must: str, says: str = "") -> Case:
    return Case(f"socket-{name}", WHERE, sent, attack, must, says)


RUN = "/ws/runs/{run}/"
KEYFRAME = "keyframe from 0"
COMMAND = b'{"kind": "clock", "body": {"rate": 1000}, "client_key": "k"}'

SOCKETS = [
    socket(
        "origin-foreign",
        "a foreign origin",
        shakes(RUN, origin=("Origin", "http://elsewhere.example")),
        "403",
    ),
    socket("origin-null", "the origin null", shakes(RUN, origin=("Origin", "null")), "403"),
    socket("origin-none", "no origin", shakes(RUN, origin=("", "")), "403"),
    socket(
        "origin-suffix",
        "an origin that begins like ours",
        shakes(RUN, origin=("Origin", "http://localhost.elsewhere.example")),
        "403",
    ),
    socket("origin-file", "a file as the origin", shakes(RUN, origin=("Origin", "file://")), "403"),
    socket(
        "origin-odd", "an origin that is no address", shakes(RUN, origin=("Origin", "http://[::1")), "403"
    ),
    socket(
        "origin-port",
        "an origin with an impossible port",
        shakes(RUN, origin=("Origin", "http://elsewhere.example:99999999")),
        "403",
    ),
    socket("origin-html", "an origin that is HTML", shakes(RUN, origin=("Origin", "<script>")), "403"),
    socket(
        "origin-two",
        "our origin and a foreign one",
        shakes(RUN, ("Origin", "http://elsewhere.example")),
        "400",
    ),
    socket(
        "origin-two-turned",
        "a foreign origin and ours",
        shakes(RUN, ("Origin", "http://localhost"), origin=("Origin", "http://elsewhere.example")),
        "400",
    ),
    socket(
        "origin-long",
        "an origin of 7,000 letters",
        shakes(RUN, origin=("Origin", "http://" + "a" * 7_000)),
        "403",
    ),
    socket("run-guessed", "a run that was guessed", shakes(f"/ws/runs/{'A' * 22}/"), "closed 4404"),
    socket("run-short", "a run's id of one letter", shakes("/ws/runs/x/"), "403"),
    socket("run-dots", "../ as the run", shakes("/ws/runs/../../healthz/"), "403"),
    socket(
        "run-nul", "a zero character in the run", shakes("/ws/runs/%00%00%00%00%00%00%00%00%00%00/"), "403"
    ),
    socket("run-newline", "a run's id with a line break", shakes("/ws/runs/{run}%0a/"), "403"),
    socket("run-long", "a run's id of 7,000 letters", shakes(f"/ws/runs/{'A' * 7_000}/"), "403"),
    socket("cursor-negative", "a negative cursor", shakes(RUN + "?commands=-1&next=-1"), "101", KEYFRAME),
    socket("cursor-huge", "a cursor of 5,000 digits", shakes(RUN + "?next=" + "9" * 5_000), "101", KEYFRAME),
    socket(
        "cursor-beyond",
        "a cursor of what has not happened",
        shakes(RUN + "?commands=999999&next=999999"),
        "101",
        KEYFRAME,
    ),
    socket("cursor-words", "a cursor in words", shakes(RUN + "?commands=all&next=NaN"), "101", KEYFRAME),
    socket(
        "cursor-sql",
        "a cursor that is SQL",
        shakes(RUN + "?commands=1;DROP%20TABLE%20runs_run"),
        "101",
        KEYFRAME,
    ),
    socket(
        "cursor-digits",
        "digits of another alphabet",
        shakes(RUN + "?commands=%D9%A3&next=%D9%A3"),
        "101",
        KEYFRAME,
    ),
    socket("cursor-many", "2,000 cursors", shakes(RUN + "?" + "commands=1&" * 700), "101", KEYFRAME),
    socket(
        "cursor-bytes", "a cursor that is no text", shakes(RUN + "?commands=%ff%fe&next=%00"), "101", KEYFRAME
    ),
    socket("method", "a plain request without an upgrade", shakes(RUN, plain=True), "404"),
    socket("version", "version 99 of the protocol", shakes(RUN, ("Sec-WebSocket-Version", "99")), "4"),
    socket("key", "two keys", shakes(RUN, ("Sec-WebSocket-Key", "x")), "400"),
    socket(
        "protocol",
        "a sub-protocol of 7,000 letters",
        shakes(RUN, ("Sec-WebSocket-Protocol", "a" * 7_000)),
        "101",
        KEYFRAME,
    ),
    socket(
        "extension",
        "an extension with an impossible window",
        shakes(RUN, ("Sec-WebSocket-Extensions", "permessage-deflate; server_max_window_bits=99")),
        "101",
        KEYFRAME,
    ),
    socket("path-bytes", "bytes beyond ASCII in the address", shakes("/ws/runs/\u00e9\u00e9\u00e9/"), "400"),
    socket(
        "headers-long",
        "a header of 60,000 letters",
        shakes(RUN, ("X-Long", "a" * 60_000), seconds=2),
        "hung up",
    ),
    socket("command", "a command over the socket", says(text(COMMAND), after=still_there), "passed over"),
    socket(
        "binary",
        "a binary frame",
        says(one(BINARY, bytes(range(256)) * 16), after=still_there),
        "passed over",
    ),
    socket(
        "garbage-text", "a text that is no JSON", says(text(b"{]" * 100), after=still_there), "passed over"
    ),
    socket(
        "deep-text", "JSON 20,000 levels deep", says(text(b"[" * 20_000), after=still_there), "passed over"
    ),
    socket("text-64k", "a text of 64 KB", says(text(b"x" * 65_536), after=still_there), "passed over"),
    socket("text-65k", "a text of one byte more", says(text(b"x" * 65_537), after=closed), "closed 1009"),
    socket(
        "announced",
        "a frame that announces an exabyte",
        says(raw(b"\x81\xff" + (2**60).to_bytes(8) + bytes(4)), after=closed),
        "closed 1009",
    ),
    socket(
        "announced-negative",
        "a frame whose length has its highest bit set",
        says(raw(b"\x81\xff" + b"\xff" * 8 + bytes(4)), after=closed),
        "closed 1",
    ),
    socket(
        "fragments",
        "a text in 2,000 pieces that grow too large",
        says(one(TEXT, b"x", 0), *[one(0, b"y" * 100, 0)] * 700, after=closed),
        "closed 1009",
    ),
    socket(
        "fragments-empty",
        "5,000 empty pieces",
        says(one(TEXT, b"", 0), raw(frame(0, b"", first=0) * 5_000), after=still_there),
        "passed over",
    ),
    socket(
        "continued",
        "the rest of a text that was never begun",
        says(one(0, b"x"), after=closed),
        "closed 1002",
    ),
    socket(
        "interrupted",
        "a text inside a text",
        says(one(TEXT, b"x", 0), one(TEXT, b"y"), after=closed),
        "closed 1002",
    ),
    socket(
        "no-utf-8", "a text that is no UTF-8", says(text(b"\xff\xfe\xc0\x80"), after=closed), "closed 1007"
    ),
    socket(
        "unmasked", "a frame without a mask", says(one(TEXT, b"x", masked=False), after=closed), "closed 1002"
    ),
    socket("reserved-bits", "reserved bits set", says(one(TEXT, b"x", 0xF0), after=closed), "closed 1002"),
    socket("reserved-kind", "a kind of frame that is not", says(one(5, b"x"), after=closed), "closed 1002"),
    socket("ping-long", "a ping of 126 bytes", says(one(PING, b"x" * 126), after=closed), "closed 1002"),
    socket("ping-pieces", "a ping in pieces", says(one(PING, b"x", 0), after=closed), "closed 1002"),
    socket(
        "pings", "1,000 pings", says(raw(frame(PING, b"p" * 100) * 1_000), after=still_there), "passed over"
    ),
    socket(
        "pongs",
        "5,000 pongs nobody asked for",
        says(raw(frame(PONG, b"p" * 100) * 5_000), after=still_there),
        "passed over",
    ),
    socket("close-short", "a close with half a code", says(one(CLOSE, b"\x03"), after=closed), "closed 1002"),
    socket(
        "close-code",
        "a close with a code that is not",
        says(one(CLOSE, (5).to_bytes(2)), after=closed),
        "closed 1002",
    ),
    socket(
        "close-reason",
        "a close with a reason that is no UTF-8",
        says(one(CLOSE, b"\x03\xe8\xff\xfe"), after=closed),
        "closed 1007",
    ),
    socket("talk", "30 texts", says(text(b"hello", 30), after=closed), "closed 4408"),
    socket("talk-much", "20,000 texts", says(text(b"hello", 20_000), after=closed), "closed 4408"),
    socket(
        "http-inside",
        "a second HTTP request inside the socket",
        says(raw(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), after=closed),
        "closed 1002",
    ),
    socket(
        "noise",
        "noise",
        says(raw(bytes((n * 73 + 41) % 256 for n in range(4_096))), after=closed),
        "closed 1002",
    ),
]
