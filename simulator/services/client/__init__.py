"""People and programs that send requests."""

from .service import Client

__all__ = ["Client"]
