"""What the checker looks at: a document as far as it could be understood, and the services in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from simulator.engine import LIMITS, Link, Node, Service, ServiceConfig, limit, service_kinds

from .diagnostics import Path, did_you_mean, shown
from .document import Document
from .reader import Read
from .scenario import service_data
from .shape import Mistake, resolve, validate

#: The lists of a document whose items stand on their own: a broken one is set aside, the others are checked.
LISTS: tuple[tuple[str, ...], ...] = (
    ("controls",),
    ("faults",),
    ("predictions",),
    ("questions",),
    ("expect",),
    ("unless",),
    ("views", "charts"),
    ("views", "captions"),
)


class Subject:
    """One document under check.

    `names` are all services that the document has (none when there are too many), `kinds` those of a known
    kind, `nodes` those whose config is sound, with their links. `document` is None when not even the sound
    parts make a document.
    """

    def __init__(self, found: Read) -> None:
        self.found = found
        self.names: list[str] = []
        self.kinds: dict[str, Service] = {}
        self.nodes: dict[str, Node] = {}
        self.links: dict[str, tuple[Link, ...]] = {}
        self._places: dict[tuple[str, ...], list[int]] = {}
        self.document = self._read_document()
        self._read_services()

    def items(self, *section: str) -> Iterator[tuple[Path, Any]]:
        """The sound items of a list, each with its path in the text."""
        holder: Any = self.document
        for name in section:
            holder = getattr(holder, name, ())
        places = self._places.get(section)
        for index, item in enumerate(holder or ()):
            yield (*section, places[index] if places else index), item

    def report(self, path: Path, mistake: Mistake) -> None:
        """Note a mistake at the value at `path`, or at some of its characters."""
        if mistake.start is None:
            self.found.report(path, mistake.message, mistake.hint)
        else:
            self.found.report_within(path, mistake.start, mistake.length, mistake.message, mistake.hint)

    def edges(self) -> Iterator[tuple[str, Link]]:
        """Every link of every sound service, dangling ones too."""
        for name, links in self.links.items():
            for link in links:
                yield name, link

    def accepting(self, action: str) -> list[str]:
        """The services that take an action."""
        return [name for name, service in self.kinds.items() if action in service.accepts()]

    def accepts(self, name: str, action: str) -> bool:
        """Whether a service takes an action; one of an unknown kind is believed to."""
        return name not in self.kinds or action in self.kinds[name].accepts()

    def _read_document(self) -> Document | None:
        data = self.found.data
        if not isinstance(data, dict):
            what = "a list" if isinstance(data, list) else "one value"
            self.found.report(
                (), f"A scenario is a mapping of sections to what they hold; this is {what}.", _BEGIN
            )
            return None
        document = validate(self.found, Document, data)
        return document if document is not None else self._sound_part(data)

    def _sound_part(self, data: Mapping[str, Any]) -> Document | None:
        """The document without what is broken in it."""
        try:
            Document.model_validate(data)
        except ValidationError as error:
            broken = {resolve(raw["loc"], data)[0] for raw in error.errors(include_url=False)}
        else:
            raise AssertionError("a document without mistakes needs no repair")
        rest = dict(data)
        for path in broken:
            if path and _list_of(path) is None:
                rest.pop(str(path[0]), None)
        for section in LISTS:
            self._set_aside(rest, section, {p[len(section)] for p in broken if _list_of(p) == section})
        stand_ins = {"schema_version": 1, "id": "unnamed", "title": "Unnamed", "services": {"none": {}}}
        try:
            return Document.model_validate({**stand_ins, **rest})
        except ValidationError:
            return None

    def _set_aside(self, rest: dict[str, Any], section: tuple[str, ...], broken: set[str | int]) -> None:
        holder = rest
        for name in section[:-1]:
            if not isinstance(holder.get(name), dict):
                return
            holder[name] = dict(holder[name])
            holder = holder[name]
        items = holder.get(section[-1])
        if broken and isinstance(items, list):
            self._places[section] = [index for index in range(len(items)) if index not in broken]
            holder[section[-1]] = [items[index] for index in self._places[section]]

    def _read_services(self) -> None:
        data = self.found.data
        services = data.get("services") if isinstance(data, dict) else None
        if not isinstance(services, dict):
            return
        if len(services) > limit("nodes"):
            hint = f"This one has {len(services)}."
            self.found.report(("services",), LIMITS["nodes"].sentence, hint, on_key=True)
            return
        self.names = list(services)
        self._take_in_traffic(data)
        known = service_kinds()
        for name, body in services.items():
            if not isinstance(body, dict):
                continue
            kind, config_data = service_data(data, name)
            if kind is None:
                message = "'kind' is missing." if "kind" not in body else "The kind is empty."
                self.found.report(
                    ("services", name, "kind"), message, f"There are: {', '.join(known)}.", on_key=True
                )
            elif not isinstance(kind, str) or kind not in known:
                self.found.report(
                    ("services", name, "kind"),
                    f"There is no kind of service called {shown(kind)}.",
                    did_you_mean(kind, known),
                )
            else:
                self._read_service(name, known[kind](), config_data)

    def _take_in_traffic(self, data: Mapping[str, Any]) -> None:
        """Let mistakes in a client's traffic stand where the traffic is written."""
        traffic = data.get("traffic")
        for name in traffic if isinstance(traffic, dict) else ():
            if name not in data["services"]:
                continue
            body = data["services"].get(name)
            if isinstance(body, dict) and "traffic" in body:
                self.found.report(
                    ("traffic", name), f"The traffic of {name!r} is written twice.", "Keep one.", on_key=True
                )
            self.found.moved["services", name, "traffic"] = ("traffic", name)

    def _read_service(self, name: str, service: Service, config_data: Mapping[str, Any]) -> None:
        self.kinds[name] = service
        config: ServiceConfig | None = validate(self.found, service.Config, config_data, ("services", name))
        if config is not None:
            self.nodes[name] = Node(name, service, config)
            self.links[name] = tuple(service.links(config))


_BEGIN = "Begin with 'schema_version: 1', 'id: …', 'title: …' and 'services:'."


def _list_of(path: Path) -> tuple[str, ...] | None:
    """The list of `LISTS` in whose item `path` lies."""
    for section in LISTS:
        if path[: len(section)] == section and len(path) > len(section):
            return section
    return None
