"""Make runs in the database that the environment names, and print their ids.

`python -m benchmarks.crowd.runs <how many> <rate of payments, such as 10/min> <rate of time>`
"""

from __future__ import annotations

import os
import sys

import django


def made(count: int, payments: str, rate: float) -> list[str]:
    """Ids of new runs of the payments scenario."""
    from simulator.runs import create_run
    from simulator.scenarios import library

    scenario = library()["payment-queue"]
    busy = [("configure", {"node": "web", "setting": "rate", "value": payments})]
    return [
        create_run(scenario, owner_id=None, seed=str(number), commands=busy, rate=rate).id
        for number in range(count)
    ]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print("\n".join(made(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]))))
