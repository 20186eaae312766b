"""What is asked of a run's pages by address, and who may have which run at all."""

from tests.hostile.asking import gets, posts, strangers_post
from tests.hostile.case import Case, Got, got_of
from tests.hostile.stage import Browser, Stage, escaped

WHY, INSPECT, FRAMES = "GET /runs/<id>/why/", "GET /runs/<id>/inspect/", "GET /runs/<id>/frames/"
WHO = "who it is"
CLOCK = {"kind": "clock", "body": '{"rate": 1}', "client_key": "k"}
HTML = '"><script>alert(1)</script><svg/onload=alert(1)>'
DEEP = 'digraph{a[label="'


def why(name: str, sent: str, query: str, must: str = "200", says: str = "") -> Case:
    return Case(f"why-{name}", WHY, sent, gets("/runs/{run}/why/?" + query), must, says)


def inspect(name: str, sent: str, query: str, must: str = "404", says: str = "") -> Case:
    return Case(f"inspect-{name}", INSPECT, sent, gets("/runs/{run}/inspect/?" + query), must, says)


def frames(name: str, sent: str, query: str) -> Case:
    return Case(f"frames-{name}", FRAMES, sent, gets("/runs/{run}/frames/?" + query), "200", "JSON")


def wrong_key(stage: Stage) -> Got:
    """The drive link with one letter changed, and then a command."""
    link = stage.drive_link()
    changed = link[:-2] + ("A" if link[-2] != "A" else "B") + "/"
    got = got_of(stage.stranger.get(changed))
    assert stage.stranger.post(f"/runs/{stage.run}/commands/", CLOCK).status == 403
    return got


def key_of_other(stage: Stage) -> Got:
    """The drive key of one run, used for another."""
    key = stage.drive_link().rstrip("/").rpartition("/")[2]
    got = got_of(stage.stranger.get(f"/runs/{stage.other}/drive/{key}/"))
    assert stage.stranger.post(f"/runs/{stage.other}/commands/", CLOCK).status == 403
    return got


def borrowed(stage: Stage) -> Got:
    """Somebody who may drive one run gives a command to another."""
    stage.stranger.get(stage.drive_link())
    return got_of(stage.stranger.post(f"/runs/{stage.other}/commands/", CLOCK))


def watchers_key(stage: Stage) -> Got:
    """A watcher looks for the drive key in everything that a watcher can see."""
    key = stage.drive_link().rstrip("/").rpartition("/")[2].encode()
    pages = ("", "share/", "frames/", "transcript/", "source/", "inspect/?node=web", "why/?message=A")
    watcher = Browser(stage.host)
    seen = [watcher.get(f"/runs/{stage.run}/{page}") for page in pages]
    assert all(answer.status == 200 and key not in answer.body for answer in seen)
    return Got("200", "the key is nowhere", tuple(seen))


def stolen_session(stage: Stage) -> Got:
    """A learner's id, guessed into a cookie."""
    stage.stranger.cookies["signalbox_session"] = "learner"
    return got_of(stage.stranger.post(f"/runs/{stage.run}/commands/", CLOCK))


