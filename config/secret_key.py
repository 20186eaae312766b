"""The key that development signs with: made once, kept beside the database."""

import os
import secrets
import tempfile
from pathlib import Path


def development_key(folder: Path) -> str:
    """Read the key from `folder`, or make it there, readable by its owner only.

    A key of its own keeps sessions over restarts and is no known key, so that a development server shown
    to a class can't be signed for by everybody who has read this repository.
    """
    folder.mkdir(exist_ok=True)
    path = folder / "development-key"
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii").strip()


def _write_once(path: Path, key: str) -> None:
    """Give `path` its content whole or not at all: of two processes that start together, one wins."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=path.name, encoding="ascii") as draft:
        draft.write(key)
        draft.flush()
        try:
            os.link(draft.name, path)
        except FileExistsError:
            return
