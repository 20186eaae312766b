"""Draws: the same numbers everywhere, of the distribution that was asked for."""

import os
import subprocess
import sys
from statistics import mean

import pytest
from pydantic import ValidationError

from simulator.engine import Draws, Latency, Stream, keyed_latency_us
from simulator.engine.draws import BLOCK, keyed_exponential_us

LATENCY = Latency.model_validate({"p50": "16ms", "p99": "105ms"})


def test_a_stream_is_its_count():
    stream = Stream("seed", "queue", "work")
    drawn = [stream.uniform() for _ in range(3 * BLOCK)]
    for count in (0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 17):
        again = Stream("seed", "queue", "work", count)
        assert [again.uniform() for _ in range(50)] == drawn[count : count + 50]


def test_streams_do_not_know_each_other():
    draws = Draws("seed")
    alone = [draws.stream("a", "x").uniform() for _ in range(5)]
    mixed = Draws("seed")
    for _ in range(5):
        mixed.stream("b", "x").uniform()
        mixed.stream("a", "y").uniform()
    assert [mixed.stream("a", "x").uniform() for _ in range(5)] == alone


def test_these_very_numbers_are_kept_for_ever():
    stream = Stream("1", "queue", "work")
    assert [stream.latency_us(LATENCY) for _ in range(4)] == FIRST_LATENCIES
    assert [stream.exponential_us(1_000_000) for _ in range(3)] == FIRST_EXPONENTIALS


FIRST_LATENCIES = [8831, 22380, 9986, 3623]
FIRST_EXPONENTIALS = [2524723, 1942574, 344903]


def test_a_latency_has_its_median_and_its_99th_percentile():
    stream = Stream("1", "queue", "work")
    drawn = sorted(stream.latency_us(LATENCY) for _ in range(40_000))
    assert drawn[20_000] == pytest.approx(16_000, rel=0.02)
    assert drawn[39_600] == pytest.approx(105_000, rel=0.06)


def test_an_exponential_has_its_mean_and_its_tail():
    stream = Stream("1", "client", "arrivals")
    drawn = [stream.exponential_us(1_000_000) for _ in range(60_000)]
    assert mean(drawn) == pytest.approx(1_000_000, rel=0.015)
    assert sum(d > 6_000_000 for d in drawn) / len(drawn) == pytest.approx(0.00248, rel=0.35)


def test_keyed_draws_depend_on_their_key_alone():
    assert keyed_latency_us(LATENCY, "seed", 7, "work") == keyed_latency_us(LATENCY, "seed", 7, "work")
    drawn = [keyed_exponential_us(1000, "seed", n) for n in range(3000)]
    assert mean(drawn) == pytest.approx(1000, rel=0.06)
    assert max(drawn) > 5_600


def test_chances_of_nothing_and_of_certainty_draw_nothing():
    stream = Stream("1", "a", "b")
    assert not stream.chance(0.0)
    assert stream.chance(1.0)
    assert stream.count == 0


@pytest.mark.parametrize("written", [{"p50": "2s", "p99": "1s"}, "fast", {"p50": "1s"}, -5])
def test_a_latency_that_makes_no_sense_is_refused(written):
    with pytest.raises(ValidationError):
        Latency.model_validate(written)


def test_another_process_with_another_hash_seed_draws_the_same():
    code = (
        "from tests.engine.toys import talk; from simulator.engine import trace_hash;"
        "w = talk(); w.run_until(2_000_000); print(trace_hash(w.entries))"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "77")
    }
    assert len(hashes) == 1
