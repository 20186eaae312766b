"""One line of the list: where, what is sent, and what must come back."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.hostile.stage import Stage
from tests.hostile.wire import Answer

SAYS_MAX = 110


@dataclass(frozen=True)
class Got:
    """What an attack got: a status or a verdict, a sentence, and the bytes themselves."""

    what: str
    says: str = ""
    answers: tuple[Answer, ...] = ()


Attack = Callable[[Stage], Answer | Got]


@dataclass(frozen=True)
class Case:
    """An attack. `must` begins what it has to get, `says` stands in the sentence that comes with it.

    The run of the stage keeps its trace; `taken` says that its log may grow by a harmless command. An attack that
    wants its stage for itself is `alone`.
    """

    id: str
    where: str
    sent: str
    attack: Attack
    must: str = "400"
    says: str = ""
    taken: bool = False
    alone: bool = False

    def got(self, stage: Stage) -> Got:
        """Attack."""
        found = self.attack(stage)
        return found if isinstance(found, Got) else got_of(found)


def got_of(answer: Answer) -> Got:
    """An answer in a few words."""
    if answer.status == 0:
        return Got("hung up", "", (answer,))
    return Got(str(answer.status), _sentence(answer)[:SAYS_MAX], (answer,))


def _sentence(answer: Answer) -> str:
    if "location" in answer.headers:
        return f"to {answer.headers['location']}"
    text = answer.body.decode("utf-8", "replace").strip()
    if answer.kind == "application/json":
        told = json.loads(text)
        return str(told["error"]) if "error" in told else "JSON"
    if answer.kind == "text/html":
        if answer.status == 200:
            return "a page"
        alert = re.search(r'role="alert"[^>]*>(.*?)</p>', text, re.DOTALL)
        found = alert or re.search(r"<h[12][^>]*>(.*?)</h[12]>", text, re.DOTALL)
        words = found.group(1) if found else text
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", words)).split())
    return "text" if answer.status == 200 else text.partition("\n")[0]
