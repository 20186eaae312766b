"""Attacks as they are written in the lists: short names for what a stranger or an owner sends."""

from __future__ import annotations

from collections.abc import Callable

from tests.hostile.stage import FORM, Stage
from tests.hostile.wire import Answer, Header, Socket, head, raw

Asked = Callable[[Stage], Answer]


def filled(text: str, stage: Stage) -> str:
    """`text` with the runs of the stage in the place of their names."""
    if "{other}" in text:
        text = text.replace("{other}", stage.other)
    if "{run}" in text:
        text = text.replace("{run}", stage.run)
    return text.replace("{host}", stage.host.netloc)


def gets(target: str, *headers: Header) -> Asked:
    """A stranger asks for a page."""
    return lambda stage: stage.stranger.get(filled(target, stage), *headers)


def asks(method: str, target: str, *headers: Header) -> Asked:
    """A stranger asks by another method."""
    return lambda stage: stage.stranger.ask(method, filled(target, stage), headers=headers)


def posts(
    target: str, body: str | bytes | dict[str, str], *headers: Header, kind: str = FORM, script: bool = True
) -> Asked:
    """The run's owner posts."""
    return lambda stage: stage.owner.post(filled(target, stage), body, *headers, kind=kind, script=script)


def strangers_post(target: str, body: str | dict[str, str], *headers: Header, script: bool = True) -> Asked:
    """A stranger posts, with a right key of their own."""
    return lambda stage: stage.stranger.post(filled(target, stage), body, *headers, script=script)


def raws(lines: str | bytes, method: str = "GET") -> Asked:
    """Bytes as they are; `{host}` and `{run}` are filled in."""
    if isinstance(lines, bytes):
        return lambda stage: stage.host.send(lines, method)
    return lambda stage: stage.host.send(raw(filled(lines, stage)), method)


def lines(first: str, *headers: str) -> str:
    """A request's head from its lines."""
    return "\r\n".join([first, *headers, "", ""])


def handshake(target: str, *headers: Header) -> Callable[[Stage], Socket]:
    """A stranger's socket."""
    return lambda stage: stage.stranger.socket(filled(target, stage), *headers)


def bare(stage: Stage, method: str, target: str, *headers: Header) -> Answer:
    """Without a browser's cookies and key."""
    given: list[Header] = [("Host", stage.host.netloc), ("Connection", "close")]
    return stage.host.send(head(method, filled(target, stage), [*given, *headers]), method)
