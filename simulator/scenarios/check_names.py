"""Names in a document: every control, chart, expectation and prediction speaks of something that exists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from simulator.engine.service import WORLD_ENTRIES

from .diagnostics import Path, did_you_mean, shown
from .document import Change, ExpectGroup, Fault, FaultControl, Prediction, SendControl, SettingControl
from .grammar import Amount, Condition, Gauge, Sum, parse_command, parse_line, parse_measure, parse_outcome
from .settings import range_of
from .shape import Mistake
from .subject import Subject

#: Gauges that are no service's own, with their units.
TOTALS: Mapping[str, Mapping[str, str]] = {"run": {"bill": "USD"}, "ledger": {"unbalanced": "services"}}
AGE = "oldest_age"

Named = FaultControl | SendControl | SettingControl | Fault


def check_names(subject: Subject) -> None:
    """Check every name in the sections beside `services`."""
    _Names(subject).check()


class _Names:
    """One check: the subject, and the controls and faults that commands may name."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.named: dict[str, Named] = {}

    def check(self) -> None:
        self._reserved()
        for path, item in (*self.subject.items("controls"), *self.subject.items("faults")):
            self._unique("control or fault", path, item.id, self.named)
            self.named[item.id] = item
            self._attempt((*path, _WRONG_FIELD.get(type(item), "node")), self._check_named, path, item)
        self._views()
        self._expectations()
        self._predictions()
        self._challenge()
        self._others()

    def _attempt(self, path: Path, check: Callable[..., None], *args: Any) -> None:
        """Run a check that raises Mistake; it belongs to `path`."""
        try:
            check(*args)
        except Mistake as mistake:
            self.subject.report(path, mistake)

    def _reserved(self) -> None:
        for name in self.subject.names:
            if name in TOTALS:
                self.subject.found.report(
                    ("services", name), f"A service cannot be called {name!r}.", on_key=True
                )

    def _unique(self, what: str, path: Path, name: str, seen: Iterable[str]) -> None:
        if name and name in seen:
            self.subject.found.report(
                (*path, "id"), f"There is a {what} called {name!r} already.", "Give each an id of its own."
            )

    def _node(self, path: Path, name: str) -> bool:
        """Whether a service of that name exists; reports it if not."""
        if name in self.subject.names:
            return True
        self.subject.found.report(
            path, f"There is no service {shown(name)}.", did_you_mean(name, self.subject.names)
        )
        return False

    # ---- controls and faults ---------------------------------------------------------------------

    def _check_named(self, path: Path, item: Named) -> None:
        if not self._node((*path, "node"), item.node) or item.node not in self.subject.nodes:
            return
        node = self.subject.nodes[item.node]
        if isinstance(item, SettingControl):
            range_of(item, node)
            return
        if isinstance(item, SendControl):
            if "command_send" not in node.service.handlers:
                senders = [n for n, s in self.subject.kinds.items() if "command_send" in s.handlers]
                raise Mistake(f"{item.node!r} sends nothing on command.", did_you_mean("", senders))
            return
        if item.fault not in node.service.FAULTS:
            raise Mistake(
                f"A {node.service.title} has no fault {shown(item.fault)}.",
                did_you_mean(item.fault, node.service.FAULTS),
            )
        body = {"node": item.node, "fault": item.fault, "on": True, "parameters": dict(item.parameters)}
        try:
            node.service.check_command("fault", body, node.config)
        except (ValueError, TypeError) as error:
            raise Mistake(str(error)) from error
        if isinstance(item, Fault) and item.until is not None and (item.at is None or item.until <= item.at):
            raise Mistake("The fault ends before it begins.", "Let 'until' be later than 'at'.")

    def _command(self, text: str) -> None:
        command = parse_command(text)
        item = self.named.get(command.id)
        if item is None:
            raise Mistake(
                f"There is no control or fault {command.id!r}.",
                did_you_mean(command.id, self.named),
                text.index(command.id),
                len(command.id),
            )
        is_fault = isinstance(item, FaultControl | Fault)
        if command.verb == "restore" and not is_fault:
            raise Mistake(f"{command.id!r} is no fault; there is nothing to restore.")
        if (command.verb == "set") != isinstance(item, SettingControl):
            form = f"set {command.id} to … at …" if command.verb != "set" else f"{command.id} at …"
            raise Mistake(f"{command.id!r} is not used this way.", f"Write '{form}'.")
        if isinstance(item, SettingControl) and item.node in self.subject.nodes:
            node = self.subject.nodes[item.node]
            body = {"node": item.node, "setting": item.setting, "value": command.value}
            try:
                node.service.check_command("configure", body, node.config)
            except ValueError as error:
                raise Mistake(str(error)) from error

    def _commands(self, path: Path, texts: Iterable[str]) -> None:
        for index, text in enumerate(texts):
            self._attempt((*path, index), self._command, text)

    # ---- gauges ----------------------------------------------------------------------------------

    def _unit(self, gauge: Gauge) -> str:
        """The unit of a gauge; Mistake if there is no such gauge."""
        length = len(gauge.text)
        if gauge.node in TOTALS:
            known: Mapping[str, str] = TOTALS[gauge.node]
            if gauge.name in known:
                return known[gauge.name]
        elif gauge.node not in self.subject.names:
            nodes = [*self.subject.names, *TOTALS]
            raise Mistake(
                f"There is no service {gauge.node!r}.",
                did_you_mean(gauge.node, nodes),
                gauge.start,
                len(gauge.node),
            )
        elif gauge.node not in self.subject.kinds:
            return "?"
        else:
            gauges = self.subject.kinds[gauge.node].GAUGES
            known = {AGE: "us", **{name: g.unit for name, g in gauges.items()}}
            if gauge.name in known:
                return known[gauge.name]
        hint = did_you_mean(gauge.name, known)
        raise Mistake(f"{gauge.node!r} has no gauge {gauge.name!r}.", hint, gauge.start, length)

    def _is_time(self, value: Sum) -> bool | None:
        """Whether a value is a time; None for what could be either. Mistake if it is a mixture."""
        seen: dict[bool, str] = {}
        for _, term in value.terms:
            if isinstance(term, Amount):
                if term.number:
                    seen[term.unit == "us"] = term.text
            elif (unit := self._unit(term)) != "?":
                seen[unit == "us"] = term.text
        if len(seen) > 1:
            raise _mixed(seen[True], seen[False])
        return next(iter(seen), None)

    def _condition(self, condition: Condition) -> None:
        left, right = self._is_time(condition.left), self._is_time(condition.right)
        if left is not None and right is not None and left != right:
            times, counts = (condition.left, condition.right) if left else (condition.right, condition.left)
            raise _mixed(times.terms[0][1].text, counts.terms[0][1].text)

    def _line(self, text: str) -> None:
        for condition in parse_line(text).conditions:
            self._condition(condition)

    # ---- sections --------------------------------------------------------------------------------

    def _views(self) -> None:
        charts: list[str] = []
        for path, chart in self.subject.items("views", "charts"):
            self._unique("chart", path, chart.id, charts)
            charts.append(chart.id)
            for index, series in enumerate(chart.series):
                self._attempt((*path, "series", index, "gauge"), self._series, series.gauge)
        for path, caption in self.subject.items("views", "captions"):
            when = caption.when
            if self._node((*path, "when", "node"), when.node) and when.node in self.subject.kinds:
                known = {**self.subject.kinds[when.node].ENTRIES, **WORLD_ENTRIES}
                if when.kind not in known:
                    self.subject.found.report(
                        (*path, "when", "kind"),
                        f"{when.node!r} records no entry {shown(when.kind)}.",
                        did_you_mean(when.kind, known),
                    )

    def _series(self, text: str) -> None:
        measure = parse_measure(text)
        if measure.at_us is not None or len(measure.value.terms) != 1 or not measure.value.gauges:
            raise Mistake("A chart draws one gauge.", "Write node.gauge.")
        self._unit(measure.value.gauges[0])

    def _group(self, path: Path, group: ExpectGroup) -> None:
        self._commands((*path, "given"), group.given)
        for index, line in enumerate(group.then):
            self._attempt((*path, "then", index), self._line, line)
        if isinstance(group.seeds, int) and not 1 <= group.seeds <= 50:
            self.subject.found.report((*path, "seeds"), "Between 1 and 50 seeds can be tried.")

    def _expectations(self) -> None:
        ids: list[str] = []
        for path, group in self.subject.items("expect"):
            self._unique("expectation", path, group.id, ids)
            ids.append(group.id or f"expect-{int(path[-1]) + 1}")
            self._group(path, group)
        unless_ids: list[str] = []
        for path, unless in self.subject.items("unless"):
            self._unique("change", path, unless.id, unless_ids)
            unless_ids.append(unless.id)
            self._change(path, unless)
            for index, name in enumerate(unless.breaks):
                if name not in ids:
                    self.subject.found.report(
                        (*path, "breaks", index),
                        f"There is no expectation {shown(name)}.",
                        did_you_mean(name, ids),
                    )

    def _change(self, path: Path, change: Change) -> None:
        for index, name in enumerate(change.remove):
            self._node((*path, "remove", index), name)
        self._commands((*path, "turn_on"), change.turn_on)
        for key in change.set:
            node = key.partition(".")[0]
            if "." not in key:
                self.subject.found.report(
                    (*path, "set", key),
                    f"{shown(key)} is not a setting.",
                    "Write node.setting, such as sales-queue.visibility_timeout.",
                    on_key=True,
                )
            elif node not in self.subject.names:
                self.subject.found.report(
                    (*path, "set", key),
                    f"There is no service {shown(node)}.",
                    did_you_mean(node, self.subject.names),
                    on_key=True,
                )
        if not (change.set or change.remove or change.turn_on):
            self.subject.found.report(path, "This changes nothing.", "Say what to set, remove or turn_on.")

    def _predictions(self) -> None:
        ids: list[str] = []
        for path, prediction in self.subject.items("predictions"):
            self._unique("prediction", path, prediction.id, ids)
            ids.append(prediction.id)
            self._commands((*path, "given"), prediction.given)
            self._attempt((*path, "measure"), self._measure, prediction)
            choices: list[str] = []
            for index, choice in enumerate(prediction.choices):
                place = (*path, "choices", index)
                self._unique("choice", place, choice.id, choices)
                choices.append(choice.id)
                self._attempt((*place, "value"), self._outcome, prediction, choice.value)

    def _measure(self, prediction: Prediction) -> None:
        measure = parse_measure(prediction.measure)
        self._is_time(measure.value)
        if (measure.at_us is None) == (prediction.measure_at is None):
            raise Mistake(
                "A prediction is measured at one moment.",
                "Write 'node.gauge at 60s', or measure_at, not both.",
            )

    def _outcome(self, prediction: Prediction, value: object) -> None:
        amount = parse_outcome(value).amount
        try:
            is_time = self._is_time(parse_measure(prediction.measure).value)
        except Mistake:
            return  # said at the measure itself
        if is_time is not None and amount.number and is_time != (amount.unit == "us"):
            raise Mistake(
                f"{prediction.measure!r} is {'a time' if is_time else 'no time'}, "
                f"and {amount.text!r} is {'none' if is_time else 'one'}."
            )

    def _challenge(self) -> None:
        challenge = self.subject.document.challenge if self.subject.document else None
        if challenge is None:
            return
        for index, goal in enumerate(challenge.goals):
            self._group(("challenge", "goals", index), goal)
        self._change(("challenge", "answer"), challenge.answer)

    def _others(self) -> None:
        document = self.subject.document
        assert document is not None
        questions: list[str] = []
        for path, question in self.subject.items("questions"):
            self._unique("question", path, question.id, questions)
            questions.append(question.id)
        for name in document.traffic:
            self._node(("traffic", name), name)
        if document.prices:
            self.subject.found.report(
                ("prices",),
                "Prices are not used yet; the bill counts list prices.",
                "Leave them out.",
                on_key=True,
                severity="warning",
            )


_WRONG_FIELD: Mapping[type[Any], str] = {SettingControl: "setting", FaultControl: "fault", Fault: "fault"}


def _mixed(time: str, count: str) -> Mistake:
    message = f"{time!r} is a time and {count!r} is not; they cannot be compared."
    return Mistake(message, "Give a time a unit: 2s.")
