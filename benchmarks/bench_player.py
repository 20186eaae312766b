"""The player in a real browser: script work a frame with 200 single tokens, page weight, layout shift.

Needs Chromium on PATH. The crowd is made up (some 25 tracks, 8 tokens on each, all panels open). Weight and
shift are measured on the pages that a learner opens, served by the server that `make serve` starts.
"""

import contextlib
import gzip
import json
import mimetypes
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.safestring import mark_safe
from playwright.sync_api import Browser, Page, Request, Response, Route, sync_playwright

from benchmarks import Figure
from benchmarks.bench_diagram import architecture
from simulator.diagrams import draw

TOKENS = 200
FRAME_BUDGET_MS = 4.0
PAGE_BUDGET_KB = 200.0
SHIFT_BUDGET = 0.1  # what the web's own measure still calls good
ROUNDS = 5
SECONDS = 3
HERE = "http://player.invalid"
ROOT = Path(__file__).resolve().parent.parent
SHIFTS = (
    "window.shifts = []; new PerformanceObserver((list) => { for (const e of list.getEntries())"
    " if (!e.hadRecentInput) window.shifts.push(e.value); })"
    ".observe({ type: 'layout-shift', buffered: true });"
)


def run() -> list[Figure]:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("player: not run; it needs Chromium on PATH (Debian: apt install chromium).")
        return []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        figures = _frames(browser)
        with _server() as address:
            for name, path in (("home", "/"), ("lab", _lab_of(browser, address))):
                figures += _page(browser, address, name, path)
        browser.close()
    return figures


# ---- script work a frame


def _frames(browser: Browser) -> list[Figure]:
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.route("**/*", _answer)
    page.route_web_socket(re.compile("/ws/"), lambda socket: socket.close(code=1011))
    page.goto(f"{HERE}/")
    page.wait_for_selector('[data-player][data-state="live"]', timeout=60_000)
    page.wait_for_timeout(2_000)  # until the code is warm and the tracks are full
    rounds = [_round(browser, page) for _ in range(ROUNDS)]
    page.close()
    spent = min(rounds, key=_p95)  # other programs warm no caches of ours: the quietest round counts
    name = f"script a frame, {TOKENS} single tokens, CPU"
    return [
        Figure(f"{name}, 95th percentile against its budget", _p95(spent), "ms", FRAME_BUDGET_MS),
        Figure(f"{name}, median", statistics.median(spent), "ms"),
        Figure(
            f"{TOKENS} single tokens, frames a second against the screen's", len(spent) / SECONDS, "1/s", 60.0
        ),
    ]


def _round(browser: Browser, page: Page) -> list[float]:
    """The milliseconds of CPU that the page's script took in each frame of some seconds.

    From the browser's own trace: unlike a clock in the page, it does not count the time of other programs.
    """
    page.evaluate(
        "() => { const { player } = document.querySelector('[data-player]');"
        " window.single = []; player.onDrawn = () => window.single.push(player.drawn?.single ?? 0); }"
    )
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    page.wait_for_timeout(SECONDS * 1_000)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    single = page.evaluate("window.single")
    assert min(single) >= TOKENS * 0.97, f"{min(single)} tokens were drawn"
    return [
        event["tdur"] / 1_000 for event in events if event["name"] == "FireAnimationFrame" and "tdur" in event
    ]


def _p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def _answer(route: Route, request: Request) -> None:
    path = request.url.removeprefix(HERE).split("?")[0]
    if path == "/":
        route.fulfill(body=_crowd_page(), content_type="text/html")
    elif path.endswith("/frames/"):
        route.fulfill(body=json.dumps(_crowd_frame()), content_type="application/json")
    elif found := finders.find(path.removeprefix("/static/")):
        kind = mimetypes.guess_type(str(found))[0] or "text/plain"
        route.fulfill(body=Path(str(found)).read_bytes(), content_type=kind)
    else:
        route.fulfill(status=404)


def _crowd_model() -> dict[str, Any]:
    plan = architecture(22)
    kind: dict[str, Any] = {
        "says": "{node} sent {message} to {to}.",
        "state": "",
        "place": None,
        "sets": {},
        "tone": "moving",
    }
    gauges = {"sent": {"label": "Sent", "unit": "messages", "headline": True, "balance": ""}}
    return {
        "title": plan.title,
        "nodes": [
            {"id": n.id, "kind": n.kind, "title": n.title, "plate": n.plate, "gauges": gauges, "faults": {}}
            for n in plan.nodes
        ],
        "kinds": [{"service": "any", "name": "sent", "gauges": {"sent": 1}, "interest": "normal", **kind}],
        "edges": [{"id": e.id, "source": e.source, "target": e.target} for e in plan.edges],
        "controls": [],
        "charts": [
            {"id": "sent", "title": "Sent", "unit": "", "series": [{"gauge": "n0.sent", "label": "sent"}]}
        ],
        "captions": [],
    }