FRAGMENTS = [
    why("html", "HTML as the message", "message=" + escaped(HTML)),
    why("dot", "DOT as the message", "message=" + escaped('A"];evil[label="x')),
    why("format", "a format string as the message", "message=" + escaped("{0.__class__}%s{node}")),
    why("template", "a template as the message", "message=" + escaped("{{ why.__class__ }}{% debug %}")),
    why("sql", "SQL as the message", "message=" + escaped("A' OR '1'='1")),
    why("bidi", "a message that turns the text round", "message=" + escaped("\u202eA\u2066")),
    why("nul", "a zero character as the message", "message=%00"),
    why("bytes", "bytes that are no UTF-8", "message=%ff%fe"),
    why("long", "a message of 30,000 letters", "message=" + "A" * 30_000),
    why("none", "no message", "", "400", "Name a message"),
    why("node-html", "HTML as the service", "message=A&node=" + escaped(HTML)),
    why("node-dunder", "a service called __class__", "message=A&node=__class__"),
    why("at-negative", "a negative time", "message=A&at_us=-1", "400", "at_us"),
    why(
        "at-words",
        "a time in words",
        "message=A&at_us=<b>now</b>".replace("<", "%3C").replace(">", "%3E"),
        "400",
        "at_us",
    ),
    why("at-infinite", "an infinite time", "message=A&at_us=inf", "400", "at_us"),
    why("at-huge", "the largest time", "message=A&at_us=" + "9" * 16),
    why("at-digits", "a time of 5,000 digits", "message=A&at_us=" + "9" * 5_000, "400", "at_us"),
    why("at-many", "5,000 times", "message=A" + "&at_us=1" * 5_000, "400"),
    inspect("html", "HTML as the message", "message=" + escaped(HTML), "200"),
    inspect("node-html", "HTML as the service", "node=" + escaped(HTML), "404", "Name a message"),
    inspect("node-path", "a path as the service", "node=../../etc/passwd", "404", "Name a message"),
    inspect("node-prototype", "a service called __proto__", "node=__proto__", "404", "Name a message"),
    inspect("fields", "2,000 fields", "&".join(f"f{n}=1" for n in range(2_000)), "400"),
    Case(
        "transcript-time",
        "GET /runs/<id>/transcript/",
        "a time that is SQL",
        gets("/runs/{run}/transcript/?at_us=1%20OR%201=1"),
        "400",
        "at_us",
    ),
    Case(
        "transcript-accept",
        "GET /runs/<id>/transcript/",
        "a transcript, asked for as HTML",
        gets("/runs/{run}/transcript/?format=html", ("Accept", "text/html")),
        "200",
    ),
    Case(
        "source-file",
        "GET /runs/<id>/source/",
        "a file's name",
        gets("/runs/{run}/source/?file=../../config/settings.py&line=-1"),
        "200",
    ),
    Case(
        "lab-query",
        "GET /runs/<id>/",
        "HTML in every query",
        gets(f"/runs/{{run}}/?t={escaped(HTML)}&node={escaped(HTML)}&{escaped(HTML)}=1"),
        "200",
    ),
    frames("negative", "a negative cursor", "commands=-1&next=-5"),
    frames("huge", "a cursor of 5,000 digits", "next=" + "9" * 5_000),
    frames("words", "a cursor in words", "commands=NaN&next=Infinity"),
    frames("sql", "a cursor that is SQL", "commands=1%27%20OR%201=1"),
    frames("bytes", "a cursor that is no text", "commands=%ff&next=%00"),
    frames("list", "a cursor as a list", "commands[]=1&commands=1&commands=2"),
    Case("who-guessed", WHO, "a run that was guessed", gets(f"/runs/{'A' * 22}/"), "404"),
    Case(
        "who-guessed-frames",
        WHO,
        "the frames of a run that was guessed",
        gets(f"/runs/{'A' * 22}/frames/"),
        "404",
        "no such run",
    ),
    Case(
        "who-guessed-command",
        WHO,
        "a command to a run that was guessed",
        posts(f"/runs/{'A' * 22}/commands/", CLOCK),
        "404",
    ),
    Case(
        "who-nearly",
        WHO,
        "a run's id with another last letter",
        lambda stage: stage.stranger.get(
            f"/runs/{stage.run[:-1]}{'A' if stage.run[-1] != 'A' else 'B'}/frames/"
        ),
        "404",
        "no such run",
    ),
    Case(
        "who-capitals",
        WHO,
        "a run's id in capitals",
        lambda stage: stage.stranger.get(f"/runs/{stage.run.swapcase()}/frames/"),
        "404",
        "no such run",
    ),
    Case("who-number", WHO, "a run by number", gets("/runs/1/"), "404"),
    Case(
        "who-watcher",
        WHO,
        "a command by somebody who may only watch",
        strangers_post("/runs/{run}/commands/", CLOCK),
        "403",
        "Fork it",
    ),
    Case(
        "who-watcher-htmx",
        WHO,
        "the same, as if by htmx",
        strangers_post("/runs/{run}/commands/", CLOCK, ("HX-Request", "true"), ("X-Learner", "owner")),
        "403",
        "Fork it",
    ),
    Case(
        "who-watcher-key",
        WHO,
        "a command with a made up drive key in its fields",
        strangers_post(
            "/runs/{run}/commands/", {**CLOCK, "drive_key": "x" * 22, "drive": "true", "owner": "1"}
        ),
        "403",
        "Fork it",
    ),
    Case(
        "who-other",
        WHO,
        "a command to another learner's run",
        posts("/runs/{other}/commands/", CLOCK),
        "403",
        "Fork it",
    ),
    Case(
        "who-drive-guessed",
        WHO,
        "a drive key that was guessed",
        gets(f"/runs/{{run}}/drive/{'A' * 22}/"),
        "404",
    ),
    Case("who-drive-nearly", WHO, "a drive key with another last letter, then a command", wrong_key, "404"),
    Case("who-drive-other", WHO, "the drive key of another run, then a command", key_of_other, "404"),
    Case(
        "who-drive-borrowed",
        WHO,
        "a command to another run by somebody who may drive one",
        borrowed,
        "403",
        "Fork it",
    ),
    Case(
        "who-drive-hidden", WHO, "the drive key, looked for in all that a watcher sees", watchers_key, "200"
    ),
    Case(
        "who-drive-next",
        WHO,
        "a drive link that would lead elsewhere",
        lambda stage: stage.stranger.get(
            stage.drive_link() + "?next=//elsewhere.example&to=http://elsewhere.example"
        ),
        "302",
        "to /runs/",
    ),
    Case("who-session", WHO, "a learner's name as the session", stolen_session, "403"),
    Case(
        "who-next",
        WHO,
        "a way to another host in every query",
        gets(
            "/lessons?next=//elsewhere.example&redirect_to=http://elsewhere.example&url=//elsewhere.example"
        ),
        "301",
        "to /lessons/?next=",
    ),
    Case("who-metrics", WHO, "the metrics page, by a stranger", gets("/metrics"), "4"),
    Case("who-admin", WHO, "pages that other programs have", gets("/admin/"), "404"),
    Case("who-git", WHO, "the repository", gets("/.git/config"), "404"),
    Case("who-env", WHO, "the environment", gets("/.env"), "404"),
    Case("who-database", WHO, "the database", gets("/var/signalbox.sqlite3"), "404"),
]
