#!/usr/bin/env python3
"""Signalbox's command line."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["runserver"]:
        # Production is the default, but nobody starts the reloading server in production: see
        # docs/decisions/0010-environments.md. Settings are read before a command runs, so it is chosen here.
        os.environ.setdefault("SIGNALBOX_ENV", "development")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit(
            "Django is not installed for this Python. Use `make serve`, which installs everything,\n"
            "or: pip install -r requirements.txt"
        )
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
