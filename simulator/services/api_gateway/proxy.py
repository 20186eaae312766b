"""The Lambda proxy integration: the event that a function gets, and what its answer may look like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from .state import Open


def request_id(node: str, number: int) -> str:
    """The id that an answer carries as x-amzn-RequestId."""
    return f"{node}-{number}"


def proxy_event(request: Open, node: str, number: int) -> dict[str, Any]:
    """The event that a function gets for a request (payload format 1.0)."""
    asked, route = request.notice.body, request.route
    assert route is not None
    path, _, query = asked["path"].partition("?")
    return {
        "resource": route.path,
        "path": path,
        "httpMethod": asked["method"],
        "headers": dict(asked.get("headers") or {}),
        "queryStringParameters": dict(parse_qsl(query)) or None,
        "pathParameters": request.parameters or None,
        "requestContext": {"requestId": request_id(node, number), "resourcePath": route.path, "apiId": node},
        "body": asked.get("body"),
        "isBase64Encoded": False,
    }


_ANSWER_KEYS = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}


def proxy_response(payload: Any) -> dict[str, Any] | str:
    """Status, headers and body of a function's answer, or why the answer is malformed (a 502)."""
    if not isinstance(payload, Mapping):
        return "the function's answer is not an object."
    unknown = sorted(set(payload) - _ANSWER_KEYS)
    if unknown:
        return f"the function's answer has a key that a proxy answer can't have: {unknown[0]}."
    status = _status(payload.get("statusCode", 200))
    if status is None:
        return "the function's statusCode is not a number."
    headers = _headers(payload.get("headers") or {}, payload.get("multiValueHeaders") or {})
    if headers is None:
        return "the function's headers are malformed."
    body = payload.get("body")
    if body is not None and not isinstance(body, str):
        return "the function's body is not text."
    return {"status": status, "headers": headers, "body": body or ""}


def _status(given: Any) -> int | None:
    if isinstance(given, bool):
        return None
    if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) <= 3:
        given = int(given)
    return given if isinstance(given, int) and 100 <= given <= 599 else None


def _headers(single: Any, multi: Any) -> dict[str, str] | None:
    """One value a name; several values of a name are joined, those of multiValueHeaders first."""
    if not isinstance(single, Mapping) or not isinstance(multi, Mapping):
        return None
    joined: dict[str, list[str]] = {}
    for name, values in multi.items():
        if not isinstance(values, list):
            return None
        joined.setdefault(name, []).extend(_header_text(value) for value in values)
    for name, value in single.items():
        joined.setdefault(name, []).append(_header_text(value))
    return {name: ", ".join(values) for name, values in joined.items()}


def _header_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
