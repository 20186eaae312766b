"""From plain data to pydantic models, with every mistake at its place in the text.

Pydantic names a place by `loc`: aliases and indices, with the tags of unions in between. `resolve` walks the
data along it and drops what is not in the data, so that positions of the reader can be found.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from .diagnostics import Diagnostic, Path, did_you_mean, in_order, shown
from .reader import Read, read

Model = TypeVar("Model", bound=BaseModel)

#: What an id looks like, for page anchors and stored answers.
ID_PATTERN = r"^[a-z][a-z0-9-]{0,39}$"

_QUOTED = re.compile(r"'([^']*)'")
_NUMBER_WORD = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]+)")
_UNIT_WORDS = {
    "us": ("µs", "usec", "micros", "microsecond", "microseconds"),
    "ms": ("msec", "msecs", "millis", "millisecond", "milliseconds"),
    "s": ("sec", "secs", "second", "seconds", "S"),
    "min": ("m", "mins", "minute", "minutes"),
    "h": ("hr", "hrs", "hour", "hours"),
    "d": ("day", "days"),
    "B": ("b", "byte", "bytes"),
    "KB": ("k", "K", "kb", "kB", "KiB", "kib"),
    "MB": ("M", "mb", "Mb", "MiB", "mib"),
    "GB": ("G", "gb", "Gb", "GiB", "gib"),
}
_UNIT_OF = {word: unit for unit, words in _UNIT_WORDS.items() for word in words}
_WANTED = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "text",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping of names to values",
    "model_type": "a mapping of names to values",
    "model_attributes_type": "a mapping of names to values",
    "mapping_type": "a mapping of names to values",
}
_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}


class Mistake(ValueError):
    """An author's mistake that a validator of ours found: a sentence, and a hint that says what to do.

    `start` and `length` say which characters of a text value are meant, when it is not the whole.
    """

    def __init__(self, message: str, hint: str = "", start: int | None = None, length: int = 1) -> None:
        super().__init__(message)
        self.message, self.hint, self.start, self.length = message, hint, start, length


class _Said(NamedTuple):
    """One mistake in our words: its path in the data, what is wrong, what to do."""

    path: Path
    message: str
    hint: str = ""
    on_key: bool = False
    wanted: str = ""
    mistake: Mistake | None = None


def load_yaml_model(text: str, file: str, model: type[Model]) -> tuple[Model | None, tuple[Diagnostic, ...]]:
    """Read YAML and validate it as `model`; never raises for any text.

    Returns the model, or None when there are errors, and everything there is to say, in document order.
    """
    found = read(text, file)
    value = validate(found, model, found.data) if found.complete else None
    return (None if found.broken else value), in_order(found.diagnostics)


def validate(found: Read, model: type[Model], data: object, at: Path = ()) -> Model | None:
    """`data`, which stands at path `at` of the document, as `model`; mistakes are reported to `found`."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        for said in _merged(_said(raw, model, data) for raw in errors if not _follows(raw, errors)):
            _report(found, said, at)
        return None


def _follows(raw: Mapping[str, Any], errors: Sequence[Mapping[str, Any]]) -> bool:
    """Whether an error only says that a list is too short because of errors in its items."""
    loc = raw["loc"]
    return raw["type"] == "too_short" and any(
        len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in errors
    )


def _report(found: Read, said: _Said, at: Path) -> None:
    path = (*at, *said.path)
    if found.flagged(path):
        return
    if said.mistake is not None and said.mistake.start is not None:
        found.report_within(path, said.mistake.start, said.mistake.length, said.message, said.hint)
    else:
        found.report(path, said.message, said.hint, on_key=said.on_key)


def _merged(errors: Iterable[_Said]) -> Iterator[_Said]:
    """One mistake a place: a union complains once for each of its members."""
    places: dict[Path, _Said] = {}
    for said in errors:
        before = places.get(said.path)
        if before is None:
            places[said.path] = said
        elif before.wanted and said.wanted and said.wanted not in before.wanted:
            wanted = f"{before.wanted} or {said.wanted}"
            message = before.message.replace(before.wanted, wanted)
            places[said.path] = before._replace(wanted=wanted, message=message)
    yield from places.values()


