"""Who may do what with a run: owner, driver (by the drive link), watcher (by the id), stranger."""

import re

import pytest
from django.test import Client

from tests.web.cast import PAYMENT, give, new_run

pytestmark = pytest.mark.django_db

READING = (
    "",
    "frames/",
    "transcript/",
    "why/?message=A",
    "inspect/?node=sales-queue",
    "source/",
    "share/",
)


@pytest.fixture
def owner():
    return Client()


@pytest.fixture
def url(owner):
    return new_run(owner)


@pytest.fixture
def watcher():
    return Client()


@pytest.fixture
def driver(owner, url):
    """A browser that followed the drive link."""
    link = re.search(
        r'value="http://testserver(/runs/[^"]*/drive/[^"]*)"', owner.get(f"{url}share/").content.decode()
    )
    client = Client()
    assert client.get(link.group(1)).headers["Location"] == url
    return client


@pytest.mark.parametrize("path", READING)
@pytest.mark.parametrize("who", ["owner", "driver", "watcher"])
def test_whoever_knows_the_id_may_look(request, url, who, path):
    assert request.getfixturevalue(who).get(f"{url}{path}").status_code == 200


@pytest.mark.parametrize("path", READING)
def test_whoever_guesses_finds_nothing(watcher, path):
    assert watcher.get(f"/runs/AAAAAAAAAAAAAAAAAAAAAA/{path}").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("owner", 204), ("driver", 204), ("watcher", 403)])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("clock", {"rate": 0}),
        ("send", PAYMENT),
        ("step", {}),
        ("warp", {"to_us": 60_000_000}),
        ("configure", {"node": "sales-queue", "setting": "visibility_timeout", "value": "5s"}),
    ],
)
def test_commands_are_the_drivers(request, url, who, status, kind, body):
    answer = give(request.getfixturevalue(who), url, kind, body)

    assert answer.status_code == status
    if status == 403:
        assert "Fork it" in answer.json()["error"]


def test_a_command_to_a_run_that_is_not(owner):
    assert give(owner, "/runs/AAAAAAAAAAAAAAAAAAAAAA/", "clock", {"rate": 0}).status_code == 404


@pytest.mark.parametrize("who", ["owner", "driver", "watcher"])
def test_everyone_may_fork_and_drives_the_fork(request, url, who):
    client = request.getfixturevalue(who)
    answer = client.post(f"{url}fork/", {"at_us": "0"}, headers={"Accept": "application/json"})

    fork = answer.json()
    assert answer.status_code == 200
    assert fork["drive"] is True
    assert fork["url"] == f"/runs/{fork['run']}/" != url
    assert give(client, fork["url"], "send", PAYMENT).status_code == 204


@pytest.mark.parametrize("who", ["owner", "driver", "watcher"])
def test_a_lever_used_while_looking_back_forks(request, url, who):
    client = request.getfixturevalue(who)
    answer = give(client, url, "send", PAYMENT, fork="1", playhead_us="0")

    assert answer.status_code == 200
    assert "0:00.000  Web page sent A" in client.get(f"{answer.json()['url']}transcript/").content.decode()


@pytest.mark.parametrize(("who", "links"), [("owner", 2), ("driver", 2), ("watcher", 1)])
def test_links_to_hand_on(request, url, who, links):
    html = request.getfixturevalue(who).get(f"{url}share/").content.decode()

    assert html.count("data-link=") == links
    assert ("/drive/" in html) == (links == 2)


@pytest.mark.parametrize("key", ["AAAAAAAAAAAAAAAAAAAAAA", "a" * 40])
def test_a_guessed_drive_key(watcher, url, key):
    assert watcher.get(f"{url}drive/{key}/").status_code == 404
    assert give(watcher, url, "clock", {"rate": 0}).status_code == 403


def test_a_drive_link_drives_one_run_only(driver, owner):
    other = new_run(owner)

    assert give(driver, other, "clock", {"rate": 0}).status_code == 403


def test_the_page_says_who_may_drive(owner, watcher, url):
    assert 'data-drive="true"' in owner.get(url).content.decode()
    assert 'data-drive="false"' in watcher.get(url).content.decode()


@pytest.mark.parametrize("path", ["", "{run}/commands/", "{run}/fork/"])
def test_a_post_needs_its_key(url, path):
    client = Client(enforce_csrf_checks=True)
    address = "/runs/" + path.format(run=url.split("/")[2])

    assert client.post(address, {"scenario": "payment-queue", "at_us": "0"}).status_code == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/runs/"),
        ("get", "{url}commands/"),
        ("post", "{url}frames/"),
        ("post", "{url}"),
        ("get", "{url}fork/"),
    ],
)
def test_wrong_methods(owner, url, method, path):
    assert getattr(owner, method)(path.format(url=url)).status_code == 405


def test_looking_makes_no_learner(watcher, url):
    watcher.get(url)

    assert "learner" not in watcher.session
