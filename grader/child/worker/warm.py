"""A warm worker: imports Keras once, then every run is a copy of it, in a world of its own.

Nothing that a run does reaches this process: it never runs an operation, never reads what a run wrote, and a copy's
memory is the copy's. It holds nothing secret: no labels, no hidden images, no other hand-in.

    worker          waits on its socket for requests (``sandbox.warm``)
      A             a copy that makes the namespaces, and tells how its only child ended
        B           the first process of the new namespaces: builds the world, closes the door, reaps
          C         the program, as in a sandbox of its own: ``run``; B itself becomes ``predict``

Descriptors of a request, in this order: result, status, stdout, stderr, hello, inputs, then go and late where the
request says so.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from grader.child.worker import namespaces

REQUEST_CAP = 256 << 10
DESCRIPTORS = ("result", "status", "stdout", "stderr", "hello", "inputs")
NOT_BUILT = 125


def main() -> None:
    control = socket.socket(fileno=int(os.environ.pop("RESULT_FD")))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for an A
    refused = trial()
    if not refused:
        warm_up()
        namespaces.dumpable(False)
    control.send(json.dumps({"refused": refused}).encode())
    while not refused:
        told, descriptors, _, _ = socket.recv_fds(control, REQUEST_CAP, 16)
        if not told:
            break
        if os.fork() == 0:
            _become(outer, control, json.loads(told), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
    os._exit(0)


def trial() -> str:
    """Why no world can be made here; "" when it can."""
    ours, theirs = os.pipe()
    if os.fork() == 0:
        try:
            namespaces.unshare()
            os.write(theirs, b"+")
        except OSError as error:
            os.write(theirs, str(error).encode())
        os._exit(0)
    os.close(theirs)
    with open(ours, "rb") as told:
        said = told.read()
    return "" if said == b"+" else said.decode("utf-8", "replace") or "the trial was killed"


def warm_up() -> None:
    """Import what every run needs. Raises RuntimeError when that started a thread, which no copy would have."""
    import matplotlib.pyplot  # noqa: F401, PLC0415 - seconds of import, after the trial

    from grader.child import predict  # noqa: F401, PLC0415
    from grader.child.recorder import install  # noqa: F401, PLC0415
    from grader.child.runner import run  # noqa: PLC0415
    from grader.child.worker import forked  # noqa: F401, PLC0415

    run.environment()

    if threading.active_count() != 1 or len(os.listdir("/proc/self/task")) != 1:
        raise RuntimeError("importing Keras started threads: runs cannot be copies of this process")
    # What is imported stays: a collection in a copy need not look at it, and so does not copy its pages.
    gc.collect()
    gc.freeze()


def _become(role: Any, *given: Any) -> None:
    """Go on as a copy, which never comes back; what goes wrong is told on stderr."""
    code = NOT_BUILT
    try:
        code = role(*given)
    except BaseException as error:  # noqa: BLE001 - a copy must not go on as the worker
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(code)


def outer(control: socket.socket, request: Mapping[str, Any], descriptors: list[int]) -> int:
    """A: says hello (so the host learns its number), waits for its group, makes the namespaces, tells how B ended."""
    namespaces.die_with_parent()
    control.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    named = dict(zip((*DESCRIPTORS, *request["further"]), descriptors, strict=True))
    os.dup2(named["stderr"], 2)
    with socket.socket(fileno=named.pop("hello")) as hello:
        hello.send(b"!")
    go = named.pop("go", None)
    if go is not None and not os.read(go, 1):
        return NOT_BUILT
    with suppress(OSError):  # as for a cold start: where cores cannot be set, it has all
        os.sched_setaffinity(0, request["cores"])
    namespaces.unshare()
    ours, theirs = os.pipe()
    first = os.fork()
    if first == 0:
        _become(inner, request, named, theirs)
    os.close(theirs)
    for name in ("result", "stdout", "stderr", "inputs", *(name for name in ("late",) if name in named)):
        os.close(named[name])
    built = os.read(ours, 1)
    _, ended = os.waitpid(first, 0)
    code = os.waitstatus_to_exitcode(ended)
    code = code if code >= 0 else 128 - code
    if built:  # only then it was the program that ended
        os.write(named["status"], json.dumps({"exit-code": code}).encode() + b"\n")
    return code


def inner(request: Mapping[str, Any], named: Mapping[str, int], built: int) -> int:
    """B: the first process of the new world; its end is the end of all others in it."""
    namespaces.die_with_parent()
    os.close(named["status"])
    namespaces.build(request, named["inputs"])
    os.close(named["inputs"])
    namespaces.close_the_door(request)
    os.write(built, b"+")
    os.close(built)
    if request["program"] == "predict":  # our own code, and no process but this one
        return c_program(request, named)
    program = os.fork()
    if program == 0:
        _become(c_program, request, named)
    os.closerange(0, max(named.values()) + 1)
    while True:
        pid, ended = os.wait()
        if pid == program:
            code = os.waitstatus_to_exitcode(ended)
            return code if code >= 0 else 128 - code


def c_program(request: Mapping[str, Any], named: Mapping[str, int]) -> int:
    """C: the program, with the descriptors and the environment that it has in a sandbox of its own."""
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (named["stdout"], 1), (named["stderr"], 2)):
        os.dup2(source, target)
    wanted = [named[name] for name in ("result", "late") if name in named]
    top = 0
    for descriptor in sorted(wanted):
        os.closerange(max(3, top), descriptor)
        top = descriptor + 1
    os.closerange(max(3, top), 1024)
    os.environ["RESULT_FD"] = str(named["result"])
    if "late" in named:
        os.environ["LATE_FD"] = str(named["late"])
    if request["program"] == "predict":
        from grader.child import predict  # noqa: PLC0415 - imported long before

        return predict.main()
    from grader.child.runner import run  # noqa: PLC0415
    from grader.child.worker import forked  # noqa: PLC0415

    # The kernel alone may be looked into, by itself: this process stays closed to what the kernel runs.
    run.main(partial(forked.Forked, first=partial(namespaces.dumpable, True)))
    return 0


if __name__ == "__main__":
    main()
