"""The one entrance: pages, the socket, and the server's own start and stop."""

import os
import sys
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
pages = get_asgi_application()  # loads the apps; what follows may import models

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402
from django.urls import re_path  # noqa: E402

from config.body_limit import bodies_up_to  # noqa: E402
from config.lifespan import lifespan  # noqa: E402
from config.origins import from_our_pages  # noqa: E402
from config.ready_frames import with_ready_frames  # noqa: E402
from config.socket_session import with_session  # noqa: E402
from config.startup import refuse_unsafe_start  # noqa: E402
from simulator.web.routing import websocket_urlpatterns  # noqa: E402

refuse_unsafe_start()

# Each frame that is handed to a socket lets the interpreter's lock go for a moment; a busy thread (a request,
# a replay) would keep it for 5 ms, and 300 sockets would wait 1.5 s. A tenth of that costs threads little.
sys.setswitchinterval(0.0005)


async def no_such_socket(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Refuse a socket at an unknown address (as a page's 404 does) instead of logging a traceback."""
    await send({"type": "websocket.close", "code": 4404})


no_such_address = re_path("", no_such_socket)  # type: ignore[arg-type]  # Django's type knows views only
sockets = URLRouter([*websocket_urlpatterns, no_such_address])

application = ProtocolTypeRouter(
    {
        "http": bodies_up_to(settings.POST_BYTES_MAX, pages),
        "websocket": from_our_pages(with_session(with_ready_frames(sockets))),
        "lifespan": lifespan,
    }
)
