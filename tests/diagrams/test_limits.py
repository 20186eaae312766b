"""What is refused, and how the refusal reads."""

from dataclasses import replace

import pytest

from simulator.diagrams import DiagramError, DiagramModel, draw
from tests.diagrams.examples import edges, node, payment


def chain(count, extra=0):
    nodes = tuple(node(f"n{index}", "lambda_function") for index in range(count))
    pairs = [(f"n{index}", f"n{index + 1}", "") for index in range(count - 1)]
    more = [
        (f"n{index % (count - 3)}", f"n{index % (count - 3) + 1 + index % 2}", "") for index in range(extra)
    ]
    return DiagramModel("Chain", "Long.", nodes, edges(*pairs, *more))


def test_the_largest_diagram_is_drawn():
    assert draw(chain(60, extra=150 - 59), direction="LR").svg.count("data-edge=") == 150


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (chain(61), "at most 60 services; this one has 61"),
        (chain(60, extra=92), "at most 150 connections; this one has 151"),
        (DiagramModel("Empty", "", (), ()), "nothing to draw"),
        (replace(payment, nodes=payment.nodes + payment.nodes[:1]), "Two services are called 'web'"),
        (replace(payment, edges=payment.edges + payment.edges[:1]), "Two connections are called 'web--api'"),
        (replace(payment, edges=edges(("web", "nowhere", ""))), "leads to 'nowhere'"),
        (replace(payment, nodes=(node('a" onload="x', "sqs"),), edges=()), "can't be used in a page"),
        (replace(payment, nodes=(replace(payment.nodes[0], plate="cake"),), edges=()), "there are tickets"),
        (replace(payment, nodes=(replace(payment.nodes[0], kind='"><b>'),), edges=()), "a kind is"),
    ],
)
def test_refusals_say_what_is_wrong(model, words):
    with pytest.raises(DiagramError, match=words):
        draw(model, direction="LR")


def test_a_direction_is_one_of_two():
    with pytest.raises(DiagramError, match="'LR' or 'TB'"):
        draw(payment, direction="RL")  # type: ignore[arg-type]
