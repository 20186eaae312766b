"""Posts that make runs and forks, and posts that are no posts."""

from tests.hostile.asking import asks, posts, raws, strangers_post
from tests.hostile.case import Case
from tests.hostile.stage import FORM, Stage
from tests.hostile.wire import Answer, head

MAKE, FORK, GIVE = "POST /runs/", "POST /runs/<id>/fork/", "POST /runs/<id>/commands/"
JSON = "application/json"


def chunked(size: int, target: str = "/runs/{run}/commands/"):
    """A body in pieces, whose length nobody has said."""

    def attack(stage: Stage) -> Answer:
        owner, run = stage.owner, stage.run
        lines = [*owner.headers, ("X-CSRFToken", owner.csrf), ("Content-Type", FORM)]
        lines += [("Transfer-Encoding", "chunked"), ("Connection", "close")]
        piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        sent = head("POST", target.replace("{run}", run), lines) + b"10000\r\n" + b"kind=" + b"x" * 0xFFFB
        return stage.host.send(sent + b"\r\n" + piece * (size // 0x10000) + b"0\r\n\r\n", "POST")

    return attack


def announced(length: str, body: bytes = b"", *more: str):
    """A post whose Content-Length says something else than what follows."""

    def attack(stage: Stage) -> Answer:
        owner, run = stage.owner, stage.run
        lines = [*owner.headers, ("X-CSRFToken", owner.csrf), ("Content-Type", FORM), ("Connection", "close")]
        lines += [("Content-Length", value) for value in (length, *more)]
        return stage.host.send(head("POST", f"/runs/{run}/commands/", lines) + body, "POST")

    return attack


POSTS = [
    Case("make-nothing", MAKE, "no fields", posts("/runs/", {}), "404", "no scenario"),
    Case(
        "make-path",
        MAKE,
        "a scenario that is a path",
        posts("/runs/", {"scenario": "../../etc/passwd"}),
        "404",
        "no scenario",
    ),
    Case(
        "make-html",
        MAKE,
        "a scenario that is HTML",
        posts("/runs/", {"scenario": "<script>alert(1)</script>"}),
        "404",
        "no scenario",
    ),
    Case(
        "make-html-form",
        MAKE,
        "a scenario that is HTML, from a form",
        posts("/runs/", {"scenario": "<script>alert(1)</script>"}, script=False),
        "404",
        "no scenario",
    ),
    Case(
        "make-format",
        MAKE,
        "a scenario that is a format string",
        posts("/runs/", {"scenario": "{0.__class__}%s%n"}),
        "404",
        "no scenario",
    ),
    Case(
        "make-sql",
        MAKE,
        "a scenario that is SQL",
        posts("/runs/", {"scenario": "x' OR '1'='1"}),
        "404",
        "no scenario",
    ),
    Case(
        "make-nul",
        MAKE,
        "a scenario with a zero character",
        posts("/runs/", "scenario=a%00b"),
        "404",
        "no scenario",
    ),
    Case(
        "make-long",
        MAKE,
        "a scenario of 15,000 letters",
        posts("/runs/", {"scenario": "x" * 15_000}),
        "404",
        "no scenario",
    ),
    Case(
        "make-purpose",
        MAKE,
        "a purpose that only the server gives",
        posts("/runs/", {"scenario": "payment-queue", "purpose": "experiment"}),
        "400",
        "purpose",
    ),
    Case(
        "make-seed-long",
        MAKE,
        "a seed of 10,000 letters",
        posts("/runs/", {"scenario": "payment-queue", "seed": "9" * 10_000}),
        "400",
        "seed",
    ),
    Case(
        "make-seed-bidi",
        MAKE,
        "a seed that turns the text round",
        posts("/runs/", {"scenario": "payment-queue", "seed": "a\u202eb"}),
        "400",
        "seed",
    ),
    Case(
        "make-seed-nul",
        MAKE,
        "a seed with a zero character",
        posts("/runs/", "scenario=payment-queue&seed=%00"),
        "400",
        "seed",
    ),
    Case(
        "make-list",
        MAKE,
        "a list as the scenario",
        posts("/runs/", '{"scenario": ["payment-queue"]}', kind=JSON),
        "400",
        "scenario is a text",
    ),
    Case(
        "make-deep",
        MAKE,
        "JSON 5,000 levels deep",
        posts("/runs/", '{"scenario":' + "[" * 5_000, kind=JSON),
        "400",
        "JSON",
    ),
    Case(
        "make-owner",
        MAKE,
        "an owner and an id of the sender's choice",
        strangers_post("/runs/", {"scenario": "no-such", "owner_id": "1", "id": "x" * 22, "drive_key": "x"}),
        "404",
        "no scenario",
    ),
    Case(
        "fork-negative", FORK, "a negative time", posts("/runs/{run}/fork/", {"at_us": "-1"}), "400", "at_us"
    ),
    Case(
        "fork-future",
        FORK,
        "the largest time",
        posts("/runs/{run}/fork/", {"at_us": "9" * 16}),
        "400",
        "where it has been",
    ),
    Case(
        "fork-huge",
        FORK,
        "a time of 4,000 digits",
        posts("/runs/{run}/fork/", {"at_us": "9" * 4_000}),
        "400",
        "at_us",
    ),
    Case(
        "fork-float",
        FORK,
        "a time that is a fraction",
        posts("/runs/{run}/fork/", {"at_us": "1e3"}),
        "400",
        "at_us",
    ),
    Case(
        "fork-digits",
        FORK,
        "digits of another alphabet",
        posts("/runs/{run}/fork/", {"at_us": "٣"}),
        "400",
        "at_us",
    ),
    Case(
        "fork-rate-nan",
        FORK,
        "a rate that is no number",
        posts("/runs/{run}/fork/", {"at_us": "0", "rate": "nan"}),
        "400",
        "speed",
    ),
    Case(
        "fork-rate-infinite",
        FORK,
        "an infinite rate",
        posts("/runs/{run}/fork/", {"at_us": "0", "rate": "inf"}),
        "400",
        "speed",
    ),
    Case(
        "fork-rate-negative",
        FORK,
        "a rate backwards",
        posts("/runs/{run}/fork/", {"at_us": "0", "rate": "-5"}),
        "400",
        "speed",
    ),
    Case(
        "fork-unknown", FORK, "a run that is not", posts(f"/runs/{'A' * 22}/fork/", {"at_us": "0"}), "404", ""
    ),
    Case("post-empty", GIVE, "an empty body", posts("/runs/{run}/commands/", ""), "400", "kind"),
    Case(
        "post-20k",
        GIVE,
        "20 KB of a form",
        posts("/runs/{run}/commands/", "kind=" + "x" * 20_000),
        "400",
        "16 KB",
    ),
    Case(
        "post-5m",
        GIVE,
        "5 MB of a form",
        posts("/runs/{run}/commands/", "kind=" + "x" * 5_000_000),
        "413",
        "larger than",
    ),
    Case("post-chunked-128k", GIVE, "128 KB in pieces without a length", chunked(65_536), "400", "kind"),
    Case(
        "post-chunked-32m",
        GIVE,
        "32 MB in pieces without a length",
        chunked(32_000_000),
        "413",
        "larger than",
    ),
    Case(
        "post-chunked-page",
        "POST /lessons/",
        "32 MB in pieces, where nothing is taken",
        chunked(32_000_000, "/lessons/"),
        "413",
        "larger than",
    ),
    Case(
        "post-length-huge",
        GIVE,
        "a length of an exabyte announced",
        announced("1" + "0" * 18),
        "413",
        "larger than",
    ),
    Case("post-length-digits", GIVE, "a length of 5,000 digits", announced("9" * 5_000), "400", ""),
    Case("post-length-negative", GIVE, "a negative length", announced("-5"), "400", ""),
    Case("post-length-words", GIVE, "a length in words", announced("five"), "400", ""),
    Case("post-length-twice", GIVE, "two different lengths", announced("4", b"kind=clock", "10"), "400", ""),
    Case(
        "post-smuggled",
        GIVE,
        "a length and pieces at once, with a second request inside",
        raws(
            "POST /runs/{run}/commands/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
            "POST",
        ),
        "403",
        "",
    ),
    Case(
        "post-chunk-size",
        GIVE,
        "a piece of impossible size",
        raws(
            "POST /runs/{run}/commands/ HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFFFFF\r\nx",
            "POST",
        ),
        "400",
        "",
    ),
    Case(
        "post-fields-2000",
        GIVE,
        "2,000 fields",
        posts("/runs/{run}/commands/", "&".join(f"f{n}=" for n in range(2_000))),
        "400",
        "be read",
    ),
    Case(
        "post-text",
        GIVE,
        "plain text",
        posts("/runs/{run}/commands/", "hello", kind="text/plain"),
        "400",
        "kind",
    ),
    Case(
        "post-xml",
        GIVE,
        "XML with an entity that reads a file",
        posts(
            "/runs/{run}/commands/",
            '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
            kind="application/xml",
        ),
        "400",
        "kind",
    ),
    Case(
        "post-multipart",
        GIVE,
        "parts without a boundary",
        posts("/runs/{run}/commands/", "x", kind="multipart/form-data"),
        "400",
        "be read",
    ),
    Case(
        "post-boundary",
        GIVE,
        "a boundary that is none",
        posts("/runs/{run}/commands/", "x", kind="multipart/form-data; boundary=" + "\u00e9" * 100),
        "400",
        "",
    ),
    Case(
        "post-file",
        GIVE,
        "a file whose name is a path",
        posts(
            "/runs/{run}/commands/",
            '--b\r\nContent-Disposition: form-data; name="kind"; filename="../../x"\r\n\r\nclock\r\n--b--\r\n',
            kind="multipart/form-data; boundary=b",
        ),
        "400",
        "kind",
    ),
    Case(
        "post-files-150",
        GIVE,
        "150 files",
        posts(
            "/runs/{run}/commands/",
            "".join(
                f'--b\r\nContent-Disposition: form-data; name="f{n}"; filename="f"\r\n\r\n\r\n'
                for n in range(150)
            )
            + "--b--\r\n",
            kind="multipart/form-data; boundary=b",
        ),
        "400",
        "be read",
    ),
    Case(
        "post-charset",
        GIVE,
        "a character set that is none",
        posts("/runs/{run}/commands/", "kind=clock", kind=f"{FORM}; charset=zip"),
        "400",
        "UTF-8",
    ),
    Case(
        "post-charset-utf-7",
        GIVE,
        "HTML in UTF-7",
        posts("/runs/{run}/commands/", "kind=%2BADw-script%2BAD4-", kind=f"{FORM}; charset=utf-7"),
        "400",
        "UTF-8",
    ),
    Case(
        "post-latin",
        GIVE,
        "bytes that are no UTF-8",
        posts("/runs/{run}/commands/", b"kind=%ff%fe&client_key=\xff\xfe"),
        "400",
        "",
    ),
    Case(
        "post-json-bytes",
        GIVE,
        "JSON that is no UTF-8",
        posts("/runs/{run}/commands/", b'{"kind": "\xff\xfe"}', kind=JSON),
        "400",
        "JSON",
    ),
    Case(
        "post-json-bom",
        GIVE,
        "JSON behind a byte order mark",
        posts("/runs/{run}/commands/", b"\xef\xbb\xbf{}", kind=JSON),
        "400",
        "JSON",
    ),
    Case(
        "post-json-16",
        GIVE,
        "JSON in UTF-16",
        posts("/runs/{run}/commands/", '{"kind": "clock"}'.encode("utf-16"), kind=JSON),
        "400",
        "JSON",
    ),
    Case(
        "post-json-list",
        GIVE,
        "a JSON list",
        posts("/runs/{run}/commands/", "[1, 2]", kind=JSON),
        "400",
        "JSON object",
    ),
    Case(
        "post-json-null",
        GIVE,
        "JSON null",
        posts("/runs/{run}/commands/", "null", kind=JSON),
        "400",
        "JSON object",
    ),
    Case(
        "post-json-number",
        GIVE,
        "a JSON number of 10,000 digits",
        posts("/runs/{run}/commands/", '{"kind": ' + "9" * 10_000 + "}", kind=JSON),
        "400",
        "",
    ),
    Case(
        "post-gzip",
        GIVE,
        "a body that claims to be compressed",
        posts("/runs/{run}/commands/", b"\x1f\x8b" + b"\0" * 100, ("Content-Encoding", "gzip")),
        "400",
        "kind",
    ),
    Case("method-put", GIVE, "PUT", asks("PUT", "/runs/{run}/commands/"), "403", ""),
    Case("method-delete", "/runs/<id>/", "DELETE", asks("DELETE", "/runs/{run}/"), "403", ""),
    Case("method-get", GIVE, "GET", asks("GET", "/runs/{run}/commands/"), "405", ""),
    Case("method-post", "GET /runs/<id>/frames/", "POST", posts("/runs/{run}/frames/", {}), "405", ""),
    Case("method-trace", "/", "TRACE", asks("TRACE", "/"), "4", ""),
    Case(
        "method-connect",
        "/",
        "CONNECT to another host",
        raws("CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: {host}\r\n\r\n", "CONNECT"),
        "4",
        "",
    ),
    Case("method-odd", "/", "a method of 5,000 letters", asks("X" * 5_000, "/"), "4", ""),
    Case(
        "method-override",
        "/runs/<id>/",
        "GET that claims to be DELETE",
        asks("GET", "/runs/{run}/", ("X-HTTP-Method-Override", "DELETE"), ("X-Method-Override", "DELETE")),
        "200",
        "",
    ),
    Case(
        "method-field",
        GIVE,
        "a field _method=DELETE",
        posts("/runs/{run}/commands/", {"_method": "DELETE"}),
        "400",
        "kind",
    ),
]
