"""Commands of a run's owner that are no commands, and those that only the server gives."""

from collections.abc import Callable

from tests.hostile.asking import Asked, posts
from tests.hostile.case import Case, Got, got_of
from tests.hostile.stage import Stage

WHERE = "POST /runs/<id>/commands/"
PAYMENT = {"node": "web", "count": 1}
CONFIGURE = {"node": "sales-queue", "setting": "visibility_timeout"}


def gives(kind: str, body: object, key: str = "k", **more: str) -> Asked:
    """The owner gives a command; a text goes as it is."""
    return lambda stage: stage.command(body, kind, key=key, **more)


def clock(body: object) -> Asked:
    return gives("clock", body)


def sets(value: object, setting: str = "visibility_timeout", node: str = "sales-queue") -> Asked:
    return gives("configure", {"node": node, "setting": setting, "value": value})


def as_json(text: str) -> Asked:
    """The whole post as JSON text."""
    return posts("/runs/{run}/commands/", text, kind="application/json")


def twice(kind: str, first: object, second: object) -> Callable[[Stage], Got]:
    """The same client key for two commands: the second is the first again."""

    def attack(stage: Stage) -> Got:
        stage.command(first, kind, key="once")
        before = stage.trace(stage.run)
        got = got_of(stage.command(second, kind, key="once"))
        assert stage.trace(stage.run) == before
        return got

    return attack


def stale(stage: Stage) -> Got:
    """A key that the run has had from its start."""
    return got_of(stage.command(PAYMENT, key="start:1"))


def faults(parameters: object, fault: str = "crash", node: str = "sales") -> Asked:
    return gives("fault", {"node": node, "fault": fault, "on": True, "parameters": parameters})


