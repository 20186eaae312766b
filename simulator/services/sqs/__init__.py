"""The message queue."""

from .service import Queue

__all__ = ["Queue"]
