"""The one list."""

from tests.hostile.in_commands import COMMANDS
from tests.hostile.in_documents import DOCUMENTS
from tests.hostile.in_floods import FLOODS
from tests.hostile.in_fragments import FRAGMENTS
from tests.hostile.in_lessons import LESSONS
from tests.hostile.in_pages import PAGES
from tests.hostile.in_posts import POSTS
from tests.hostile.in_sockets import SOCKETS
from tests.hostile.in_texts import TEXTS

CASES = [*DOCUMENTS, *TEXTS, *POSTS, *COMMANDS, *SOCKETS, *PAGES, *FRAGMENTS, *LESSONS, *FLOODS]

assert len({case.id for case in CASES}) == len(CASES), "two cases have the same id"