def _crowd_frame() -> dict[str, Any]:
    """Twenty hops a second, ten seconds long each, over all tracks in turn."""
    model = _crowd_model()
    index = {node["id"]: i for i, node in enumerate(model["nodes"])}
    edges = [model["edges"][i % len(model["edges"])] for i in range(20 * 120)]
    return {
        "type": "keyframe",
        "commands": 1,
        "first": 0,
        "next": len(edges),
        "horizon_us": 120_000_000,
        "clock": {"rate": 1, "at_us": 12_000_000, "wall_us": _wall_us(), "now_wall_us": _wall_us()},
        "warps": [],
        "entries": {
            "at": [50_000] * len(edges),
            "node": [index[edge["source"]] for edge in edges],
            "kind": [0] * len(edges),
            "message": [f"M{i}" for i in range(len(edges))],
            "cause": [None] * len(edges),
            "detail": [
                {
                    "to": edge["target"],
                    "arrives_us": (i + 1) * 50_000 + 9_990_000,
                    "shape": ("request", "response", "message")[i % 3],
                }
                for i, edge in enumerate(edges)
            ],
        },
    }


_began: list[int] = []


def _wall_us() -> int:
    """One moment for all answers: a poll must not turn the clock back."""
    if not _began:
        _began.append(time.time_ns() // 1_000)
    return _began[0]


def _crowd_page() -> str:
    plan = architecture(22)
    player = {
        "run": "a-crowd-of-tokens",
        "model": _crowd_model(),
        "drawing_wide": mark_safe(draw(plan, direction="LR").svg),
        "drawing_narrow": mark_safe(draw(plan, direction="TB").svg),
        "drive": True,
    }
    return render_to_string("runs/lab.html", {"player": player}, request=RequestFactory().get("/"))


# ---- weight and shift of the pages


@contextlib.contextmanager
def _server() -> Iterator[str]:
    """The server of `make serve` over an empty database; its address."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "SIGNALBOX_ENV": "development",
            "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
            "PORT": "0",
        }
        command = [sys.executable, "manage.py", "serve"]
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            said = (re.search(r"http://\S+", line) for line in process.stdout)
            address = next((found.group() for found in said if found), None)
            assert address is not None, "the server did not start"
            try:
                yield address.rstrip("/")
            finally:
                process.terminate()


def _lab_of(browser: Browser, address: str) -> str:
    """The path of a new run's lab."""
    page = browser.new_page(base_url=address)
    page.goto("/scenarios/")
    headers = json.loads(page.locator("body").get_attribute("hx-headers") or "{}")
    form: dict[str, str | float | bool] = {"scenario": "payment-queue", "purpose": "lab"}
    answer = page.request.post(
        "/runs/", form=form, headers={**headers, "Accept": "application/json", "Referer": page.url}
    )
    run: str = answer.json()["run"]
    page.close()
    return f"/runs/{run}/"


def _page(browser: Browser, address: str, name: str, path: str) -> list[Figure]:
    page = browser.new_page(base_url=address, viewport={"width": 1280, "height": 860})
    page.add_init_script(SHIFTS)
    got: list[Response] = []
    page.on("response", lambda answer: got.append(answer))
    page.goto(path)
    page.wait_for_selector('[data-player][data-state="live"]', timeout=60_000)
    page.wait_for_timeout(4_000)
    weight = sum(_compressed(answer) for answer in got) / 1_000
    shift = sum(page.evaluate("window.shifts"))
    page.close()
    return [
        Figure(
            f"{name} page with all it loads, compressed, against its budget", weight, "KB", PAGE_BUDGET_KB
        ),
        Figure(
            f"{name} page, layout shift in its first seconds, against what is still good",
            shift,
            "",
            SHIFT_BUDGET,
        ),
    ]


def _compressed(answer: Response) -> int:
    """As production sends it: static files are compressed when they are collected, pages on their way."""
    if answer.status != 200 or answer.request.method != "GET":
        return 0
    return len(gzip.compress(answer.body(), 9 if "/static/" in answer.url else 6))
