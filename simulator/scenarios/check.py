"""What a document means as a whole: connections that lead somewhere, queues that are read, names that exist.

Every check looks at all of the document that could be understood, so that all mistakes come at once. No check
knows a kind of service: links, accepted actions, gauges, faults and config fields say what there is to know.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from simulator.engine import LIMITS, Link, limit

from .build import ends
from .check_names import check_names
from .diagnostics import did_you_mean
from .reader import Read
from .subject import Subject


def check(found: Read) -> Subject:
    """Check everything about a document that was read; mistakes are reported to `found`."""
    subject = Subject(found)
    if subject.names:
        _size(subject)
        _targets(subject)
        sound = all(name in subject.nodes for name in subject.names) and not found.broken
        if sound:  # else who reaches whom is not known
            _reach(subject)
            _readers(subject)
        _timeouts(subject)
        _dead_letters(subject)
    if subject.document is not None and subject.names:
        check_names(subject)
    return subject


def _size(subject: Subject) -> None:
    edges = {ends(name, link) for name, link in subject.edges()}
    if len(edges) > limit("edges"):
        subject.found.report(
            ("services",), LIMITS["edges"].sentence, f"This one has {len(edges)}.", on_key=True
        )


def _targets(subject: Subject) -> None:
    for name, link in subject.edges():
        path = ("services", name, *link.path)
        takers = [taker for taker in subject.accepting(link.action) if taker != name]
        if link.target not in subject.names:
            hint = did_you_mean(link.target, takers) or "No service of this scenario takes that."
            subject.found.report(path, f"There is no service {link.target[:60]!r}.", hint)
        elif link.target == name:
            subject.found.report(
                path, f"{name!r} leads to itself.", did_you_mean("", takers) or "Name another service."
            )
        elif not subject.accepts(link.target, link.action):
            title = subject.kinds[link.target].title
            there = f"These do: {', '.join(takers)}." if takers else "No service of this scenario does."
            subject.found.report(
                path, f"{link.target!r} is a {title}; it does not take {link.action}.", there
            )


def _reach(subject: Subject) -> None:
    """Warn of services that no message can come to."""
    sources = [name for name, service in subject.kinds.items() if "command_send" in service.handlers]
    if not sources:
        subject.found.report(
            ("services",),
            "Nothing sends anything: there is no client.",
            "Add a service of kind client.",
            on_key=True,
            severity="warning",
        )
        return
    onward: dict[str, list[str]] = {}
    for name, link in subject.edges():
        source, target = ends(name, link)
        onward.setdefault(source, []).append(target)
    reached = _from(sources, onward)
    for name in subject.names:
        if name not in reached:
            subject.found.report(
                ("services", name),
                f"Nothing ever reaches {name!r}.",
                "Let a service that is reached lead to it, or leave it out.",
                on_key=True,
                severity="warning",
            )


def _from(sources: Iterable[str], onward: dict[str, list[str]]) -> set[str]:
    reached, waiting = set(sources), deque(sources)
    while waiting:
        for target in onward.get(waiting.popleft(), ()):
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    return reached


def _is_queue(subject: Subject, name: str) -> bool:
    return "ReceiveMessage" in subject.kinds[name].accepts() if name in subject.kinds else False


def _redrives(subject: Subject, name: str, link: Link) -> bool:
    """Whether a link leads from one queue to another: to its dead-letter queue."""
    return _is_queue(subject, name) and _is_queue(subject, link.target)


def _readers(subject: Subject) -> None:
    """Warn of queues whose messages nobody will ever receive."""
    read = {link.target for _, link in subject.edges() if link.action == "ReceiveMessage"}
    read |= {link.target for name, link in subject.edges() if _redrives(subject, name, link)}
    for name in subject.names:
        if _is_queue(subject, name) and name not in read:
            subject.found.report(
                ("services", name),
                f"Nobody reads the queue {name!r}; what is sent to it stays there until it expires.",
                "Give a function an event source for it, or make it a dead-letter queue.",
                on_key=True,
                severity="warning",
            )


def _timeouts(subject: Subject) -> None:
    """Warn of messages that become visible again while their reader may still be at work."""
    for name, link in subject.edges():
        if link.action != "ReceiveMessage" or link.target not in subject.nodes or name not in subject.nodes:
            continue
        hidden_us = getattr(subject.nodes[link.target].config, "visibility_timeout_us", None)
        works_us = getattr(subject.nodes[name].config, "timeout_us", None)
        if hidden_us is not None and works_us is not None and hidden_us < works_us:
            subject.found.report(
                ("services", link.target, "visibility_timeout"),
                f"The visibility timeout of {link.target!r} is shorter than the timeout of {name!r}: "
                "a message may be received again while it is being processed.",
                "Six times the function's timeout is advised, unless this is what the scenario shows.",
                severity="warning",
            )


def _dead_letters(subject: Subject) -> None:
    """Refuse dead-letter queues that lead back to where the messages came from."""
    onward = {
        name: link for name, link in subject.edges() if _redrives(subject, name, link) and link.target != name
    }
    for name in onward:
        path, at = [name], onward[name].target
        while at in onward and at not in path:
            path.append(at)
            at = onward[at].target
        if at == name:
            subject.found.report(
                ("services", name, *onward[name].path),
                f"Dead letters go round in a circle: {' → '.join([*path, name])}.",
                "Let the last of them keep its messages.",
            )