COMMANDS = [
    Case(
        "clock-wall",
        WHERE,
        "a clock with a wall time of its own",
        clock({"rate": 0, "wall_us": 1}),
        "204",
        taken=True,
    ),
    Case(
        "clock-wall-future",
        WHERE,
        "a wall time of the year 5000",
        clock({"rate": 0, "wall_us": 95_617_584_000_000_000}),
        "204",
        taken=True,
    ),
    Case(
        "clock-reason",
        WHERE,
        "a clock that claims to be the server's",
        clock({"rate": 0, "reason": "left"}),
        "204",
        taken=True,
    ),
    Case(
        "clock-at",
        WHERE,
        "a clock with a virtual time of its own",
        clock({"rate": 0, "at_us": 99_000_000}),
        "204",
        taken=True,
    ),
    Case("clock-nothing", WHERE, "a clock without a rate", clock({}), "400", "speed"),
    Case("clock-negative", WHERE, "a rate of -1", clock({"rate": -1}), "400", "speed"),
    Case("clock-huge", WHERE, "a rate of 1e300", clock({"rate": 1e300}), "400", "speed"),
    Case("clock-tiny", WHERE, "a rate of 1e-300", clock({"rate": 1e-300}), "400", "speed"),
    Case("clock-true", WHERE, "a rate that is true", clock({"rate": True}), "400", "speed"),
    Case("clock-text", WHERE, "a rate that is text", clock({"rate": "1"}), "400", "speed"),
    Case("clock-nan", WHERE, "a rate that is NaN", clock('{"rate": NaN}'), "400", "JSON"),
    Case("clock-infinity", WHERE, "a rate that is Infinity", clock('{"rate": Infinity}'), "400", "JSON"),
    Case("clock-1e999", WHERE, "a rate of 1e999", clock('{"rate": 1e999}'), "400", "JSON"),
    Case("clock-digits", WHERE, "a rate of 4,000 digits", clock('{"rate": ' + "9" * 4_000 + "}"), "400", ""),
    Case("clock-list", WHERE, "a rate that is a list", clock({"rate": [1]}), "400", "speed"),
    Case(
        "clock-warp", WHERE, "gaps skipped: 'yes'", clock({"rate": 0, "warp": "yes"}), "400", "true or false"
    ),
    Case(
        "clock-keys",
        WHERE,
        "the rate twice in one JSON object",
        clock('{"rate": 0, "rate": 0, "rate": 1000000}'),
        "400",
        "speed",
    ),
    Case(
        "warp-wall",
        WHERE,
        "a warp with a wall time of its own, backwards",
        gives("warp", {"to_us": 1, "wall_us": 0}),
        "400",
        "past it",
    ),
    Case("warp-negative", WHERE, "a warp to before the start", gives("warp", {"to_us": -1}), "400", "to_us"),
    Case("warp-huge", WHERE, "a warp of a thousand years", gives("warp", {"to_us": 10**18}), "400", "to_us"),
    Case("warp-true", WHERE, "a warp to true", gives("warp", {"to_us": True}), "400", "to_us"),
    Case("warp-float", WHERE, "a warp to half a microsecond", gives("warp", {"to_us": 5e6}), "400", "to_us"),
    Case(
        "warp-digits",
        WHERE,
        "a warp to a number of 3,000 digits",
        gives("warp", '{"to_us": ' + "9" * 3_000 + "}"),
        "400",
        "",
    ),
    Case("step-somewhere", WHERE, "a step to nowhere", gives("step", {"to": "end"}), "400", "step"),
    Case("step-list", WHERE, "a step to a list", gives("step", {"to": ["entry"]}), "400", "step"),
    Case(
        "kind-answered",
        WHERE,
        "a kind that only the server gives",
        gives("answered", PAYMENT),
        "400",
        "does not take",
    ),
    Case("kind-wake", WHERE, "another", gives("wake", PAYMENT), "400", "does not take"),
    Case("kind-dunder", WHERE, "a kind called __init__", gives("__init__", PAYMENT), "400", "does not take"),
    Case(
        "kind-capital", WHERE, "a vendor's action as the kind", gives("SendMessage", PAYMENT), "400", "kind"
    ),
    Case(
        "kind-html",
        WHERE,
        "a kind that is HTML",
        gives("<img src=x onerror=alert(1)>", PAYMENT),
        "400",
        "kind",
    ),
    Case("kind-long", WHERE, "a kind of 10,000 letters", gives("a" * 10_000, PAYMENT), "400", "kind"),
    Case("kind-newline", WHERE, "a kind with a line break", gives("send\n", PAYMENT), "400", "kind"),
    Case("key-none", WHERE, "no client key", gives("send", PAYMENT, key=""), "400", "client_key"),
    Case(
        "key-blank", WHERE, "a client key with blanks", gives("send", PAYMENT, key="a b"), "400", "client_key"
    ),
    Case(
        "key-long",
        WHERE,
        "a client key of 5,000 letters",
        gives("send", PAYMENT, key="k" * 5_000),
        "400",
        "client_key",
    ),
    Case(
        "key-nul",
        WHERE,
        "a client key with a zero character",
        gives("send", PAYMENT, key="a\0"),
        "400",
        "client_key",
    ),
    Case(
        "key-unicode",
        WHERE,
        "a client key that turns the text round",
        gives("send", PAYMENT, key="\u202ea"),
        "400",
        "client_key",
    ),
    Case(
        "key-step-long",
        WHERE,
        "a step with a client key of 5,000 letters",
        gives("step", {}, key="k" * 5_000),
        "400",
        "client_key",
    ),
    Case(
        "key-step-nul",
        WHERE,
        "a step with a zero character as its key",
        gives("step", {}, key="\0"),
        "400",
        "client_key",
    ),
    Case(
        "key-repeated",
        WHERE,
        "another command under a key that was used",
        twice("clock", {"rate": 0}, {"rate": 1000}),
        "204",
        taken=True,
    ),
    Case("key-stale", WHERE, "the key of the run's first command", stale, "204"),
    Case(
        "key-forked",
        WHERE,
        "the key that the server gives to forks",
        gives("clock", {"rate": 0}, key="forked"),
        "204",
        taken=True,
    ),
    Case(
        "key-server",
        WHERE,
        "a key as the server makes them for gaps",
        gives("clock", {"rate": 0}, key="warp:9999999"),
        "204",
        taken=True,
    ),
    Case("body-list", WHERE, "a list as the body", gives("send", "[]"), "400", "JSON object"),
    Case("body-text", WHERE, "text as the body", gives("send", '"web"'), "400", "JSON object"),
    Case(
        "body-deep",
        WHERE,
        "a body 5,000 levels deep",
        gives("send", '{"node":' * 1_500 + "1" + "}" * 1_500),
        "400",
        "",
    ),
    Case(
        "body-deep-json", WHERE, "a whole post 7,000 levels deep", as_json('{"body":' * 1_900), "400", "JSON"
    ),
    Case(
        "body-large",
        WHERE,
        "a body of 10 KB",
        gives("send", {**PAYMENT, "x": "y" * 10_000}),
        "400",
        "4,096 bytes",
    ),
    Case(
        "body-keys",
        WHERE,
        "the node twice, the second unknown",
        gives("send", '{"node": "web", "node": "nobody"}'),
        "400",
        "no service",
    ),
    Case(
        "body-nul",
        WHERE,
        "a zero character in the body",
        gives("send", '{"node": "web", "x": "\\u0000"}'),
        "400",
        "zero characters",
    ),
    Case(
        "body-surrogate",
        WHERE,
        "half of a character in the body",
        gives("send", '{"node": "\\ud800"}'),
        "400",
        "JSON",
    ),
    Case(
        "body-prototype",
        WHERE,
        "a field called __proto__",
        gives("send", '{"__proto__": {"node": "web"}}'),
        "400",
        "no service",
    ),
    Case("node-none", WHERE, "no service", gives("send", {}), "400", "no service"),
    Case(
        "node-list", WHERE, "a list as the service", gives("send", {"node": ["web"]}), "400", "node is a name"
    ),
    Case(
        "node-html",
        WHERE,
        "a service that is HTML",
        gives("send", {"node": "<script>alert(1)</script>"}),
        "400",
        "no service",
    ),
    Case(
        "node-format",
        WHERE,
        "a service that is a format string",
        gives("send", {"node": "{0}%s%(x)s"}),
        "400",
        "no service",
    ),
    Case(
        "node-bidi",
        WHERE,
        "a service that turns the text round",
        gives("send", {"node": "web\u202e"}),
        "400",
        "no service",
    ),
    Case(
        "node-other",
        WHERE,
        "a command that the service does not know",
        gives("send", {"node": "sales-queue"}),
        "400",
        "does not take",
    ),
    Case("count-zero", WHERE, "no message", gives("send", {"node": "web", "count": 0}), "400", "1 to 200"),
    Case(
        "count-million",
        WHERE,
        "a million messages",
        gives("send", {"node": "web", "count": 10**6}),
        "400",
        "1 to 200",
    ),
    Case(
        "count-true", WHERE, "true messages", gives("send", {"node": "web", "count": True}), "400", "1 to 200"
    ),
    Case(
        "count-float",
        WHERE,
        "one and a half messages",
        gives("send", {"node": "web", "count": 1.5}),
        "400",
        "1 to 200",
    ),
    Case(
        "count-null",
        WHERE,
        "a count that is null",
        gives("send", {"node": "web", "count": None}),
        "400",
        "1 to 200",
    ),
    Case(
        "setting-dunder",
        WHERE,
        "a setting called __class__",
        sets("x", "__class__"),
        "400",
        "cannot be changed",
    ),
    Case(
        "setting-fixed",
        WHERE,
        "a setting that is fixed",
        sets("other", "redrive"),
        "400",
        "cannot be changed",
    ),
    Case("setting-negative", WHERE, "a timeout of -1s", sets("-1s"), "400", "negative"),
    Case(
        "setting-huge",
        WHERE,
        "a timeout of 999,999,999 days",
        sets("999999999d"),
        "400",
        "visibility_timeout",
    ),
    Case(
        "setting-digits",
        WHERE,
        "a timeout of 3,000 digits",
        sets("9" * 3_000 + "s"),
        "400",
        "visibility_timeout",
    ),
    Case("setting-number", WHERE, "a timeout that is a number", sets(30), "400", "visibility_timeout"),
    Case("setting-true", WHERE, "a timeout that is true", sets(True), "400", "visibility_timeout"),
    Case("setting-null", WHERE, "a timeout that is null", sets(None), "400", "visibility_timeout"),
    Case(
        "setting-object",
        WHERE,
        "a timeout that is an object",
        sets({"p50": "1s"}),
        "400",
        "visibility_timeout",
    ),
    Case("setting-html", WHERE, "a timeout that is HTML", sets("<b>30s</b>"), "400", "visibility_timeout"),
    Case(
        "setting-rate", WHERE, "a million requests a second", sets("1000000/s", "rate", "web"), "400", "rate"
    ),
    Case("setting-rate-nan", WHERE, "requests a second: 'nan'", sets("nan", "rate", "web"), "400", "rate"),
    Case("setting-share", WHERE, "an error rate of 2", sets(2, "error_rate", "sales"), "400", "error_rate"),
    Case(
        "setting-share-true",
        WHERE,
        "an error rate of true",
        sets(True, "error_rate", "sales"),
        "400",
        "error_rate",
    ),
    Case(
        "setting-share-text",
        WHERE,
        "an error rate of 'NaN'",
        sets("NaN", "error_rate", "sales"),
        "400",
        "error_rate",
    ),
    Case(
        "setting-concurrency",
        WHERE,
        "a concurrency of 10^30",
        sets(10**18, "reserved_concurrency", "sales"),
        "400",
        "reserved_concurrency",
    ),
    Case("fault-unknown", WHERE, "a fault that is not", faults({}, "explode"), "400", "knows the faults"),
    Case(
        "fault-maybe",
        WHERE,
        "a fault that is on: 1",
        gives("fault", {"node": "sales", "fault": "crash", "on": 1}),
        "400",
        "on or off",
    ),
    Case("fault-parameter", WHERE, "a parameter that is not", faults({"share": 1}), "400", "parameter"),
    Case("fault-list", WHERE, "parameters that are a list", faults(["after_step"]), "400", "parameters"),
    Case("fault-times", WHERE, "a crash 'many' times", faults({"times": "many"}), "400", "times"),
    Case("fault-times-true", WHERE, "a crash true times", faults({"times": True}), "400", "times"),
    Case("fault-times-negative", WHERE, "a crash -5 times", faults({"times": -5}), "400", "times"),
    Case(
        "fault-step",
        WHERE,
        "a crash after a step that is an object",
        faults({"after_step": {"a": 1}}),
        "400",
        "no step",
    ),
    Case(
        "fault-step-html",
        WHERE,
        "a crash after a step that is HTML",
        faults({"after_step": "<script>"}),
        "400",
        "no step",
    ),
    Case(
        "fault-by",
        WHERE,
        "a table slower by minus a year",
        faults({"by": "-365d"}, "slow", "sales-store"),
        "400",
        "negative",
    ),
    Case(
        "fault-by-huge",
        WHERE,
        "a table slower by 999,999,999 days",
        faults({"by": "999999999d"}, "slow", "sales-store"),
        "400",
        "1h",
    ),
    Case(
        "fault-by-list",
        WHERE,
        "a table slower by a list",
        faults({"by": [1]}, "slow", "sales-store"),
        "400",
        "not a duration",
    ),
    Case(
        "fork-command-negative",
        WHERE,
        "a command for a fork from before the start",
        gives("clock", {"rate": 0}, fork="1", playhead_us="-5"),
        "400",
        "at_us",
    ),
    Case(
        "fork-command-nan",
        WHERE,
        "a command for a fork from NaN",
        gives("clock", {"rate": 0}, fork="1", playhead_us="NaN"),
        "400",
        "at_us",
    ),
    Case(
        "fork-command-future",
        WHERE,
        "a command for a fork from the future",
        gives("clock", {"rate": 0}, fork="1", playhead_us="9" * 15),
        "400",
        "where it has been",
    ),
    Case(
        "fork-command-wrong",
        WHERE,
        "a fork for a command that is none",
        gives("explode", PAYMENT, fork="1", playhead_us="0"),
        "400",
        "does not take",
    ),
]
