"""What every service is: a frozen config, a plain-data state, and a handler for each notice.

A service is one file in `simulator/services`: a subclass of `Service`, found by its `kind` without a list
anywhere. Its only door to the world is the `Context` (see `world`): send, reply, schedule, cancel, record,
draw. Services do not know each other. They ask each other by the vendor's action names (``SendMessage``,
``Invoke``) and answer with a ``reply`` notice that carries the asker's token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from .calendar import Notice
from .trace import EntryKind, Gauge

if TYPE_CHECKING:
    from .world import Context

PlateStyle = Literal["person", "switchboard", "lamps", "tickets", "rows"]


class ServiceConfig(BaseModel):
    """The part of a scenario that describes one service; each kind adds its fields.

    A field's alias is its name in the document, its own name ends in its unit. ``adjustable=True`` in
    `json_schema_extra` marks a field that a control may change while the run goes on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    title: str = Field(default="", max_length=60, description="The name on the plate; the id, when empty.")
    note: str = Field(default="", max_length=400, description="One sentence on what it is for here.")


@dataclass(frozen=True)
class Link:
    """A connection that a config asks for: `action` is what will be asked of `target`.

    `path` is the place in the config that names the target, for the checker's message. `flow` says which way
    messages travel: "out" from this service, "in" when this service fetches them (a function from its queue).
    """

    target: str
    action: str
    label: str = ""
    path: tuple[str | int, ...] = ()
    flow: Literal["out", "in"] = "out"


@dataclass(frozen=True)
class FaultKind:
    """A trouble that can be put on a service, with what it does in one sentence.

    `parameters` names what a command may say beside it; the service itself checks their values.
    """

    label: str
    says: str
    parameters: tuple[str, ...] = ()


#: Entries that the world records for every service.
WORLD_ENTRIES: dict[str, EntryKind] = {
    "fault_started": EntryKind("Fault on {node}: {fault_label}.", interest="bookmark", tone="trouble"),
    "fault_cleared": EntryKind("Fault on {node} cleared: {fault_label}.", interest="bookmark", tone="done"),
    "configured": EntryKind("{node}: {setting} set to {value}.", interest="bookmark"),
    "refused": EntryKind("{node} refused a change: {reason}", interest="bookmark", tone="trouble"),
}

_registry: dict[str, type[Service]] = {}


