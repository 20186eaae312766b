"""One line of key=value pairs for every log record: for people, for grep and for every collector."""

import json
import logging

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def _quoted(value: object) -> str:
    text = str(value)
    plain = text and not any(c in ' "=\\' or c < " " for c in text)
    return text if plain else json.dumps(text, ensure_ascii=False)


class Logfmt(logging.Formatter):
    """`info("run stopped", extra={"run": 42})` → `at=… level=info logger=… message="run stopped" run=42`."""

    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03d"

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = {
            "at": self.formatTime(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        fields.update((key, value) for key, value in vars(record).items() if key not in _OWN)
        for noise in ("request", "server_time", "color_message"):
            fields.pop(noise, None)
        line = " ".join(f"{key}={_quoted(value)}" for key, value in fields.items())
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        if record.stack_info:
            line += "\n" + self.formatStack(record.stack_info)
        return line
