"""The home page's scenario, and one payment through it told in words."""

from dataclasses import dataclass
from functools import lru_cache

from simulator.engine import tell
from simulator.runs import USUAL_SEED
from simulator.scenarios import Scenario, build_world, library

HERO = "first-payment"
#: One payment, from the click to the deleted message.
TOLD_UNTIL_US = 25_000_000


@dataclass(frozen=True)
class Sentence:
    """One line of a transcript."""

    clock: str
    says: str
    tone: str


def hero_scenario() -> Scenario:
    """What the home page plays."""
    return library()[HERO]


@lru_cache(maxsize=4)
def _told(digest: str) -> tuple[Sentence, ...]:
    scenario = hero_scenario()
    world = build_world(scenario, USUAL_SEED)
    world.run_until(TOLD_UNTIL_US)
    sentences = []
    for entry in world.entries:
        kind = world.nodes[world.seats[entry.node]].service.ENTRIES[entry.kind]
        if kind.interest != "idle":
            sentences.append(
                Sentence(_clock(entry.at_us), tell(kind.says, entry, scenario.titles), kind.tone)
            )
    return tuple(sentences)


def _clock(us: int) -> str:
    """``0:07.4``: as many places in each line, so that they stand under each other."""
    tenths = us // 100_000
    return f"{tenths // 600}:{tenths // 10 % 60:02}.{tenths % 10}"


def transcript(scenario: Scenario) -> tuple[Sentence, ...]:
    """The first payment in sentences; simulated once a process."""
    return _told(scenario.digest)
