"""What tests of runs share."""

import pytest

from simulator.runs import polls, writer


@pytest.fixture(autouse=True)
def nothing_kept():
    """Marks of pollers are this process's memory; a test begins without."""
    polls._marked.clear()


@pytest.fixture
def written(transactional_db):
    """A database for code that works in several threads; the writer's connection is closed at the end."""
    yield
    writer.close()
