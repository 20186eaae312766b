"""Log lines: one record, one line, every field by name."""

import logging

from config.logs import Logfmt


def line(message: str, *arguments: object, **extra: object) -> str:
    record = logging.makeLogRecord(
        {
            "name": "simulator.runs",
            "levelno": 20,
            "levelname": "INFO",
            "msg": message,
            "args": arguments,
            **extra,
        }
    )
    return Logfmt().format(record).partition(" ")[2]


def test_fields_follow_the_message_and_are_quoted_where_needed():
    assert line("run %s stopped", 42, reason="a limit", seq=7) == (
        'level=info logger=simulator.runs message="run 42 stopped" reason="a limit" seq=7'
    )


def test_a_line_stays_one_line():
    assert line("two\nlines", note="") == r'level=info logger=simulator.runs message="two\nlines" note=""'
