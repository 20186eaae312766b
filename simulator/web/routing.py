"""Addresses of sockets: there is one."""

from django.urls import re_path

from simulator.web.sockets import RunSocket

websocket_urlpatterns = [
    re_path(r"^ws/runs/(?P<run_id>[A-Za-z0-9_-]{10,40})/$", RunSocket.as_asgi()),
]
