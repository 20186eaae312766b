"""What a server process makes sure of before it serves anyone."""

from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

IN_MEMORY_LAYER = "channels.layers.InMemoryChannelLayer"
OWN_CACHES = frozenset(
    f"django.core.cache.backends.{name}" for name in ("locmem.LocMemCache", "dummy.DummyCache")
)

NO_KEY = (
    "Signalbox does not serve in production without SECRET_KEY: set it to 50 or more random characters "
    "(python -c 'import secrets; print(secrets.token_urlsafe(50))'). "
    "For a trial on your own machine use `make serve`, or set SIGNALBOX_ENV=development."
)
NO_HOSTS = (
    "Signalbox does not serve in production without ALLOWED_HOSTS: set it to the names it is reached by, "
    "separated by commas (ALLOWED_HOSTS=signalbox.example.org)."
)
NO_STATIC_FILES = (
    "Signalbox does not serve in production before its static files are collected into {folder}: "
    "run `python manage.py collectstatic --no-input`."
)
LONELY_COUNTERS = (
    "WEB_CONCURRENCY asks for {workers} worker processes, but the cache is each process's own: allowances "
    "would hold {workers} times. Set REDIS_URL, or WEB_CONCURRENCY=1."
)
SHARED_FILE = (
    "WEB_CONCURRENCY asks for {workers} worker processes on SQLite. They work, one writer at a time, as long "
    "as all are on one machine with the file on a local disk. For more set DATABASE_URL to PostgreSQL."
)
LONELY_WORKERS = (
    "WEB_CONCURRENCY asks for {workers} worker processes, but without REDIS_URL notices stay inside one "
    "process and are lost without an error. Set REDIS_URL, or WEB_CONCURRENCY=1."
)


def refusals() -> Iterator[str]:
    """Every reason, in plain words, why this configuration must not serve."""
    if settings.PRODUCTION and not has_secret_key():
        yield NO_KEY
    if settings.PRODUCTION and not settings.ALLOWED_HOSTS:
        yield NO_HOSTS
    if settings.PRODUCTION and not (settings.STATIC_ROOT / "staticfiles.json").exists():
        yield NO_STATIC_FILES.format(folder=settings.STATIC_ROOT)
    if lonely_workers():
        yield LONELY_WORKERS.format(workers=settings.WEB_CONCURRENCY)
    if lonely_counters():
        yield LONELY_COUNTERS.format(workers=settings.WEB_CONCURRENCY)


def has_secret_key() -> bool:
    try:
        return bool(settings.SECRET_KEY)
    except ImproperlyConfigured:  # how Django answers when it is empty
        return False


def lonely_workers() -> bool:
    """Several workers that can't hear each other."""
    return settings.WEB_CONCURRENCY > 1 and settings.CHANNEL_LAYERS["default"]["BACKEND"] == IN_MEMORY_LAYER


def lonely_counters() -> bool:
    """Several workers that count each for itself."""
    return settings.WEB_CONCURRENCY > 1 and settings.CACHES["default"]["BACKEND"] in OWN_CACHES


def shared_file() -> bool:
    """Several workers on one SQLite file: right, but slow, and wrong on a disk of the network."""
    return settings.WEB_CONCURRENCY > 1 and settings.DATABASES["default"]["ENGINE"].endswith(".sqlite3")


def refuse_unsafe_start() -> None:
    """Raise with all reasons at once; do nothing where there are none."""
    reasons = list(refusals())
    if reasons:
        raise ImproperlyConfigured("\n".join(reasons))
