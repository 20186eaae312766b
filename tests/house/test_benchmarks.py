"""What `make bench` prints and writes down."""

import json

import pytest

import benchmarks.__main__ as entrance
from benchmarks import Figure


def test_a_figure_says_how_many_times():
    figure = Figure("engine against SimPy, entries a second", 300_000, "1/s", 100_000)

    assert figure.row() == {
        "name": "engine against SimPy, entries a second",
        "value": 300_000,
        "unit": "1/s",
        "against": 100_000,
        "ratio": 3.0,
    }
    assert str(figure) == "engine against SimPy, entries a second: 3e+05 1/s against 1e+05, 3 times"


def test_a_figure_may_stand_alone():
    assert Figure("page weight", 180.5, "KB").row()["ratio"] is None
    assert str(Figure("page weight", 180.5, "KB")) == "page weight: 180.5 KB"


@pytest.fixture
def one_benchmark(monkeypatch, tmp_path):
    monkeypatch.setattr(entrance, "HERE", tmp_path / "benchmarks")
    monkeypatch.setattr(entrance, "LATEST", tmp_path / "benchmarks" / "latest.json")
    monkeypatch.setattr(entrance, "benchmarks_here", lambda: ["weight"])
    monkeypatch.setattr(entrance, "measured", lambda names: [Figure(name, 1, "KB", 2) for name in names])
    (tmp_path / "benchmarks").mkdir()
    return entrance.LATEST


def test_a_whole_run_is_written_down(one_benchmark):
    entrance.main([])

    assert json.loads(one_benchmark.read_text()) == [
        {"name": "weight", "value": 1, "unit": "KB", "against": 2, "ratio": 0.5}
    ]


def test_a_part_is_only_printed(one_benchmark):
    entrance.main(["weight"])

    assert not one_benchmark.exists()


def test_an_unknown_name_is_told_what_there_is(one_benchmark):
    with pytest.raises(SystemExit, match="no benchmark wieght; there are: weight"):
        entrance.main(["wieght"])
