"""The player's logic, module by module: the mirrors of the engine, and the pure functions beside them."""

import itertools
import random

import pytest
from playwright.sync_api import Page

from simulator.engine import Entry, tell
from simulator.engine.quantities import clock_text, duration_text
from simulator.engine.story import money, short_clock
from simulator.scenarios import played
from tests.browser.modules import Modules, frame, keyframe, model, pictured, scenario, told

SECOND = 1_000_000
STORY = [
    "crash-sales at 0.5s",
    "set sales-errors to 0.3 at 1s",
    "send-20 at 5s",
    "restore crash-sales at 60s",
    "crash-customer at 62s",
    "set visibility to 2s at 70s",
    "set sales-latency to 4s at 71s",
]


@pytest.fixture
def modules(page: Page) -> Modules:
    return Modules(page)


@pytest.fixture(scope="module")
def world():
    """A run in which most things happen: crashes, redeliveries, dead letters, changed settings."""
    return played(scenario(), "mirror", STORY, 150 * SECOND)


# ---- mirrors of the engine


def test_clocks_durations_and_money_are_written_as_the_engine_writes_them(modules: Modules) -> None:
    draws = random.Random(7)
    times = [0, 1, 999, 1000, 59_999_999, 3_599_999_999, 86_400_000_000]
    times += [1_062_500, 1_187_500, 1_500, 2_000_500]  # ties, which Python rounds to even
    times += [draws.randrange(10 ** draws.randrange(1, 13)) for _ in range(500)]
    prices = [0.0, 1.0, 0.5, 12.25, 0.00000040, 0.001953125, 0.000000004] + [
        draws.random() for _ in range(200)
    ]

    answer = modules.call(
        "quantities",
        "[times.map(m.clockText), times.map(m.durationText), times.map(m.shortClock), prices.map(m.money)]",
        times=times,
        prices=prices,
    )

    assert answer == [
        [clock_text(t) for t in times],
        [duration_text(t) for t in times],
        [short_clock(t) for t in times],
        [money(p) for p in prices],
    ]


def test_sentences_are_the_engine_s_whatever_a_detail_holds(modules: Modules) -> None:
    titles = {"sales": "Sales", "sales-queue": "Sales queue"}
    values = [None, True, 3, 3.0, 0.1, 1e-05, 1e16, -2.5, "text", "sales", "", ["a", 1], {"a": None}]
    template = "{node} {message} {value} {to} {by_node} {at_us:clock} {missing} {at_us:duration}"
    entries = [
        Entry(0, 1_500_000, "sales", "x", "A.1", None, {"value": v, "to": "sales-queue", "by_node": "web"})
        for v in values
    ]

    heard = modules.call(
        "story",
        "entries.map((e) => m.tell(template, e, new Map(Object.entries(titles))))",
        template=template,
        titles=titles,
        entries=[{"node": e.node, "message": e.message, "at": e.at_us, "detail": e.detail} for e in entries],
    )

    assert heard == [tell(template, e, titles) for e in entries]


