"""The calendar: notices and commands are numbered apart, and a cancelled notice is forgotten alone."""

from simulator.engine import Notice, WorldCommand
from tests.engine.toys import talk

SECOND = 1_000_000


def test_a_cancelled_notice_does_not_swallow_the_command_of_the_same_number():
    world = talk()
    world.run_until(SECOND)
    ctx = world.contexts[0]
    number = ctx.schedule(2 * SECOND, "again")
    ctx.cancel(number)
    world.add_command(
        WorldCommand(number, world.now_us + 1, "configure", {"node": "asker", "setting": "pause", "value": 7})
    )
    before = len(world.entries)
    world.run_until(5 * SECOND)
    assert "configured" in [entry.kind for entry in world.entries[before:]]
    assert not world.calendar.cancelled


def test_what_happens_at_the_same_time_happens_in_the_order_of_planning():
    world = talk()
    calendar = world.calendar
    calendar.heap.clear()
    for name in "cab":
        calendar.add(10, 0, Notice("again", name))
    calendar.add_command(10, 1, 0, Notice("again", "command"))
    order = [calendar.heap[0][4].message, *(entry[4].message for entry in sorted(calendar.heap)[1:])]
    assert order == ["command", "c", "a", "b"]
    assert calendar.next_at_us() == 10
