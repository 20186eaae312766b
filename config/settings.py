"""Settings from the environment, as a twelve-factor app reads them.

`SIGNALBOX_ENV` is `production` (the default, and the safe one), `development` (what `make serve` and
`runserver` choose) or `test`. docs/decisions/0010-environments.md says why it is done this way.
"""

import warnings
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.secret_key import development_key

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"  # the database, caches and the development key; never in git

ENVIRONMENT = env.str("SIGNALBOX_ENV", default="production")
if ENVIRONMENT not in ("production", "development", "test"):
    raise ImproperlyConfigured(
        f"SIGNALBOX_ENV is {ENVIRONMENT!r}; it has to be production, development or test."
    )
PRODUCTION = ENVIRONMENT == "production"
DEVELOPMENT = ENVIRONMENT == "development"
TESTING = ENVIRONMENT == "test"

DEBUG = DEVELOPMENT and env.bool("DEBUG", default=True)

# Empty in production unless given. Commands that sign nothing (migrate, collectstatic) work without it;
# config.startup refuses to serve without it.
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY and DEVELOPMENT:
    SECRET_KEY = development_key(VAR_DIR)

_HERE = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else _HERE)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# ---- the house -------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config",  # before staticfiles: its `runserver` is the one that speaks websockets
    "people",
    "simulator.runs",
    "simulator.web",
    "lessons.progress",
    "lessons.web",
    "channels",
    "csp",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "config.requests.RequestMiddleware",  # first: whatever is logged after it says which request
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # Django pads the answer at random, which answers BREACH
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ],
        },
    },
]

# ---- where things are kept -------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'signalbox.sqlite3'}")}
_database = DATABASES["default"]
_database["ATOMIC_REQUESTS"] = False  # IMMEDIATE would make a writer of every reader
_database["CONN_MAX_AGE"] = 0
if _database["ENGINE"] == "django.db.backends.sqlite3":
    VAR_DIR.mkdir(exist_ok=True)
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
elif _database["ENGINE"] == "django.db.backends.postgresql":
    # A process asks with a thread for each request, the hub's threads and the writer's.
    _pool = {"min_size": 2, "max_size": env.int("DATABASE_POOL_MAX", default=16), "timeout": 10}
    _database["OPTIONS"] = {**_database.get("OPTIONS", {}), "pool": _pool}
    _database["CONN_HEALTH_CHECKS"] = True  # after a restart the pool's connections are dead, and look alive
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
WEB_CONCURRENCY = env.int("WEB_CONCURRENCY", default=1)  # uvicorn reads the same variable
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "signalbox",
            "OPTIONS": {"socket_connect_timeout": 0.25, "socket_timeout": 0.25},  # nobody waits for a counter
        }
    }
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {
                "hosts": [{"address": REDIS_URL, "socket_connect_timeout": 1.0}],
                "prefix": "signalbox",
            },
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "config.static_files.HashedStaticFiles"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION  # outside production nothing has to be collected first
WHITENOISE_AUTOREFRESH = not PRODUCTION
# WhiteNoise reads its small files synchronously, which is meant.
warnings.filterwarnings("ignore", message=".*must consume synchronous iterators.*")

# ---- safety ----------------------------------------------------------------------------------------

SESSION_COOKIE_NAME = "signalbox_session"
SESSION_COOKIE_AGE = 400 * 24 * 60 * 60  # as long as browsers keep a cookie: progress hangs on it
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION and env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked from inside, without TLS
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000) if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # a preload list is the site owner's decision, not the app's

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

# ---- bounds: docs/operations.md has them in one table ----------------------------------------------

# Factors on people.allowances.ALLOWANCES (0 is no bound), and sockets open at a time in one process.
ALLOWANCE_LEARNER = env.float("ALLOWANCE_LEARNER", default=1.0)
ALLOWANCE_ADDRESS = env.float("ALLOWANCE_ADDRESS", default=1.0)
SOCKETS_PER_LEARNER = env.int("SOCKETS_PER_LEARNER", default=30)
SOCKETS_PER_ADDRESS = env.int("SOCKETS_PER_ADDRESS", default=3000)
SOCKETS_PER_RUN = env.int("SOCKETS_PER_RUN", default=3000)
POST_BYTES_MAX = env.int("POST_BYTES_MAX", default=1_048_576)
DATA_UPLOAD_MAX_MEMORY_SIZE = POST_BYTES_MAX
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

WORKSHOP_PROCESSES = env.int("WORKSHOP_PROCESSES", default=2)
WORKSHOP_SECONDS = env.float("WORKSHOP_SECONDS", default=20.0)
WORKSHOP_MEMORY_MB = env.int("WORKSHOP_MEMORY_MB", default=512)

# Days after which a run that nobody touched is deleted, by purpose; 0 keeps it.
PRUNE_AFTER_DAYS = {
    "hero": env.float("PRUNE_HERO_DAYS", default=2.0),
    "lesson": env.float("PRUNE_LESSON_DAYS", default=30.0),
    "experiment": env.float("PRUNE_EXPERIMENT_DAYS", default=90.0),
    "lab": env.float("PRUNE_LAB_DAYS", default=180.0),
}
PRUNE_EVERY_S = env.int("PRUNE_EVERY_S", default=600)

REPLICAS_UNWATCHED_MAX = env.int("REPLICAS_UNWATCHED_MAX", default=32)
REPLICAS_UNWATCHED_MB = env.int("REPLICAS_UNWATCHED_MB", default=256)

# ---- the rest --------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

LOG_FORMAT = env.str("LOG_FORMAT", default="logfmt")
if LOG_FORMAT not in ("logfmt", "json"):
    raise ImproperlyConfigured(f"LOG_FORMAT is {LOG_FORMAT!r}; it has to be logfmt or json.")
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"logfmt": {"()": "config.logs.Logfmt"}, "json": {"()": "config.logs.Json"}},
    "filters": {"in_request": {"()": "config.requests.InRequest"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["in_request"]}
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # The proxy keeps that log; uvicorn asks whether anybody listens, and saves the work.
        "uvicorn.access": {"handlers": [], "level": "INFO", "propagate": False},
        # Our own commands say when the server can be reached.
        "uvicorn": {
            "handlers": ["console"],
            "level": "INFO" if PRODUCTION else "WARNING",
            "propagate": False,
        },
    },
}
