"""The same code on PostgreSQL and Redis, chosen by two variables."""

import os
import subprocess
import sys

import pytest

from tests.house.house import ROOT

pytestmark = pytest.mark.slow

ROOMS_WITH_TABLES = ("tests/people", "tests/runs", "tests/lessons", "tests/web")

#: What one process says through the layer and the cache, another hears.
SAYS = """
import django; django.setup()
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core.cache import cache
cache.set("signalbox-test", "kept", 30)
async_to_sync(get_channel_layer().group_send)("signalbox-test", {"type": "run", "run": "42"})
"""
HEARS = """
import django; django.setup()
import asyncio
from channels.layers import get_channel_layer
from django.core.cache import cache

async def hear():
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add("signalbox-test", channel)
    print("listening", flush=True)
    return (await asyncio.wait_for(layer.receive(channel), 20))["run"]

print(asyncio.run(hear()), cache.get("signalbox-test"))
"""


def environment(**variables: str) -> dict[str, str]:
    return {**os.environ, **variables}


@pytest.mark.timeout(600)
def test_the_rooms_with_tables_pass_on_postgresql(postgres_url):
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *ROOMS_WITH_TABLES],
        cwd=ROOT,
        env=environment(DATABASE_URL=postgres_url, SIGNALBOX_REQUIRE=""),
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 0, answer.stdout[-5000:] + answer.stderr[-2000:]


def test_one_process_hears_another_through_redis(redis_url):
    variables = environment(REDIS_URL=redis_url, DJANGO_SETTINGS_MODULE="tests.settings")
    with subprocess.Popen(
        [sys.executable, "-c", HEARS], cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True
    ) as hearing:
        assert hearing.stdout.readline() == "listening\n"
        subprocess.run([sys.executable, "-c", SAYS], cwd=ROOT, env=variables, check=True)

        assert hearing.stdout.read() == "42 kept\n"
