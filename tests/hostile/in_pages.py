"""Addresses, headers and cookies: what can be wrong before a page is reached at all."""

from collections.abc import Callable

from tests.hostile.asking import Asked, bare, gets, lines, raws
from tests.hostile.case import Case, Got
from tests.hostile.stage import Stage
from tests.hostile.wire import Answer, Header

PATH, HEADER, COOKIE, ORIGIN = "address", "header", "cookie", "origin of a post"
GIVE = "/runs/{run}/commands/"
CLOCK = {"kind": "clock", "body": '{"rate": 1}', "client_key": "k"}
BACK = "HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"


def path(name: str, sent: str, target: str, must: str, says: str = "") -> Case:
    """An address as it is typed, which no client puts right."""
    return Case(f"path-{name}", PATH, sent, raws(f"GET {target} {BACK}"), must, says)


def header(
    name: str, sent: str, *headers: Header, target: str = "/lessons/", must: str, says: str = ""
) -> Case:
    return Case(f"header-{name}", HEADER, sent, gets(target, *headers), must, says)


def cookie(name: str, sent: str, value: str, must: str = "200", target: str = "/progress/") -> Case:
    def attack(stage: Stage) -> Answer:
        return bare(stage, "GET", target, ("Cookie", value))

    return Case(f"cookie-{name}", COOKIE, sent, attack, must)


def posted(
    name: str, sent: str, *headers: Header, token: str | None = None, must: str = "403", says: str = ""
) -> Case:
    """A post of the owner's browser, made by somebody else's page."""

    def attack(stage: Stage) -> Answer:
        cookies = "; ".join(f"{n}={v}" for n, v in stage.owner.cookies.items())
        given: list[Header] = [("Cookie", cookies), ("Content-Type", "application/x-www-form-urlencoded")]
        if token is not None:
            given.append(("X-CSRFToken", token.replace("{right}", stage.owner.csrf)))
        body = b"kind=clock&client_key=k&body=%7B%22rate%22%3A1%7D"
        target = GIVE.replace("{run}", stage.run)
        lines = [("Host", stage.host.netloc), ("Connection", "close"), ("Content-Length", str(len(body)))]
        from tests.hostile.wire import head

        return stage.host.send(head("POST", target, [*lines, *given, *headers]) + body, "POST")

    return Case(f"forged-{name}", ORIGIN, sent, attack, must, says)


def refused(attack: Asked) -> Callable[[Stage], Got]:
    """The server says 400, or has hung up before everything was sent: which, only the network knows."""

    def attacked(stage: Stage) -> Got:
        answer = attack(stage)
        return Got(
            "refused" if answer.status in (0, 400) else str(answer.status), "400, or hung up", (answer,)
        )

    return attacked


