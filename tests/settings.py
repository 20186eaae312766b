"""Settings for tests: the project's own, quick passwords, static files as they lie, a database of its own."""

import os
import tempfile
from pathlib import Path

os.environ["SIGNALBOX_ENV"] = "test"  # also for the programs that tests start
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)

from config.settings import *  # noqa: F403
from config.settings import DATABASES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# A file and not memory: threads that share an in-memory SQLite meet "database table is locked". In a folder
# of this process, so that two test runs at once don't meet; it is removed when Python ends.
_folder = tempfile.TemporaryDirectory(prefix="signalbox-test-", ignore_cleanup_errors=True)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_folder.name) / "test.sqlite3")}
