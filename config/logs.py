"""One line for every log record: key=value pairs for people and grep, or JSON for collectors that want it."""

import json
import logging

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def _quoted(value: object) -> str:
    text = str(value)
    plain = text and not any(c in ' "=\\' or c < " " for c in text)
    return text if plain else json.dumps(text, ensure_ascii=False)


def fields_of(record: logging.LogRecord, at: str) -> dict[str, object]:
    """Everything that a record says, by name; what was given as `extra` comes last."""
    fields: dict[str, object] = {
        "at": at,
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": record.getMessage(),
    }
    fields.update((key, value) for key, value in vars(record).items() if key not in _OWN)
    for noise in ("request", "server_time", "color_message"):
        fields.pop(noise, None)
    return fields


class _Timed(logging.Formatter):
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03d"


class Logfmt(_Timed):
    """`info("run stopped", extra={"run": 42})` → `at=… level=info logger=… message="run stopped" run=42`."""

    def format(self, record: logging.LogRecord) -> str:
        fields = fields_of(record, self.formatTime(record))
        line = " ".join(f"{key}={_quoted(value)}" for key, value in fields.items())
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        if record.stack_info:
            line += "\n" + self.formatStack(record.stack_info)
        return line


class Json(_Timed):
    """The same as one JSON object; a traceback is one of its texts."""

    def format(self, record: logging.LogRecord) -> str:
        fields = fields_of(record, self.formatTime(record))
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        if record.stack_info:
            fields["stack"] = self.formatStack(record.stack_info)
        return json.dumps(fields, ensure_ascii=False, default=str)
