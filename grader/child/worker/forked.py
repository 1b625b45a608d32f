"""A kernel that is a copy of this process, in which Keras is imported already: it starts in a fraction of a second.

Copying is possible as long as no thread runs in the process that is copied.
"""

from __future__ import annotations

import os
import signal
import sys
import types
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import IPython.core.completerlib
import IPython.core.debugger
import IPython.core.oinspect
import IPython.extensions.storemagic  # noqa: F401 - these five a kernel would import at its start
import tornado.platform.asyncio  # noqa: F401
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.connect import write_connection_file

from grader.child.runner.kernel import OPTIONS


class Forked:
    """The process of such a kernel; ``closed`` are descriptors that are not for it, ``first`` is its first call."""

    def __init__(self, runtime: str, closed: tuple[int, ...] = (), first: Callable[[], None] = lambda: None) -> None:
        self.file = f"{runtime}/kernel.json"
        write_connection_file(self.file, transport="ipc", ip=f"{runtime}/socket")
        self.closed = closed
        self.first = first
        self.pid = 0
        self.gone = False

    def start_kernel(self, *, cwd: str) -> None:
        self.pid = os.fork()
        if self.pid == 0:
            try:
                self._become(cwd)
            finally:
                os._exit(1)

    def _become(self, cwd: str) -> None:
        os.setsid()
        self.first()
        os.chdir(cwd)
        for descriptor in self.closed:
            os.close(descriptor)
        sys.modules["ipykernel.debugger"] = no_debugger()
        app = IPKernelApp.instance()
        app.initialize(["-f", self.file, *OPTIONS])
        app.start()

    def client(self) -> Any:
        client = AsyncKernelClient(connection_file=self.file)
        client.load_connection_file()
        return client

    def is_alive(self) -> bool:
        if not self.gone:
            with suppress(ChildProcessError):
                self.gone = os.waitpid(self.pid, os.WNOHANG)[0] != 0
        return self.pid != 0 and not self.gone

    def signal_kernel(self, signum: int) -> None:
        """For the kernel and what it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signum)

    def interrupt_kernel(self) -> None:
        self.signal_kernel(signal.SIGINT)


def no_debugger() -> types.ModuleType:
    """Stands for the debugger of a front end: its import takes longer than all the rest of a kernel's start."""
    module = types.ModuleType("ipykernel.debugger")
    vars(module).update(_is_debugpy_available=False, Debugger=type("Debugger", (), {}))
    return module