def _said(raw: Mapping[str, Any], model: type[BaseModel], data: object) -> _Said:
    """One of pydantic's errors in our words."""
    kind, value = str(raw["type"]), raw.get("input")
    context: Mapping[str, Any] = raw.get("ctx") or {}
    path, rest = resolve(raw["loc"], data)
    if kind == "missing":
        return _missing(path, str(raw["loc"][-1]), model, raw["loc"])
    if kind == "extra_forbidden":
        known = _names(_models_at(model, raw["loc"][:-1]))
        return _Said(
            path, f"{shown(path[-1])} is not known here.", did_you_mean(path[-1], known), on_key=True
        )
    if kind in ("union_tag_invalid", "union_tag_not_found", "literal_error", "enum"):
        return _choice(path, kind, value, context)
    if kind in _WANTED:
        return _wrong_type(path, _WANTED[kind], value, on_key="[key]" in rest)
    if kind in _BOUNDS:
        words, key = _BOUNDS[kind]
        return _Said(path, f"{shown(value)} is out of range; it must be {words} {context[key]}.")
    if kind == "value_error":
        return _our_own(path, raw, context.get("error"), value)
    if kind == "string_pattern_mismatch":
        return _misformed(path, value, str(context["pattern"]), on_key="[key]" in rest)
    message = _counted(kind, context) or f"{str(raw['msg'])[:1].upper()}{str(raw['msg'])[1:]}."
    return _Said(path, message, on_key="[key]" in rest)


def _misformed(path: Path, value: object, pattern: str, on_key: bool) -> _Said:
    """A text that a pattern refuses; for an id the nearest text that is one."""
    if pattern != ID_PATTERN:
        return _Said(
            path, f"{shown(value)} does not have the form that is needed here ({pattern}).", "", on_key
        )
    message = f"{shown(value)} is no id: a small letter, then small letters, digits and hyphens, at most 40."
    slug = re.sub(r"[^a-z0-9]+", "-", str(value).lower()).strip("-0123456789")[:40]
    return _Said(path, message, f"Did you mean {slug!r}?" if slug else "", on_key)


def _missing(path: Path, name: str, model: type[BaseModel], loc: Path) -> _Said:
    about = ""
    for holder in _models_at(model, loc[:-1]):
        field = next((f for n, f in holder.model_fields.items() if name in (n, f.alias)), None)
        about = (field.description or "") if field else about
    return _Said((*path, name), f"{name!r} is missing.", about, on_key=True)


def _choice(path: Path, kind: str, value: object, context: Mapping[str, Any]) -> _Said:
    discriminator = str(context.get("discriminator", "")).strip("'")
    if kind == "union_tag_not_found":
        if discriminator.endswith("()"):
            return _Said(path, "It cannot be told what this is meant to be.", "One key must name it.")
        return _Said((*path, discriminator), f"{discriminator!r} is missing.", on_key=True)
    known = _QUOTED.findall(str(context.get("expected_tags") or context.get("expected")))
    if kind == "union_tag_invalid":
        value = context.get("tag")
        path = (*path, discriminator) if isinstance(discriminator, str) and discriminator else path
    message = "There is no value here." if value is None else f"{shown(value)} is not one of the choices."
    return _Said(path, message, did_you_mean(value, known))


def _wrong_type(path: Path, wanted: str, value: object, on_key: bool) -> _Said:
    if value is None:
        return _Said(path, f"There is no value here; {wanted} is needed.", wanted=wanted)
    hint = ""
    if wanted == "text" and isinstance(value, int | float):
        written = str(value).lower() if isinstance(value, bool) else str(value)
        hint = f'Put it in quotes: "{written}".'
    elif wanted == "a list":
        hint = "Write each item in a line of its own, after '- '."
    what = "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else shown(value)
    return _Said(path, f"This must be {wanted}, not {what}.", hint, on_key, wanted)


