"""Work on all cores: threads share one interpreter, and so one core, unless they wait for something.

What a process tells comes back as JSON, a line for each task: nothing of it can be more than data.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

Task = TypeVar("Task")
Told = Mapping[str, Any]
READ = 1 << 16


@contextmanager
def shared_out(
    tasks: Sequence[Task], workers: int, work: Callable[[Task], Told | None]
) -> Iterator[Iterator[tuple[int, Told]]]:
    """The number of each task that is done, with what ``work`` told of it, as they are finished.

    The processes exist as soon as the block is entered, and end with it. They are copies of this one, so ``work`` sees
    all that is loaded here, and no thread may run yet: a copy would wait forever for a lock that a thread held. A task
    for which ``work`` returns None or raises is left undone, and so are those that a process leaves when it dies.
    """
    running: dict[int, int] = {}  # the pipe of each process
    try:
        for share in range(min(workers, len(tasks))):
            ours, theirs = os.pipe()
            pid = os.fork()
            if pid == 0:
                _become(range(share, len(tasks), workers), tasks, work, theirs)
            os.close(theirs)
            running[ours] = pid
        yield _heard(running)
    finally:
        for pipe, pid in running.items():
            os.close(pipe)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def everywhere(tasks: Sequence[Task], workers: int, work: Callable[[Task], Told]) -> list[Told]:
    """What ``work`` tells of each task; what no process did is done here, and may raise here."""
    with shared_out(tasks, workers if workers > 1 else 0, work) as heard:
        told = dict(heard)
    return [told[number] if number in told else work(task) for number, task in enumerate(tasks)]


def _heard(running: Mapping[int, int]) -> Iterator[tuple[int, Told]]:
    lines = {pipe: b"" for pipe in running}
    with selectors.DefaultSelector() as selector:
        for pipe in running:
            selector.register(pipe, selectors.EVENT_READ)
        while lines:
            for key, _ in selector.select():
                told = os.read(key.fd, READ)
                *whole, lines[key.fd] = (lines[key.fd] + told).split(b"\n")
                for line in whole:
                    number, about = json.loads(line)
                    yield number, about
                if not told:
                    selector.unregister(key.fd)
                    del lines[key.fd]


def _become(numbers: range, tasks: Sequence[Task], work: Callable[[Task], Told | None], pipe: int) -> None:
    """Go on as one of the processes, which never comes back."""
    try:
        gc.freeze()  # a collection then looks at nothing that was there before, and copies no page of it
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who started us, and who ends us
        with open(pipe, "wb", buffering=0) as out:
            for number in numbers:
                with suppress(Exception):
                    told = work(tasks[number])
                    if told is not None:
                        out.write(json.dumps([number, told]).encode() + b"\n")
    finally:
        os._exit(0)