class Service:
    """Base of all services. One instance per node; it holds no state of a run.

    A subclass gives `kind`, `title`, `plate`, `Config`, `State`, `ENTRIES`, `GAUGES`, and a method
    ``on_<notice kind>(state, notice, ctx)`` for each notice it takes (``on_SendMessage``, ``on_reply``).
    Optional: `links`, `FAULTS`, `start`, `configuration_changed`, `fault_changed`, `check_command`. `counts`
    must agree with the gauges that fold from the trace; a contract test holds every service to it.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    plate: ClassVar[PlateStyle]
    Config: ClassVar[type[ServiceConfig]] = ServiceConfig
    State: ClassVar[type[Any]]
    ENTRIES: ClassVar[Mapping[str, EntryKind]] = {}
    GAUGES: ClassVar[Mapping[str, Gauge]] = {}
    FAULTS: ClassVar[Mapping[str, FaultKind]] = {}

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        if "kind" in cls.__dict__:
            assert _registry.get(cls.kind, cls).__qualname__ == cls.__qualname__, (
                f"two services of kind {cls.kind}"
            )
            _registry[cls.kind] = cls

    def __init__(self) -> None:
        self.handlers: dict[str, Callable[[Any, Notice, Context], None]] = {
            name.removeprefix("on_"): getattr(self, name) for name in dir(self) if name.startswith("on_")
        }

    @classmethod
    def links(cls, config: Any) -> Iterable[Link]:
        """The connections that `config` asks for."""
        return ()

    @classmethod
    @lru_cache(maxsize=256)  # the checker asks for each connection and each service
    def accepts(cls) -> frozenset[str]:
        """The actions that others may ask of this kind: its handlers in CamelCase."""
        return frozenset(n[3:] for n in dir(cls) if n.startswith("on_") and n[3:4].isupper())

    def start(self, state: Any, ctx: Context) -> None:
        """Plan the first notices, when the world begins."""

    def handle(self, state: Any, notice: Notice, ctx: Context) -> None:
        """Do what `notice` asks: change `state`, act through `ctx`. An unknown notice is our bug."""
        self.handlers[notice.kind](state, notice, ctx)

    def on_command_configure(self, state: Any, notice: Notice, ctx: Context) -> None:
        """A control changed one setting of this node."""
        setting, value = notice.body["setting"], notice.body["value"]
        try:
            ctx.configure(setting, value)
        except ValueError as error:  # it fitted when it was given; another change before it made it unfit
            ctx.record("refused", None, {"reason": first_reason(error)})
            return
        ctx.record("configured", None, {"setting": setting, "value": value})
        self.configuration_changed(state, setting, ctx)

    def on_command_fault(self, state: Any, notice: Notice, ctx: Context) -> None:
        """A fault was put on this node, or taken away."""
        name, on = notice.body["fault"], notice.body["on"]
        ctx.set_fault(name, on, notice.body.get("parameters") or {})
        ctx.record(
            "fault_started" if on else "fault_cleared",
            None,
            {"fault": name, "fault_label": self.FAULTS[name].label},
        )
        self.fault_changed(state, name, on, ctx)

    def configuration_changed(self, state: Any, setting: str, ctx: Context) -> None:
        """Called after `ctx.config` changed, for services that planned something by the old one."""

    def fault_changed(self, state: Any, name: str, on: bool, ctx: Context) -> None:
        """Called after `ctx.faults` changed."""

    def configured(self, config: Any, overrides: Mapping[str, Any]) -> Any:
        """`config` with some adjustable fields replaced; ValueError if one does not fit."""
        if not overrides:
            return config
        written = config.model_dump(by_alias=True, exclude_unset=True)
        return self.Config.model_validate({**written, **overrides})

    def check_command(self, kind: str, body: Mapping[str, Any], config: Any) -> None:
        """ValueError with a sentence if this service cannot take the command."""
        if f"command_{kind}" not in self.handlers:
            raise ValueError(f"A {self.title} does not take the command {kind[:40]!r}.")
        if kind == "configure":
            self._check_setting(body, config)
        if kind == "fault":
            self._check_fault(body)

    def _check_fault(self, body: Mapping[str, Any]) -> None:
        fault = self.FAULTS.get(str(body.get("fault")))
        if fault is None or not isinstance(body.get("on"), bool):
            known = ", ".join(self.FAULTS) or "(none)"
            raise ValueError(f"A {self.title} knows the faults {known}, on or off.")
        parameters = body.get("parameters") or {}
        if not isinstance(parameters, Mapping):
            raise ValueError("The parameters of a fault are names with values.")
        for name in parameters:
            if name not in fault.parameters:
                raise ValueError(f"The fault {body['fault']} takes no parameter {str(name)[:40]!r}.")

    def _check_setting(self, body: Mapping[str, Any], config: Any) -> None:
        adjustable = adjustable_fields(self.Config)
        setting = body.get("setting")
        if setting not in adjustable:
            known = ", ".join(adjustable) or "(none)"
            raise ValueError(f"{str(setting)[:60]!r} cannot be changed while running; these can: {known}.")
        if isinstance(body.get("value"), bool) and adjustable[setting].annotation is not bool:
            raise ValueError(f"{setting}: this is no switch; a value is needed.")
        try:
            self.configured(config, {setting: body.get("value")})
        except ValueError as error:
            raise ValueError(f"{setting}: {first_reason(error)}") from error

    def counts(self, state: Any) -> dict[str, int]:
        """The gauges that can be read off the state, by name; tests compare them with the trace."""
        return {}


def service_kinds() -> dict[str, type[Service]]:
    """Every known kind of service, in the order of their names."""
    return dict(sorted(_registry.items()))


def adjustable_fields(config: type[ServiceConfig]) -> dict[str, FieldInfo]:
    """The fields that a control may change, by their names in a document."""
    return {
        field.alias or name: field
        for name, field in config.model_fields.items()
        if isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("adjustable")
    }


def first_reason(error: ValueError) -> str:
    """What is wrong, in one sentence, from pydantic's or our own error."""
    if isinstance(error, ValidationError):
        return str(error.errors()[0]["msg"]).removeprefix("Value error, ")
    return str(error)