def _our_own(path: Path, raw: Mapping[str, Any], error: object, value: object) -> _Said:
    if isinstance(error, Mistake):
        return _Said(path, error.message, error.hint, mistake=error)
    message = str(raw["msg"]).removeprefix("Value error, ")
    message = message[:1].upper() + message[1:]
    return _Said(path, message if message.endswith(".") else f"{message}.", unit_hint(message, value))


def unit_hint(message: str, value: object) -> str:
    """What was meant, for a quantity with a missing or unknown unit; empty when it cannot be told."""
    if "not a duration" in message and isinstance(value, int | float) and not isinstance(value, bool):
        return f"Did you mean {value}s?" if value >= 0 else ""
    if "not a size" in message and isinstance(value, int) and not isinstance(value, bool):
        return f"Did you mean {value}B?" if value >= 0 else ""
    if isinstance(value, str) and (found := _NUMBER_WORD.fullmatch(value.strip())):
        number, word = found.groups()
        unit = _UNIT_OF.get(word) or _UNIT_OF.get(word.lower())
        if unit and (unit in ("B", "KB", "MB", "GB")) == ("size" in message):
            return f"Did you mean {number}{unit}?"
    return ""


def _counted(kind: str, context: Mapping[str, Any]) -> str:
    match kind:
        case "string_too_long":
            return f"This text is too long; at most {context['max_length']} characters."
        case "string_too_short":
            least = context["min_length"]
            return "There is no text here." if least == 1 else f"At least {least} characters are needed."
        case "too_long":
            return f"There are too many items here; at most {context['max_length']}."
        case "too_short":
            return f"There are too few items here; at least {context['min_length']}."
    return ""


def resolve(loc: Iterable[str | int], data: Any) -> tuple[Path, tuple[str | int, ...]]:
    """The part of `loc` that is in the data, and what was dropped: tags of unions, a missing name."""
    path: list[str | int] = []
    dropped: list[str | int] = []
    for part in loc:
        if _holds(data, part):
            data = data[part]
            path.append(part)
        else:
            dropped.append(part)
    return tuple(path), tuple(dropped)


def _holds(data: Any, part: str | int) -> bool:
    if isinstance(data, list):
        return isinstance(part, int) and part < len(data)
    return isinstance(data, Mapping) and part in data


def _names(models: Iterable[type[BaseModel]]) -> list[str]:
    return [field.alias or name for model in models for name, field in model.model_fields.items()]


def _models_at(model: type[BaseModel], loc: Iterable[str | int]) -> list[type[BaseModel]]:
    """The models that may stand at `loc`, seen from `model`."""
    types_here: list[Any] = [model]
    for part in loc:
        stepped = [t for candidate in types_here for t in _step(candidate, part)]
        types_here = stepped or _narrowed(types_here, part)
    return [t for candidate in types_here for t in _members(candidate) if _is_model(t)]


def _members(annotation: Any) -> list[Any]:
    """The alternatives of a type: a union's members, without what is annotated around them."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _members(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return [member for argument in get_args(annotation) for member in _members(argument)]
    return [annotation]


def _step(annotation: Any, part: str | int) -> Iterator[Any]:
    for member in _members(annotation):
        origin, arguments = get_origin(member), get_args(member)
        if _is_model(member):
            for name, field in member.model_fields.items():
                if part in (name, field.alias):
                    yield field.annotation
        elif origin in (list, tuple, set, frozenset) and isinstance(part, int) and arguments:
            yield arguments[0]
        elif origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
            yield arguments[-1]


def _narrowed(annotations: Iterable[Any], tag: str | int) -> list[Any]:
    """The members of unions that `tag` names, or all of them."""
    members = [member for annotation in annotations for member in _members(annotation)]
    named = [m for m in members if _is_model(m) and (m.__name__ == tag or tag in _literals(m))]
    return named or members


def _literals(model: type[BaseModel]) -> set[Any]:
    return {
        value
        for field in model.model_fields.values()
        if get_origin(field.annotation) is Literal
        for value in get_args(field.annotation)
    }


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
