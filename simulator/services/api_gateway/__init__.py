"""The API in front of functions."""

from .service import Api

__all__ = ["Api"]
