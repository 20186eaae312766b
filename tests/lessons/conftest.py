"""A small course in a folder, to be spoilt by tests."""

from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace

import pytest

LESSON = """\
---
title: A queue lends what it holds
summary: Say what happens to a message that nobody deletes.
minutes: 5
---

Before the [queue](term:queue) there was waiting.

::: scenario demo
:::

## What it keeps

It keeps *everything*.

::: dated
The course says otherwise.
:::

::: prediction rows
:::

::: quiz
:::
"""

QUIZ = """\
questions:
  - id: first
    ask: What does a queue do with a message?
    choices:
      - {id: lends, text: It lends it., right: true, reason: Until it is deleted.}
      - {id: gives, text: It gives it away., reason: It keeps it until it is deleted.}
    see: "#what-it-keeps"
"""

GLOSSARY = """\
terms:
  queue: {word: queue, says: A place where a message waits until somebody has dealt with it.}
"""

MODULE = """\
title: Queues
summary: What they keep, and for whom, and for how long.
"""


class SmallCourse:
    """Files under `root`; `scenarios` is what its lessons may use."""

    def __init__(self, root: Path) -> None:
        self.root = root
        prediction, lever = SimpleNamespace(id="rows"), SimpleNamespace(id="crash")
        self.scenarios = {"demo": SimpleNamespace(id="demo", predictions=(prediction,), controls=(lever,))}
        self.write("glossary.yaml", GLOSSARY)
        self.write("queues/module.yaml", MODULE)
        self.write("queues/01-lending/lesson.md", LESSON)
        self.write("queues/01-lending/quiz.yaml", QUIZ)

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")

    def lesson(self, old: str, new: str) -> None:
        """Replace a piece of the lesson."""
        assert old in LESSON
        self.write("queues/01-lending/lesson.md", LESSON.replace(old, new))

    def quiz(self, old: str, new: str) -> None:
        """Replace a piece of the quiz."""
        assert old in QUIZ
        self.write("queues/01-lending/quiz.yaml", QUIZ.replace(old, new))


@pytest.fixture
def small(tmp_path: Path) -> SmallCourse:
    return SmallCourse(tmp_path)