def test_one_trace_gives_the_same_pictures_and_sentences_in_both(modules: Modules, world) -> None:
    total = len(world.entries)
    assert total > 700  # more than one kept copy
    counts = [0, 1, 50, 499, 500, 501, 600, total, 650, 320, 37, 0, total // 2, total]

    seen = modules.run(
        """
        const { Log } = await load("log"); const { readModel } = await load("model");
        const { Pictures } = await load("picture"); const { sentence } = await load("story");
        const log = new Log(readModel(model)); log.merge(frame);
        const pictures = new Pictures(log);
        const after = (count) => {
          const picture = pictures.after(count);
          const stays = {}; const gauges = {};
          for (const [node, all] of picture.stays)
            stays[node] = [...all].map(([m, s]) => [m, s.place, s.since, s.until, s.entered, s.count, s.entry]);
          for (const [node, all] of picture.gauges) gauges[node] = { ...all };
          return { stays, gauges };
        };
        return { after: counts.map(after), told: log.entries.map((e) => sentence(e, log.model)) };
        """,
        model=model(),
        frame=keyframe(world),
        counts=counts,
    )

    assert seen["told"] == told(world)
    for count, picture in zip(counts, seen["after"], strict=True):
        assert picture == pictured(world, count), f"after {count} entries"


def test_the_ledger_balances_as_the_engine_s(modules: Modules, world) -> None:
    accounts = modules.run(
        """
        const { Log } = await load("log"); const { readModel } = await load("model");
        const { ledger, Pictures } = await load("picture");
        const log = new Log(readModel(model)); log.merge(frame);
        return ledger(new Pictures(log).after(log.length), log.model);
        """,
        model=model(),
        frame=keyframe(world),
    )

    assert {a["node"] for a in accounts} >= {"web", "api", "sales", "sales-queue", "sales-dlq"}
    assert all(a["balanced"] for a in accounts), accounts


# ---- the log's law


def test_a_keyframe_later_is_a_keyframe_earlier_and_the_frames_between(modules: Modules, world) -> None:
    cuts = [0, 3, 40, 41, 200, len(world.entries)]
    frames = [keyframe(world, cuts[1])] + [frame(world, a, b) for a, b in itertools.pairwise(cuts[1:])]

    same, doubled = modules.run(
        """
        const { Log } = await load("log"); const { readModel } = await load("model");
        const one = new Log(readModel(model)); const other = new Log(readModel(model));
        for (const each of frames) one.merge(each);
        other.merge(last);
        const same = JSON.stringify(one.entries) === JSON.stringify(other.entries);
        const before = one.length;
        one.merge(last); one.merge(frames.at(-1));  // a reload, a frame heard twice
        return [same, one.length - before];
        """,
        model=model(),
        frames=frames,
        last=keyframe(world),
    )

    assert same is True
    assert doubled == 0


def test_a_rewritten_end_replaces_what_was_known_and_a_gap_is_noticed(modules: Modules, world) -> None:
    rewritten = {**frame(world, 30, 60), "truncate_after": 29}

    answer = modules.run(
        """
        const { Log } = await load("log"); const { readModel } = await load("model");
        const { Pictures } = await load("picture");
        const log = new Log(readModel(model)); log.merge(begin);
        const pictures = new Pictures(log); pictures.after(50);
        const { forgotten } = log.merge(rewritten);
        return { forgotten, length: log.length, gap: log.merge(gap), folds: pictures.after(60).entries };
        """,
        model=model(),
        begin=keyframe(world, 50),
        rewritten=rewritten,
        gap=frame(world, 90, 100),
    )

    assert answer == {"forgotten": True, "length": 60, "gap": None, "folds": 60}


# ---- clock and playhead


def test_virtual_time_is_a_pure_function_of_the_clock_and_the_wall(modules: Modules) -> None:
    clock = {"rate": 2, "at_us": 5 * SECOND, "wall_us": 100 * SECOND}
    assert modules.call("clock", "m.virtualAt(clock, wall)", clock=clock, wall=103 * SECOND) == 11 * SECOND
    assert modules.call("clock", "m.virtualAt(clock, wall)", clock=clock, wall=99 * SECOND) == 5 * SECOND
    paused = {**clock, "rate": 0}
    assert modules.call("clock", "m.virtualAt(clock, wall)", clock=paused, wall=999 * SECOND) == 5 * SECOND


def test_no_playhead_passes_the_horizon(modules: Modules) -> None:
    us = modules.run(
        """
        const { Playhead } = await load("playhead");
        const log = { clock: { rate: 10, at_us: 0, wall_us: 0 }, horizon: 2e6, warps: [], entries: [], countAt: () => 0 };
        const head = new Playhead(log); let wall = 0;
        for (let frame = 0; frame < 200; frame += 1) head.tick(wall += 16_000, 0.016, 0);
        return head.us;
        """
    )
    assert us == 2 * SECOND


def test_a_skipped_gap_is_jumped_over_where_it_begins(modules: Modules) -> None:
    seen = modules.run(
        """
        const { follow } = await load("clock");
        const seen = []; let us = 900_000;
        for (let frame = 0; frame < 60; frame += 1) {
          const edge = frame < 6 ? 1_000_000 : 29_400_000 + (frame - 6) * 16_000;
          const next = follow(us, Math.min(edge, 30_000_000), 1, 0.016, [[1_000_000, 29_400_000]]);
          seen.push([us, next.us, next.warped]); us = next.us;
        }
        return seen;
        """
    )
    jumps = [(before, after) for before, after, warped in seen if warped]
    assert len(jumps) == 1
    assert jumps[0][0] <= SECOND <= 29_400_000 <= jumps[0][1]
    assert all(after >= before for before, after, _ in seen), "time never goes back"


def test_replaying_leaves_out_long_waits_as_the_run_does(modules: Modules) -> None:
    us, warped = modules.run(
        """
        const { replay } = await load("clock");
        const next = replay(2e6, 60e6, 1, 0.016, [], () => 40e6);
        return [next.us, next.warped];
        """
    )
    assert 39 * SECOND < us < 40 * SECOND
    assert warped == [2 * SECOND, us]


# ---- tokens


def test_a_flight_is_eased_and_lasts_long_enough_to_be_seen(modules: Modules) -> None:
    hop = {"start": 1000, "arrives": 41_000}
    parts = modules.call(
        "hops",
        "[0, .1, .25, .5, .75, .9, 1].map((x) => m.progress(hop, 1000 + x * 300_000, 300_000))",
        hop=hop,
    )
    assert parts[0] == 0
    assert parts[-1] == 1
    assert parts[3] == pytest.approx(0.5)
    assert parts == sorted(parts)
    assert parts[1] < 0.1 < 0.9 < parts[5], "slower at the ends"
    assert modules.call("hops", "m.progress(hop, 41_000, 0)", hop=hop) == 1, "exact when it stands"
    assert modules.call("hops", "m.progress(hop, 21_000, 0)", hop=hop) == pytest.approx(0.5)


def test_a_crowded_edge_is_a_flow_with_one_traced_token(modules: Modules) -> None:
    tokens, flows = modules.run(
        """
        const { crowd } = await load("hops");
        const hops = [...Array(13).keys()].map((id) => ({ id, edge: "a--b" })).concat([{ id: 99, edge: "b--c" }]);
        const { tokens, flows } = crowd(hops);
        return [tokens.map((hop) => hop.id), [...flows]];
        """
    )
    assert tokens == [0, 99]
    assert flows == [["a--b", 13]]


def test_two_hundred_tokens_in_all_stay_single_and_more_do_not(modules: Modules) -> None:
    counted = modules.run(
        """
        const { crowd } = await load("hops");
        const many = (n) => [...Array(n).keys()].map((id) => ({ id, edge: `e${id % 25}` }));
        return [200, 240].map((n) => crowd(many(n)).tokens.length);
        """
    )
    assert counted[0] == 200
    assert counted[1] < 240


def test_flights_after_a_jump_back_are_those_of_that_time(modules: Modules, world) -> None:
    same = modules.run(
        """
        const { Log } = await load("log"); const { readModel } = await load("model"); const { Flights } = await load("hops");
        const log = new Log(readModel(model)); log.merge(frame);
        const going = new Flights(log); const ids = (flights, us) => flights.at(us, 300_000).map((hop) => hop.id);
        const times = [1e6, 5.2e6, 5.9e6, 5.3e6, 36e6, 5.2e6, 0, 70e6];
        return times.map((us) => JSON.stringify(ids(going, us)) === JSON.stringify(ids(new Flights(log), us)));
        """,
        model=model(),
        frame=keyframe(world),
    )
    assert all(same)


def test_rates_are_written_in_words_that_fit(modules: Modules) -> None:
    assert modules.call("hops", "[0.5, 2.04, 12.4, 1500].map(m.rateText)") == [
        "30/min",
        "2/s",
        "12/s",
        "1,500/s",
    ]


# ---- timeline, seats, charts


def test_the_track_maps_time_both_ways_and_makes_gaps_narrow(modules: Modules) -> None:
    ways = modules.run(
        """
        const { scale } = await load("timeline");
        const s = scale([[5e6, 35e6], [40e6, 70e6]], 75e6);
        const times = [0, 1e6, 5e6, 20e6, 35e6, 38e6, 40e6, 55e6, 70e6, 75e6];
        return { end: s.end, cuts: s.cuts.length, round: times.map((us) => [us, s.us(s.at(us))]), at: times.map(s.at) };
        """
    )
    assert ways["end"] >= 15 * SECOND
    assert ways["cuts"] == 2
    assert ways["at"] == sorted(ways["at"])
    assert all(there == pytest.approx(back, abs=1000) for there, back in ways["round"])
    assert ways["at"][4] - ways["at"][2] == pytest.approx(0.02)


def test_a_full_plate_says_how_many_more_and_keeps_ghosts_in_sight(modules: Modules) -> None:
    answer = modules.run(
        """
        const { seated } = await load("seats");
        const stays = new Map([...Array(40).keys()].map((n) => [`M${n}`, { place: n === 30 ? "in_flight" : "visible" }]));
        const { shown, more } = seated(stays, 5);
        return [shown.map((seat) => seat.message), more];
        """
    )
    assert answer == [["M0", "M1", "M2", "M30"], 36]


def test_a_table_shows_its_last_rows_and_marks_what_is_there_again(modules: Modules, world) -> None:
    answer = modules.run(
        """
        const { Log } = await load("log"); const { readModel } = await load("model");
        const { Facts } = await load("facts"); const { lastRows } = await load("seats");
        const log = new Log(readModel(model)); log.merge(frame);
        const facts = new Facts(log);
        const rows = [0, log.length, 120].map((count) => facts.rowsAt("sales-store", count, 5));
        const seen = rows.map(({ last, total }) => [last.map((row) => [row.entry.message, row.again]), total]);
        return [seen, lastRows(rows[1], 5).more];
        """,
        model=model(),
        frame=keyframe(world),
    )
    (nothing, all_rows, some), more = answer
    added = [e.message for e in world.entries if e.node == "sales-store" and e.kind == "row_added"]
    assert nothing == [[], 0]
    assert all_rows[1] == len(added)
    assert all_rows[0] == [[m, m in added[: len(added) - 5 + i]] for i, m in enumerate(added[-5:])]
    assert some[1] == len(
        [e for e in world.entries[:120] if e.node == "sales-store" and e.kind == "row_added"]
    )
    assert more == len(added) - 4


def test_a_step_line_goes_up_to_the_playhead_and_no_further(modules: Modules) -> None:
    path = modules.call("series", "m.stepPath([[0, 0], [10, 2], [30, 1]], 20, (x) => x, (y) => 10 - y)")
    assert path.startswith("M0 10.0")
    assert path.endswith("H20.0")
    assert "8.0" in path
    assert "9.0" not in path
    assert modules.call("series", "[0, 1, 3, 7, 40].map((v) => m.niceMost(v))") == [1, 1, 5, 10, 50]
    assert modules.call("series", "[0, 41e6].map((v) => m.niceMost(v, 'us'))") == [SECOND, 60 * SECOND]


def test_ten_thousand_rows_cost_a_window(modules: Modules) -> None:
    first, last = modules.call("table", "m.windowOf(150_000, 384, 30, 10_000)")
    assert first <= 5000 <= last
    assert last - first < 60
    assert modules.call("table", "m.windowOf(0, 384, 30, 3)") == [0, 3]


# ---- levers and keys


def test_settings_travel_as_they_are_written(modules: Modules) -> None:
    time = {"type": "setting", "node": "q", "setting": "visibility_timeout", "unit": "s"}
    rate = {"type": "setting", "node": "web", "setting": "rate", "unit": "/s"}
    assert modules.call("controls", "m.commandOf(c, 30)", c=time)[1]["value"] == "30s"
    assert modules.call("controls", "m.commandOf(c, 2.5)", c=rate)[1]["value"] == 2.5
    assert modules.call("controls", "m.controlNumber(c, '1.5min')", c=time) == 90
    assert modules.call("controls", "m.controlNumber(c, 2.5)", c=rate) == 2.5


def test_keys_leave_fields_and_focused_buttons_alone(modules: Modules) -> None:
    kept = modules.run(
        """
        const { keeps } = await load("keys");
        const make = (html) => { const box = document.createElement("div"); box.innerHTML = html; return box.firstChild; };
        const button = make("<button>x</button>");
        return [
          keeps(make("<input type='text'>"), "."), keeps(make("<select></select>"), "["),
          keeps(button, " "), keeps(button, " ", button), keeps(button, "."),
          keeps(make("<input type='range'>"), "ArrowLeft"), keeps(make("<div></div>"), " "),
        ];
        """
    )
    assert kept == [True, True, True, False, False, True, False]
