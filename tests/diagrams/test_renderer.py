"""Which Graphviz is used, what happens without one, and what is remembered."""

import json
import shutil
import stat
import sys
import threading
from importlib import metadata

import pytest

from simulator.diagrams import DiagramCache, DiagramError, draw, renderer, warm_up
from tests.diagrams.examples import payment, tangle


@pytest.fixture
def fresh(monkeypatch):
    """No renderer chosen yet."""
    monkeypatch.setattr(renderer, "_chosen", None)
    return monkeypatch


@pytest.fixture
def no_wasm(fresh):
    def missing(name):
        raise metadata.PackageNotFoundError(name)

    fresh.setattr(renderer.metadata, "version", missing)
    return fresh


def fake_dot(tmp_path, monkeypatch, body):
    program = tmp_path / "bin" / "dot"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!{sys.executable}\n{body}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(program.parent))
    return program


ANSWER = """
import json, re, sys
names = sorted(set(re.findall(r"^\\t\\t(\\w+) \\[", sys.stdin.read(), re.M)))
print(json.dumps({"objects": [{"name": n, "pos": f"{i * 100},{i * 100}"} for i, n in enumerate(names)]}))
"""


def test_a_dot_on_the_path_takes_over(no_wasm, tmp_path):
    fake_dot(tmp_path, no_wasm, ANSWER)

    assert 'data-node="sales"' in draw(payment, direction="LR").svg


def test_dot_takes_over_when_graphviz_fails_in_process(fresh, tmp_path):
    def trap(self, source):
        raise DiagramError("trap")

    fresh.setattr(renderer.WasmRenderer, "layout", trap)
    fake_dot(tmp_path, fresh, ANSWER)

    assert 'data-node="sales"' in draw(payment, direction="LR").svg


def test_without_any_graphviz_the_error_says_what_to_do(no_wasm):
    no_wasm.setattr(shutil, "which", lambda name: None)

    with pytest.raises(DiagramError, match="Install the requirements again"):
        draw(payment, direction="LR")
    warm_up()  # says nothing: nobody asked for a drawing


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("import sys; sys.exit('syntax error in line 1')", "syntax error in line 1"),
        ("import time; time.sleep(20)", "took longer"),
        ("print('not json')", "not a layout"),
        ("print('{\"objects\": []}')", "not a layout"),
    ],
)
def test_a_dot_that_fails_is_explained(no_wasm, tmp_path, body, words):
    no_wasm.setattr(renderer, "DOT_TIMEOUT_S", 1.0)
    fake_dot(tmp_path, no_wasm, body)

    with pytest.raises(DiagramError, match=words):
        draw(payment, direction="LR")


class Counting:
    """A renderer that counts how often it is asked."""

    def __init__(self, inner):
        self.inner = inner
        self.version = inner.version
        self.asked = 0

    def layout(self, source):
        self.asked += 1
        return self.inner.layout(source)


@pytest.fixture
def counting(fresh):
    counter = Counting(renderer.current())
    fresh.setattr(renderer, "_chosen", counter)
    return counter


def test_a_drawing_in_memory_asks_nobody(counting):
    cache = DiagramCache()
    first = draw(payment, direction="LR", cache=cache)

    assert draw(payment, direction="LR", cache=cache) is first
    assert counting.asked == 1


def test_a_layout_on_disk_starts_no_renderer(counting, tmp_path):
    first = draw(payment, direction="LR", cache=DiagramCache(tmp_path / "new"))

    assert draw(payment, direction="LR", cache=DiagramCache(tmp_path / "new")) == first
    assert counting.asked == 1


@pytest.mark.parametrize("damage", [b"", b"garbage", b"0" * 64 + b"\n{}", None])
def test_a_damaged_entry_counts_as_absent(counting, tmp_path, damage):
    first = draw(payment, direction="LR", cache=DiagramCache(tmp_path))
    (entry,) = tmp_path.glob("*.layout")
    entry.write_bytes(entry.read_bytes()[:-20] if damage is None else damage)

    assert draw(payment, direction="LR", cache=DiagramCache(tmp_path)) == first
    assert counting.asked == 2
    assert draw(payment, direction="LR", cache=DiagramCache(tmp_path)) == first
    assert counting.asked == 2


def test_a_whole_entry_that_is_no_layout_counts_as_absent(counting, tmp_path):
    first = draw(payment, direction="LR", cache=DiagramCache(tmp_path))
    (entry,) = tmp_path.glob("*.layout")
    DiagramCache(tmp_path).keep_layout(entry.stem, json.dumps({"objects": []}).encode())

    assert draw(payment, direction="LR", cache=DiagramCache(tmp_path)) == first


def test_a_folder_that_cannot_be_written_is_no_obstacle(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")

    assert draw(payment, direction="LR", cache=DiagramCache(blocked)).svg


def test_memory_is_bounded(counting):
    cache = DiagramCache(drawings_max=1)
    draw(payment, direction="LR", cache=cache)
    draw(tangle, direction="LR", cache=cache)
    draw(payment, direction="LR", cache=cache)

    assert counting.asked == 3


def test_nothing_half_written_is_left(tmp_path):
    draw(payment, direction="LR", cache=DiagramCache(tmp_path))

    assert [path.suffix for path in tmp_path.iterdir()] == [".layout"]


def test_warming_up_in_threads(fresh):
    threads = [threading.Thread(target=warm_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert draw(payment, direction="TB").svg
