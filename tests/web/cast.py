"""The cast of the access tests: who asks, by which browser."""

import json

from django.test import Client

PAYMENT = {"node": "web", "count": 1}
SCENARIO = "payment-queue"


def new_run(client: Client, **fields: str) -> str:
    """A run of the payment scenario; its address."""
    answer = client.post("/runs/", {"scenario": SCENARIO, **fields}, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.content
    return answer.json()["url"]


def give(client: Client, url: str, kind: str, body: dict, key: str = "key-1", **fields: str):
    """Post a command as the page does."""
    return client.post(
        f"{url}commands/",
        {"kind": kind, "body": json.dumps(body), "client_key": key, **fields},
        headers={"Accept": "application/json"},
    )
