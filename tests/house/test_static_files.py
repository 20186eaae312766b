"""Static files as production serves them: named by their content, every reference between them found."""

import json

import pytest
from django.core.management import call_command

from tests.house.house import files


@pytest.mark.slow
def test_all_of_them_can_be_collected_and_hashed(settings, tmp_path):
    """A CSS `url()` or a module's `import` that leads nowhere fails here, before it fails in production."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "config.static_files.HashedStaticFiles"},
    }

    call_command("collectstatic", interactive=False, verbosity=0)

    manifest = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    ours = [path for path in files(rooms=("static",)) if not path.name.startswith(".")]
    assert len(manifest) >= len(ours) > 0
    assert all(name != hashed for name, hashed in manifest.items())
