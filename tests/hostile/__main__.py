"""Send the list to a server that runs already: `python -m tests.hostile <host> <port>`.

Prints how many attacks there were, and how many of them got something else than they have to. Documents are left
out: the checker reads them in this process. Needs the server's environment, for its database.
"""

import os
import sys

import django


def main(name: str, port: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from tests.hostile.everything import CASES
    from tests.hostile.in_documents import WHERE
    from tests.hostile.stage import Stage
    from tests.hostile.wire import Host

    stage = Stage(Host(name, port))
    cases = [case for case in CASES if case.where != WHERE]
    surprises = []
    for case in cases:
        stage = Stage(stage.host) if case.alone else stage.next()
        stage.worn = case.alone or case.taken
        try:
            got = case.got(stage)
            if not got.what.startswith(case.must):
                surprises.append(f"{case.id}: {got.what} {got.says}")
        except Exception as error:
            surprises.append(f"{case.id}: {error!r}"[:300])
    print(len(cases), len(surprises))
    print(*surprises, sep="\n", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
