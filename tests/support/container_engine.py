#!/usr/bin/env python3
"""A stand-in for podman: takes the same words, runs the command under bubblewrap with the volumes that they name.

Tests use it where no container engine is: it proves that frames, late input, exit codes and ends pass through the
command line that we build, not that an engine isolates. ``kill NAME`` ends the run of that name.
"""

import os
import signal
import sys
from pathlib import Path

PLACE = Path(os.environ.get("ENGINE_PLACE", "/tmp"))


def main(words: list[str]) -> None:
    if words[0] == "kill":
        os.kill(int((PLACE / words[1]).read_text()), signal.SIGKILL)
        return
    options = [word for word in words[1:] if word.startswith("--")]
    command = [word for word in words[1:] if not word.startswith("--")]
    image, inner = command[0], command[1:]
    if image == "missing":
        print("Error: missing: image not known", file=sys.stderr)
        sys.exit(125)
    inner = [sys.executable if word == "python3" else word for word in inner]
    binds, variables = [], []
    for option in options:
        name, _, value = option.partition("=")
        if name == "--volume":
            outside, inside, _ = value.split(":")
            binds += ["--ro-bind", outside, inside]
        elif name == "--env":
            variables += ["--setenv", *value.split("=", 1)]
        elif name == "--name":
            (PLACE / value).write_text(str(os.getpid()))
    empty = [word for folder in ("/tmp", "/opt", "/in") for word in ("--tmpfs", folder)]
    python = [word for folder in (sys.base_prefix, sys.prefix) for word in ("--ro-bind", folder, folder)]
    own = ["--bind", "/", "/", "--dev", "/dev", "--proc", "/proc", *empty, *python]
    bwrap = ["bwrap", "--unshare-pid", "--die-with-parent", "--clearenv", *own, *binds, *variables, "--"]
    os.execvp("bwrap", [*bwrap, *inner])


main(sys.argv[1:])
