"""Inside sandbox 1: several notebooks of the course itself, one after the other, each in a process of its own.

Importing Keras takes longer than most mutants of a reference do; here it happens once, and each run is a copy of this
process. What a run sends goes to the host as one frame ``run``. Never used for students' hand-ins: a run could
read what an earlier one left.

/in/series.json     {"runs": how many}
/in/<n>/config.json, /in/<n>/files/...      of run n, as ``run`` knows them
/in/late            what the runs get after their last cells, when there is anything
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
from contextlib import suppress
from functools import partial
from pathlib import Path

from grader.child.paths import inside
from grader.untrusted import frames

KEPT = (".matplotlib", ".keras")  # caches of libraries


def main() -> None:
    out = frames.Writer(int(os.environ.pop("RESULT_FD")))
    runs = json.loads(Path(inside("/in/series.json")).read_bytes())["runs"]
    warm_up()
    for number in range(runs):
        tidy()
        ours, theirs = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.close(ours)
                os.close(out.descriptor)
                one(number, theirs)
            finally:
                sys.stderr.flush()
                os._exit(0)
        os.close(theirs)
        with open(ours, "rb") as told:
            sent = told.read()
        os.waitpid(pid, 0)
        out.send("run", number, sent)
    out.close()
    sys.stderr.flush()
    os._exit(0)


def warm_up() -> None:
    """Import what every kernel needs. Raises RuntimeError when that started a thread, which no copy would have."""
    import matplotlib.pyplot  # noqa: F401, PLC0415 - seconds of import, after the first byte to the host

    from grader.child.recorder import install  # noqa: F401, PLC0415
    from grader.child.runner import run  # noqa: F401, PLC0415
    from grader.child.worker import forked  # noqa: F401, PLC0415

    if threading.active_count() != 1 or len(os.listdir("/proc/self/task")) != 1:
        raise RuntimeError("importing Keras started threads: runs cannot be copies of this process")


def tidy() -> None:
    """Remove what an earlier run left."""
    folder = inside("/tmp")
    for name in os.listdir(folder):
        path = f"{folder}/{name}"
        if name in KEPT:
            continue
        with suppress(OSError):
            if os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path)
            else:
                os.unlink(path)


def one(number: int, descriptor: int) -> None:
    """Run ``number``, as ``run`` does it, with its frames into ``descriptor``."""
    from grader.child.runner.calling import Calling  # noqa: PLC0415 - see above
    from grader.child.runner.run import Runner, through  # noqa: PLC0415
    from grader.child.worker.forked import Forked  # noqa: PLC0415

    out = frames.Writer(descriptor)
    config = json.loads(Path(inside(f"/in/{number}/config.json")).read_bytes())
    config["files"] = f"/in/{number}/files"
    late = inside("/in/late")
    calling = Calling(os.open(late, os.O_RDONLY)) if os.path.exists(late) else None
    through(Runner(config, out, calling, partial(Forked, closed=(descriptor,))))
    out.close()


if __name__ == "__main__":
    main()
