"""Settings are safe where nothing is set, and say plainly what they need."""

import json
import os
import subprocess
import sys

import pytest

from tests.house.house import ROOT

KEY = "k" * 20 + "0123456789" * 4


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Python in an environment without any variable of ours but those given."""
    ours = (
        "SIGNALBOX_",
        "SECRET",
        "DATABASE_",
        "REDIS_",
        "ALLOWED_",
        "WEB_",
        "LOG_",
        "DEBUG",
        "DJANGO_",
        "PORT",
        "HOST",
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**clean, "DJANGO_SETTINGS_MODULE": "config.settings", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def settings(*names: str, **environment: str) -> list:
    program = f"""
import json
from django.conf import settings
print(json.dumps([getattr(settings, name) for name in {names!r}]))
"""
    answer = run("-c", program, **environment)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_without_a_variable_it_is_production_and_safe():
    names = ("ENVIRONMENT", "DEBUG", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT")

    assert settings(*names) == ["production", False, True, True, True]
    assert settings("SECURE_HSTS_SECONDS") == [31_536_000]


def test_debugging_can_not_be_switched_on_in_production():
    assert settings("DEBUG", DEBUG="1") == [False]
    assert settings("DEBUG", SIGNALBOX_ENV="development") == [True]
    assert settings("DEBUG", SIGNALBOX_ENV="development", DEBUG="0") == [False]


def test_production_refuses_to_serve_without_a_key_and_hosts():
    answer = run("-c", "import config.asgi")

    assert answer.returncode != 0
    assert "Signalbox does not serve in production without SECRET_KEY" in answer.stderr
    assert "Signalbox does not serve in production without ALLOWED_HOSTS" in answer.stderr


def test_production_refuses_to_serve_pages_without_their_style(tmp_path):
    answer = run(
        "-c", "import config.asgi",
        SECRET_KEY=KEY, ALLOWED_HOSTS="signalbox.example", STATIC_ROOT=str(tmp_path),
    )  # fmt: skip

    assert answer.returncode != 0
    assert f"before its static files are collected into {tmp_path}" in answer.stderr


def test_production_serves_with_them(tmp_path):
    (tmp_path / "staticfiles.json").write_text("{}")
    answer = run(
        "-c", "import config.asgi",
        SECRET_KEY=KEY, ALLOWED_HOSTS="signalbox.example", STATIC_ROOT=str(tmp_path),
    )  # fmt: skip

    assert answer.returncode == 0, answer.stderr


def test_serve_refuses_in_plain_words_and_without_a_traceback():
    answer = run("manage.py", "serve", "--port", "0")

    assert answer.returncode == 1
    assert "without SECRET_KEY" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_migrate_needs_no_key(tmp_path):
    answer = run("manage.py", "migrate", DATABASE_URL=f"sqlite:///{tmp_path / 'fresh.sqlite3'}")

    assert answer.returncode == 0, answer.stderr


def test_djangos_own_list_for_deployment_finds_nothing():
    answer = run(
        "manage.py", "check", "--deploy", "--fail-level", "WARNING",
        SECRET_KEY=KEY, ALLOWED_HOSTS="signalbox.example",
    )  # fmt: skip

    assert answer.returncode == 0, answer.stderr


def test_an_unknown_environment_is_refused():
    answer = run("manage.py", "check", SIGNALBOX_ENV="staging")

    assert answer.returncode != 0
    assert "SIGNALBOX_ENV is 'staging'; it has to be production, development or test." in answer.stderr


def test_several_workers_need_redis():
    alone = run("manage.py", "check", WEB_CONCURRENCY="2")
    assert alone.returncode != 0
    assert "config.E001" in alone.stderr
    assert "config.E002" in alone.stderr
    assert "config.W001" in alone.stderr
    assert "Set REDIS_URL, or WEB_CONCURRENCY=1." in alone.stderr

    together = run("manage.py", "check", WEB_CONCURRENCY="2", REDIS_URL="redis://localhost:6379/9")
    assert together.returncode == 0, together.stderr
    assert "config.E" not in together.stderr
    assert "config.W001" in together.stderr, "SQLite works, and is told of"


def test_urls_choose_postgresql_with_a_pool_and_redis():
    databases, layers, caches = settings(
        "DATABASES", "CHANNEL_LAYERS", "CACHES",
        DATABASE_URL="postgres://signalbox:secret@db:5432/signalbox", REDIS_URL="redis://cache:6379/1",
    )  # fmt: skip

    assert databases["default"]["ENGINE"] == "django.db.backends.postgresql"
    assert databases["default"]["OPTIONS"]["pool"]["max_size"] == 16
    assert databases["default"]["CONN_HEALTH_CHECKS"]
    assert databases["default"]["CONN_MAX_AGE"] == 0
    assert layers["default"]["BACKEND"] == "channels_redis.pubsub.RedisPubSubChannelLayer"
    assert caches["default"]["BACKEND"] == "django.core.cache.backends.redis.RedisCache"


def test_requests_are_never_one_transaction():
    [databases] = settings("DATABASES")

    assert databases["default"]["ATOMIC_REQUESTS"] is False
    assert databases["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_the_development_key_is_made_once_and_for_its_owner_only(tmp_path):
    from config.secret_key import development_key

    key = development_key(tmp_path / "var")

    assert len(key) >= 50
    assert development_key(tmp_path / "var") == key
    assert [p.name for p in (tmp_path / "var").iterdir()] == ["development-key"]
    assert (tmp_path / "var" / "development-key").stat().st_mode & 0o077 == 0


@pytest.mark.django_db
def test_every_answer_carries_the_strict_policy(client):
    headers = client.get("/healthz").headers

    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
