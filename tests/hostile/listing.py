"""The list as a page: each case, and what it got."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tests.hostile.case import Case, Got

HEAD = """\
# Hostile input, and what it gets

Written by `make golden ARGS=tests/hostile`; a test compares it. {count} cases: documents are given to the checker,
everything else is sent to a real server. `tests/hostile` also looks that the answer runs nothing of what was sent
and shows nothing from inside, that nothing was written into the log of failures, that the server still answers, and
that the run which was attacked keeps its trace. `make bench ARGS=hostile` measures what the attack costs somebody
who watches another run.

What it got is a status of HTTP, how a socket was closed, or the checker's verdict, with the sentence that came
along. "refused" for bytes means 400, or a connection closed before they had all been sent.
"""

#: What is another each time.
_ID = re.compile(r"(?<=/runs/)[A-Za-z0-9_-]{22}(?=/)")
_WAIT = re.compile(r"Wait [^,]+,")


def listing(cases: Iterable[Case], kept: Mapping[str, Got]) -> str:
    """The whole page."""
    known = list(cases)
    parts = [HEAD.format(count=len(known))]
    for where in dict.fromkeys(case.where for case in known):
        parts.append(f"\n## {_plain(where)}\n\n| case | what is sent | what it got |\n| --- | --- | --- |\n")
        here = (case for case in known if case.where == where)
        parts += [f"| {case.id} | {_plain(case.sent)} | {_got(kept[case.id])} |\n" for case in here]
    return "".join(parts)


def _got(got: Got) -> str:
    says = _WAIT.sub("Wait a while,", _ID.sub("<id>", got.says))
    return _plain(f"{got.what}: {says}" if says else got.what)


def _plain(text: str) -> str:
    """For a cell of a table."""
    shown = "".join(c if c.isprintable() else "�" for c in text)
    for sign in "\\`*_[]|<>":
        shown = shown.replace(sign, f"\\{sign}")
    return shown