PATHS = [
    path("dots", "../ above the root", "/../../../../etc/passwd", "404"),
    path("dots-encoded", "the same, encoded", "/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "404"),
    path("dots-twice-encoded", "the same, encoded twice", "/%252e%252e/%252e%252e/etc/passwd", "404"),
    path("dots-static", "../ behind the static files", "/static/../config/settings.py", "404"),
    path("dots-static-encoded", "the same, encoded", "/static/%2e%2e/%2e%2e/config/settings.py", "404"),
    path("static-backslash", "..\\ behind the static files", "/static/..%5c..%5cmanage.py", "404"),
    path("static-absolute", "an absolute path behind the static files", "/static//etc/passwd", "404"),
    path("static-nul", "a zero character in a static file's name", "/static/css/a%00.css", "404"),
    path("static-folder", "a folder of the static files", "/static/css/", "404"),
    path("static-long", "a static file's name of 8,000 letters", "/static/" + "a" * 8_000, "404"),
    path("nul", "a zero character", "/lessons/%00/", "404"),
    path("slashes", "double slashes", "//lessons//", "404"),
    path("elsewhere", "an address that looks like another host", "//elsewhere.example/lessons", "404"),
    path("elsewhere-backslash", "the same with a backslash", "/\\elsewhere.example/lessons", "404"),
    path("elsewhere-encoded", "the same, encoded", "/%2f%2felsewhere.example/lessons", "404"),
    path("absolute", "a whole foreign address", "http://elsewhere.example/lessons/", "4"),
    path("newline", "a line break that would add a header", "/lessons%0d%0aSet-Cookie:%20a=b", "404"),
    path("long", "60,000 letters", "/" + "a" * 60_000, "404"),
    Case(
        "path-too-long",
        PATH,
        "200,000 letters",
        refused(raws("GET /" + "a" * 200_000 + " " + BACK)),
        "refused",
    ),
    path(
        "utf-8",
        "letters of another alphabet",
        "/runs/%D9%A3%D9%A3%D9%A3%D9%A3%D9%A3%D9%A3%D9%A3%D9%A3%D9%A3%D9%A3/",
        "404",
    ),
    path("overlong", "../ in overlong UTF-8", "/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd", "404"),
    path("no-utf-8", "bytes that are no UTF-8", "/runs/%ff%fe%fd%fc%fb%fa%f9%f8%f7%f6/", "404"),
    path("percent", "percent signs without digits", "/runs/%zz%%%/", "404"),
    path("bidi", "characters that turn the text round", "/scenarios/%E2%80%AE/", "404"),
    path("fraction", "letters that turn into slashes", "/%E2%88%95etc%E2%88%95passwd", "404"),
    path("semicolon", "..; as some servers read it", "/..;/..;/manager/", "404"),
    path("html", "HTML", "/<script>alert(1)</script>/", "404"),
    path("html-encoded", "HTML, encoded", "/%3Cscript%3Ealert(1)%3C/script%3E/", "404"),
    path("format", "a format string", "/%25s%25n/{0.__class__}/", "404"),
    path("template", "templates of other languages", "/{{7*7}}/${7*7}/{%25x%25}", "404"),
    path("slug-sql", "SQL as a scenario's name", "/scenarios/x'%20OR%201=1--/", "404"),
    path("lesson-dots", "../ as a lesson's name", "/lessons/../../settings.py/", "404"),
    path("lesson-unknown", "a lesson that is not", "/lessons/decoupled-messaging/none/", "404"),
    Case(
        "path-raw-bytes",
        PATH,
        "bytes beyond ASCII, as they are",
        raws(b"GET /\xff\xfe\xc3\xa9 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        "400",
    ),
    Case(
        "path-blank",
        PATH,
        "a blank in the address",
        raws(b"GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        "400",
    ),
    Case("path-none", PATH, "no address", raws(b"GET  HTTP/1.1\r\nHost: localhost\r\n\r\n"), "400"),
    Case("path-star", PATH, "a star", raws(f"OPTIONS * {BACK}"), "4"),
]

HEADERS = [
    Case(
        "host-foreign",
        HEADER,
        "a foreign Host",
        raws(lines("GET / HTTP/1.1", "Host: elsewhere.example")),
        "400",
    ),
    Case("host-none", HEADER, "no Host", raws(lines("GET / HTTP/1.1", "Accept: */*")), "400"),
    Case(
        "host-two",
        HEADER,
        "two Hosts",
        raws(lines("GET / HTTP/1.1", "Host: {host}", "Host: elsewhere.example")),
        "400",
    ),
    Case(
        "host-html",
        HEADER,
        "HTML as the Host",
        raws(lines("GET / HTTP/1.1", 'Host: "><script>alert(1)</script>')),
        "400",
    ),
    Case("host-port", HEADER, "a port of HTML", raws(lines("GET / HTTP/1.1", "Host: localhost:<b>")), "400"),
    Case(
        "host-at",
        HEADER,
        "a Host with a name before it",
        raws(lines("GET / HTTP/1.1", "Host: localhost@elsewhere.example")),
        "400",
    ),
    Case(
        "host-share",
        HEADER,
        "a foreign Host for the links to hand on",
        raws(lines("GET /runs/{run}/share/ HTTP/1.1", "Host: elsewhere.example")),
        "400",
    ),
    header(
        "forwarded-host",
        "X-Forwarded-Host for the links to hand on",
        ("X-Forwarded-Host", "elsewhere.example"),
        target="/runs/{run}/share/",
        must="200",
    ),
    header(
        "forwarded",
        "Forwarded, and X-Original-URL",
        ("Forwarded", "for=1;host=elsewhere.example;proto=javascript"),
        ("X-Original-URL", "/progress/forget/"),
        ("X-Rewrite-URL", "/x"),
        must="200",
    ),
    header(
        "forwarded-proto",
        "X-Forwarded-Proto: javascript",
        ("X-Forwarded-Proto", "javascript"),
        target="/runs/{run}/share/",
        must="200",
    ),
    header(
        "forwarded-for",
        "HTML and SQL as X-Forwarded-For",
        ("X-Forwarded-For", "<script>alert(1)</script>' OR 1=1 --"),
        must="200",
    ),
    header(
        "forwarded-for-long",
        "X-Forwarded-For of 5,000 addresses",
        ("X-Forwarded-For", ", ".join(["10.0.0.1"] * 5_000)),
        must="200",
    ),
    header("forwarded-port", "X-Forwarded-Port in words", ("X-Forwarded-Port", "many"), must="200"),
    header("long", "a header of 60,000 letters", ("X-Long", "a" * 60_000), must="200"),
    Case(
        "header-too-long",
        HEADER,
        "a header of 300,000 letters",
        refused(gets("/lessons/", ("X-Long", "a" * 300_000))),
        "refused",
    ),
    Case(
        "header-endless",
        HEADER,
        "a header of 8 MB",
        refused(raws("GET / HTTP/1.1\r\nHost: {host}\r\nX-Long: " + "a" * 8_000_000 + "\r\n\r\n")),
        "refused",
    ),
    header("many", "3,000 headers", *[("X-A", "b")] * 3_000, must="200"),
    header("bytes", "bytes that are no text", (b"X-A", b"\xff\xfe\x80"), must="200"),
    header("nul", "a zero character in a value", ("X-A", "a\0b"), must="400"),
    header("name", "a name with a blank", ("X A", "b"), must="400"),
    header("no-name", "no name", ("", "b"), must="400"),
    Case(
        "header-folded",
        HEADER,
        "a header in two lines",
        raws(lines("GET /healthz HTTP/1.1", "Host: {host}", "X-A: b", " c")),
        "200",
    ),
    Case(
        "header-bare-lf",
        HEADER,
        "lines that end as on Unix, a second request inside",
        raws(b"GET /healthz HTTP/1.1\nHost: localhost\n\nGET /x HTTP/1.1\n\n"),
        "200",
    ),
    Case("header-version", HEADER, "HTTP/9.9", raws(b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n"), "200"),
    Case(
        "header-no-http",
        HEADER,
        "no HTTP at all",
        raws(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 100 + b"\r\n\r\n"),
        "400",
    ),
    header("range", "a Range of a page", ("Range", "bytes=0-99999999999999999999"), must="200"),
    header(
        "range-static",
        "a Range beyond a static file's end",
        ("Range", "bytes=99999999999-"),
        target="/static/css/tokens.css",
        must="416",
    ),
    header(
        "range-negative",
        "a Range backwards",
        ("Range", "bytes=5-2"),
        target="/static/css/tokens.css",
        must="",
    ),
    header(
        "ranges",
        "1,000 Ranges at once",
        ("Range", "bytes=" + ",".join(["0-"] * 1_000)),
        target="/static/css/tokens.css",
        must="",
    ),
    header(
        "since",
        "If-Modified-Since in words",
        ("If-Modified-Since", "never <b>"),
        target="/static/css/tokens.css",
        must="200",
    ),
    header("accept", "an Accept of 8,000 kinds", ("Accept", ",".join(["a/b;q=0.1"] * 6_000)), must="200"),
    header("accept-odd", "an Accept that is none", ("Accept", ";;;,,/;q=q;q=1e999"), must="200"),
    header(
        "encoding",
        "an Accept-Encoding of 5,000 kinds",
        ("Accept-Encoding", ", ".join(["gzip;q=0"] * 5_000)),
        must="200",
    ),
    header(
        "language",
        "a language that is a path",
        ("Accept-Language", "../../etc/passwd, " + "a-" * 2_000),
        must="200",
    ),
    header(
        "content-type", "a Content-Type that is HTML", ("Content-Type", "<script>; charset=\"'"), must="200"
    ),
    header(
        "upgrade",
        "an upgrade to something else",
        ("Upgrade", "h2c"),
        ("Connection", "Upgrade, HTTP2-Settings"),
        ("HTTP2-Settings", "AAMAAABkAAQAAP__"),
        must="200",
    ),
    header("expect", "an Expect that is none", ("Expect", "a-miracle"), must=""),
    header(
        "htmx",
        "htmx headers full of HTML",
        ("HX-Request", "true"),
        ("HX-Current-URL", "javascript:alert(1)"),
        ("HX-Target", "<script>"),
        ("HX-Trigger", '{"a":'),
        ("HX-Prompt", "%ff%fe"),
        target="/runs/{run}/transcript/",
        must="200",
    ),
    header(
        "htmx-url",
        "HX-Current-URL that is no address",
        ("HX-Request", "true"),
        ("HX-Current-URL", "http://[::1"),
        ("HX-Boosted", "yes"),
        target="/runs/{run}/transcript/",
        must="200",
    ),
    header(
        "htmx-encoded",
        "HX-Current-URL with wrong escapes",
        ("HX-Request", "true"),
        ("HX-Current-URL", "%e0%a4%a"),
        ("HX-Current-URL-URI-AutoEncoded", "true"),
        must="200",
    ),
    header(
        "htmx-event",
        "a Triggering-Event that is no JSON",
        ("HX-Request", "true"),
        ("Triggering-Event", "[" * 20_000),
        must="200",
    ),
    header(
        "request-id",
        "a request id that would write a log line",
        ("X-Request-ID", "a level=error message=forged " + "x" * 5_000),
        must="200",
    ),
    header(
        "authorization",
        "an Authorization of 30,000 letters",
        ("Authorization", "Basic " + "A" * 30_000),
        must="200",
    ),
]

COOKIES = [
    cookie("session-odd", "a session of signs", 'signalbox_session="<script>\\"'),
    cookie("session-long", "a session of 40,000 letters", "signalbox_session=" + "a" * 40_000),
    cookie("session-sql", "a session that is SQL", "signalbox_session=x' OR '1'='1"),
    cookie(
        "session-guessed", "a session that was guessed", "signalbox_session=" + "a" * 32, target="/progress/"
    ),
    cookie("many", "4,000 cookies", "; ".join(f"c{n}=1" for n in range(4_000))),
    cookie("broken", "cookies that are none", '=;==;;;,\x7f a=b"; \\073=\\'),
    cookie("bytes", "bytes that are no text", "signalbox_session=\udcff\udcfe"),
    cookie("csrf-odd", "a key that is HTML", 'csrftoken=<script>"', target="/lessons/"),
    cookie("csrf-long", "a key of 30,000 letters", "csrftoken=" + "a" * 30_000, target="/lessons/"),
]

ORIGINS = [
    posted("no-key", "no key"),
    posted("key-empty", "an empty key", token=""),
    posted("key-guessed", "a key that was guessed", token="a" * 64),
    posted("key-long", "a key of 20,000 letters", token="a" * 20_000),
    posted("key-html", "a key that is HTML", token="<script>"),
    posted(
        "origin-foreign",
        "the right key from a foreign origin",
        ("Origin", "http://elsewhere.example"),
        token="{right}",
    ),
    posted("origin-null", "the right key from the origin null", ("Origin", "null"), token="{right}"),
    posted(
        "origin-port", "the right key from another port", ("Origin", "http://127.0.0.1:1"), token="{right}"
    ),
    posted(
        "origin-suffix", "an origin that ends like ours", ("Origin", "http://notlocalhost"), token="{right}"
    ),
    posted("origin-odd", "an origin that is no address", ("Origin", "http://[::1"), token="{right}"),
    Case(
        "forged-forget",
        ORIGIN,
        "forgetting everything, without a key",
        lambda stage: bare(stage, "POST", "/progress/forget/", ("Content-Length", "0")),
        "403",
    ),
    Case(
        "forged-as-text",
        ORIGIN,
        "JSON as plain text, as a foreign form can send it",
        lambda stage: bare(
            stage,
            "POST",
            f"/runs/{stage.run}/commands/",
            ("Content-Type", "text/plain"),
            ("Content-Length", "0"),
        ),
        "403",
    ),
]

PAGES = [*PATHS, *HEADERS, *COOKIES, *ORIGINS]
