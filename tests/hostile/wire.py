"""Bytes to a server and back, with nothing in between that would put them right."""

from __future__ import annotations

import base64
import gzip
import json
import os
import socket
import struct
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from typing import Any, NamedTuple

SECONDS = 30.0
Header = tuple[str | bytes, str | bytes]


@dataclass(frozen=True)
class Answer:
    """What came back. Status 0: the server hung up without a word."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    def json(self) -> Any:
        return json.loads(self.body)


class Frame(NamedTuple):
    opcode: int
    data: bytes


@dataclass(frozen=True)
class Host:
    """Where the server listens."""

    name: str
    port: int

    @property
    def netloc(self) -> str:
        return f"{self.name}:{self.port}"

    def connect(self) -> socket.socket:
        return socket.create_connection((self.name, self.port), SECONDS)

    def send(self, sent: bytes, method: str = "GET") -> Answer:
        """These very bytes, and the first answer to them."""
        with self.connect() as line:
            with suppress(OSError):  # a server that has read enough answers and hangs up
                line.sendall(sent)
            return read_answer(line, method)

    def socket(
        self, target: str, headers: Iterable[Header] = (), *, plain: bool = False, seconds: float = SECONDS
    ) -> Socket:
        """Ask for a websocket; `plain` leaves out the usual headers of the handshake."""
        usual: list[Header] = [
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", base64.b64encode(os.urandom(16)).decode()),
        ]
        line = self.connect()
        line.settimeout(seconds)
        with suppress(OSError):
            line.sendall(head("GET", target, [("Host", self.netloc), *([] if plain else usual), *headers]))
        return Socket(line, read_handshake(line))


def head(method: str, target: str | bytes, headers: Iterable[Header]) -> bytes:
    """The first lines of a request, as they are given."""
    lines = [b" ".join((method.encode("latin-1"), raw(target), b"HTTP/1.1"))]
    lines += [raw(name) + b": " + raw(value) for name, value in headers]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def raw(text: str | bytes) -> bytes:
    return text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text


def read_handshake(line: socket.socket) -> Answer:
    """The answer to a handshake, and not a byte of the frames that may come right behind it."""
    try:
        while b"\r\n\r\n" not in (seen := line.recv(65_536, socket.MSG_PEEK)) and seen:
            time.sleep(0.001)
    except OSError:
        return Answer(0)
    if not seen.startswith(b"HTTP/1.1 101"):
        return read_answer(line, "GET")
    line.recv(seen.index(b"\r\n\r\n") + 4)
    return Answer(101)


def read_answer(line: socket.socket, method: str) -> Answer:
    answer = HTTPResponse(line, method=method)
    try:
        answer.begin()
        body = answer.read()
    except (HTTPException, OSError):
        return Answer(0)
    headers = {name.lower(): value for name, value in answer.getheaders()}
    if headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    cookies = {}
    for value in answer.headers.get_all("set-cookie", []):
        name, _, rest = value.partition("=")
        cookies[name] = rest.partition(";")[0]
    return Answer(answer.status, headers, body, cookies)


class Socket:
    """One websocket from the client's side, which keeps no rule by itself."""

    def __init__(self, line: socket.socket, answer: Answer) -> None:
        self.line, self.answer = line, answer

    def __enter__(self) -> Socket:
        return self

    def __exit__(self, *trouble: object) -> None:
        self.line.close()

    def say(self, opcode: int, data: bytes, *, first: int = 0x80, masked: bool = True) -> None:
        """One frame; `first` holds the final bit and the reserved ones."""
        with suppress(OSError):
            self.line.sendall(frame(opcode, data, first=first, masked=masked))

    def say_bytes(self, data: bytes) -> None:
        with suppress(OSError):
            self.line.sendall(data)

    def hear(self) -> Frame | None:
        """The next frame, or None where the server has hung up."""
        try:
            opcode, length = self._exactly(2)
            if length == 126:
                (length,) = struct.unpack("!H", self._exactly(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", self._exactly(8))
            return Frame(opcode & 15, self._exactly(length))
        except (EOFError, OSError):
            return None

    def closed(self) -> str:
        """Read on to the end: how the server closed."""
        while (heard := self.hear()) is not None:
            if heard.opcode == 8:
                return f"closed {struct.unpack('!H', heard.data[:2])[0] if heard.data else 1005}"
        return "hung up"

    def _exactly(self, count: int) -> bytes:
        read = b""
        while len(read) < count:
            more = self.line.recv(count - len(read))
            if not more:
                raise EOFError
            read += more
        return read


def frame(opcode: int, data: bytes, *, first: int = 0x80, masked: bool = True) -> bytes:
    """A frame as a browser sends it, or nearly. The mask is nothing but zeros."""
    size, mask = len(data), 0x80 if masked else 0
    if size < 126:
        length = bytes([mask | size])
    elif size < 65536:
        length = bytes([mask | 126]) + struct.pack("!H", size)
    else:
        length = bytes([mask | 127]) + struct.pack("!Q", size)
    return bytes([first | opcode]) + length + (bytes(4) if masked else b"") + data
