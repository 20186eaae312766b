"""The same bytes everywhere, and nobody changes places because somebody came."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.diagrams import DiagramModel, draw
from simulator.diagrams.ranks import rank
from tests.diagrams.examples import edges, fanout, node, payment, tangle
from tests.diagrams.test_drawing import boxes, tree

ROOT = Path(__file__).parents[2]
PRINT = (
    "from simulator.diagrams import draw; from tests.diagrams.examples import *;"
    "print([draw(m, direction=d).digest for m in (payment, tangle, circle) for d in ('LR', 'TB')])"
)


def test_two_processes_draw_the_same_bytes():
    answers = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", PRINT],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        answers.append(done.stdout)

    assert answers[0] == answers[1]
    assert len(answers[0]) > 6 * 64


def places(model, direction):
    """For every two plates which comes first along the drawing and, in one rank, across it: -1, 0 or 1."""
    found = boxes(tree(model, direction))
    middles = {name: (x + w / 2, y + h / 2) for name, (x, y, w, h) in found.items()}
    along = 0 if direction == "LR" else 1
    order = {}
    for one, two in combinations(sorted(middles), 2):
        order[one, two, "along"] = sign(middles[one][along] - middles[two][along])
        if order[one, two, "along"] == 0:
            order[one, two, "across"] = sign(middles[one][1 - along] - middles[two][1 - along])
    return order


def sign(value):
    return 0 if abs(value) < 0.5 else 1 if value > 0 else -1


def grown(model, *more_nodes, more_edges):
    return replace(model, nodes=model.nodes + more_nodes, edges=model.edges + edges(*more_edges))


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize(
    "larger",
    [
        grown(payment, node("audit", "lambda_function"), more_edges=[("sales", "audit", "tell")]),
        grown(payment, node("refunds", "lambda_function"), more_edges=[("api", "refunds", "invoke")]),
        grown(payment, more_edges=[("customer", "sales", "ask")]),
        grown(
            payment,
            node("audit-queue", "sqs"),
            node("audit", "lambda_function"),
            more_edges=[("customer", "audit-queue", "send"), ("audit-queue", "audit", "batches")],
        ),
    ],
)
def test_growth_turns_no_pair_round(larger, direction):
    before, after = places(payment, direction), places(larger, direction)

    turned = [pair for pair, was in before.items() if was * after.get(pair, 0) < 0]
    assert turned == []


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_a_change_of_words_moves_nobody(direction):
    renamed = replace(fanout, nodes=tuple(replace(item, title=item.title * 3) for item in fanout.nodes))

    assert boxes(tree(renamed, direction)) == boxes(tree(fanout, direction))


@st.composite
def lines(draw_from):
    """An architecture without circles: each service is fed by some before it."""
    count = draw_from(st.integers(2, 12))
    kinds = st.sampled_from(["lambda_function", "sqs", "table", "sns"])
    nodes = tuple(node(f"n{index}", draw_from(kinds)) for index in range(count))
    pairs = [
        (f"n{source}", f"n{index}", "go")
        for index in range(1, count)
        for source in sorted(draw_from(st.sets(st.integers(0, index - 1), min_size=1, max_size=3)))
    ]
    return DiagramModel("Any", "Any.", nodes, edges(*pairs))


@settings(max_examples=60, deadline=None)
@given(model=lines(), feeder=st.integers(0, 11), direction=st.sampled_from(["LR", "TB"]))
def test_a_newcomer_never_changes_the_order_of_a_rank(model, feeder, direction):
    source = model.nodes[feeder % len(model.nodes)].id
    larger = grown(model, node("new", "lambda_function"), more_edges=[(source, "new", "go")])

    before, after = rank(model, direction), rank(larger, direction)

    place = {name: index for ids in after.order for index, name in enumerate(ids)}
    for ids in before.order:
        for one, two in combinations(ids, 2):
            if after.rank_of[one] == after.rank_of[two]:
                assert place[one] < place[two]


@settings(max_examples=40, deadline=None)
@given(model=lines(), direction=st.sampled_from(["LR", "TB"]))
def test_the_page_keeps_the_order_of_the_ranks(model, direction):
    across = 1 if direction == "LR" else 0
    plates = boxes(tree(model, direction))

    for ids in rank(model, direction).order:
        middles = [plates[name][across] + plates[name][across + 2] / 2 for name in ids]
        assert middles == sorted(middles)


def test_many_threads_draw_at_once():
    expected = {model.title: draw(model, direction="LR").digest for model in (payment, tangle)}

    def work(number):
        return [
            draw(model, direction="LR").digest == expected[model.title]
            for model in (payment, tangle)
            for _ in range(10)
        ]

    with ThreadPoolExecutor(8) as pool:
        assert all(all(done) for done in pool.map(work, range(8)))
