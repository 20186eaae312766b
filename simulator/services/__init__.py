"""The services: one module (or package) each, found by being here.

Importing this package imports every one of them, in the order of their names, so that each registers its
kind. There is no list to keep.
"""

from importlib import import_module
from pkgutil import iter_modules

for _module in sorted(module.name for module in iter_modules(__path__)):
    import_module(f"{__name__}.{_module}")
