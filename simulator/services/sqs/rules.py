"""What a queue refuses, with the documented error's name and text. Pure functions of the call and the
message.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from simulator.engine.quantities import HOUR, MINUTE, SECOND

from .store import StoredMessage

RECEIVE_MAX = 10
WAIT_MAX_US = 20 * SECOND
VISIBILITY_MAX_US = 12 * HOUR
DELAY_MAX_US = 15 * MINUTE


class Refusal(NamedTuple):
    """An error's name and text."""

    error: str
    message: str


UNAVAILABLE = Refusal("ServiceUnavailable", "The queue is not available.")


def message_bytes(body: str, attributes: Mapping[str, Any]) -> int:
    """A message's size: its body, and the names, types and values of its attributes, in UTF-8."""
    parts = [body]
    for name, attribute in attributes.items():
        parts += [name, str(attribute.get("type", "String")), str(attribute.get("value", ""))]
    return sum(len(part.encode()) for part in parts)


def _outside(name: str, value: int, low: int, high: int, rule: str) -> Refusal | None:
    if low <= value <= high:
        return None
    return Refusal(
        "InvalidParameterValue", f"Value {value} for parameter {name} is invalid. Reason: Must be {rule}."
    )


def send_refusal(asked: Mapping[str, Any], bytes_max: int) -> Refusal | None:
    """Why a message can't be sent; None if it can."""
    if not asked["body"]:
        return Refusal("MissingParameter", "The request must contain the parameter MessageBody.")
    if message_bytes(asked["body"], asked.get("attributes") or {}) > bytes_max:
        return Refusal(
            "InvalidParameterValue",
            f"One or more parameters are invalid. Reason: Message must be shorter than {bytes_max} bytes.",
        )
    delay_us = asked.get("delay_us") or 0
    return _outside("DelaySeconds", delay_us // SECOND, 0, DELAY_MAX_US // SECOND, ">= 0 and <= 900")


def receive_refusal(asked: Mapping[str, Any]) -> Refusal | None:
    """Why a receive makes no sense; None if it does."""
    at_most = asked.get("max_messages", 1)
    wait_us, hidden_us = asked.get("wait_us", 0), asked.get("visibility_timeout_us", 0)
    return (
        _outside("MaxNumberOfMessages", at_most, 1, RECEIVE_MAX, "between 1 and 10, if provided")
        or _outside("WaitTimeSeconds", wait_us // SECOND, 0, 20, ">= 0 and <= 20, if provided")
        or _outside("VisibilityTimeout", hidden_us // SECOND, 0, 43_200, ">= 0 and <= 43200, if provided")
    )


def receipt_refusal(receipt: str) -> Refusal | None:
    """Why a text can't be a receipt handle; None if it may be one."""
    if receipt.rpartition("#")[0] and receipt.rpartition("#")[2].isdigit():
        return None
    text = f'The input receipt handle "{receipt}" is not a valid receipt handle.'
    return Refusal("ReceiptHandleIsInvalid", text)


def change_refusal(message: StoredMessage | None, asked: Mapping[str, Any], now_us: int) -> Refusal | None:
    """Why the visibility of a message can't be changed; None if it can."""
    receipt, hidden_us = asked["receipt_handle"], asked["visibility_timeout_us"]
    wrong = receipt_refusal(receipt) or _outside(
        "VisibilityTimeout", hidden_us // SECOND, 0, 43_200, ">= 0 and <= 43200, if provided"
    )
    if wrong is not None:
        return wrong
    if message is None or message.receipt != receipt or message.where != "in_flight":
        text = "Message does not exist or is not available for visibility timeout change."
        return Refusal(
            "InvalidParameterValue", f"Value {receipt} for parameter ReceiptHandle is invalid. {text}"
        )
    if now_us + hidden_us - message.received_us > VISIBILITY_MAX_US:
        text = "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]"
        value = hidden_us // SECOND
        return Refusal(
            "InvalidParameterValue",
            f"Value {value} for parameter VisibilityTimeout is invalid. Reason: {text}.",
        )
    return None
