"""Functions: declared steps in place of code."""

from .service import Function

__all__ = ["Function"]
