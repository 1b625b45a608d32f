"""From one hand-in to the next, which is graded by a copy of the same warm worker: nothing gets across."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.attacks.course import EMPTY, MODEL, START
from tests.attacks.forging import FORGE
from tests.attacks.grading import Attack, Batch, Card, attacker, batch
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

MARK = "crossing-7d1e55"
# Everything in which a process can leave something for another of the same user.
LEAVES = f"""
    import builtins, keras, numpy, signal, socket, sys, types
    for place in ("/tmp", "/tmp/work", "/dev/shm", "/in", "/in/data", "/data", "/opt/child", "/var/tmp", "/run"):
        try:
            with open(place + "/{MARK}", "w") as file:
                file.write("{MARK}")
        except OSError:
            pass
    os.environ["MARK"] = "{MARK}"
    builtins.mark = keras.mark = numpy.mark = "{MARK}"
    sys.modules["mark"] = types.ModuleType("{MARK}")
    keras.layers.Dense.call = lambda self, inputs: inputs
    named = socket.socket(socket.AF_UNIX)
    named.bind("\\0{MARK}")
    named.listen()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
                signal.signal(number, signal.SIG_IGN)
            os.execv("/bin/sleep", ["{MARK}", "600"])
        os._exit(0)
"""
LOOKS = f"""
    import builtins, keras, numpy, socket, sys
    found = [place for place in ("/tmp", "/dev/shm", "/in", "/data", "/opt", "/var/tmp", "/run")
             for _, _, names in os.walk(place) if "{MARK}" in names]
    found += [name for name, value in os.environ.items() if value == "{MARK}"]
    found += [module.__name__ for module in (builtins, keras, numpy) if hasattr(module, "mark")]
    found += ["module"] * ("mark" in sys.modules)
    found += ["daemon " + pid for pid in os.listdir("/proc") if pid.isdigit()
              and open("/proc/" + pid + "/cmdline", "rb").read().startswith(b"{MARK}")]
    try:
        socket.socket(socket.AF_UNIX).connect("\\0{MARK}")
        found.append("socket")
    except OSError:
        pass
    print("found:", found)
"""
# What can be done to the worker and to what stands between it and this process is told.
REACHES = """
    import ctypes, signal, socket
    libc, did = ctypes.CDLL(None, use_errno=True), []
    def numbers(pid):
        return next(line for line in open("/proc/" + pid + "/status") if line.startswith("NSpid:")).split()[1:]
    others = [pid for pid in os.listdir("/proc") if pid.isdigit() and pid != os.readlink("/proc/self")]
    print("others:", len(others) > 3)
    for pid in others:
        for name in ("environ", "mem", "maps", "fd", "cwd", "root", "exe", "ns/user", "auxv", "io"):
            try:
                path = "/proc/" + pid + "/" + name
                os.listdir(path) if name == "fd" else os.readlink(path) if name in ("cwd", "root", "exe", "ns/user") \\
                    else open(path, "rb").read(1)
                did.append(("read", pid, name))
            except OSError:
                pass
        for name in ("mem", "oom_score_adj", "timerslack_ns", "comm", "attr/current", "coredump_filter"):
            try:
                with open("/proc/" + pid + "/" + name, "r+b", buffering=0) as file:
                    name == "mem" or file.write(b"0")
                did.append(("write", pid, name))
            except OSError:
                pass
        if len(numbers(pid)) > 1:
            continue                                    # ours: to kill it ends us
        try:
            signal.pidfd_send_signal(os.open("/proc/" + pid, os.O_RDONLY), signal.SIGKILL)
            did.append(("signalled through its folder", pid))
        except OSError:
            pass
        if libc.ptrace(16, int(pid), 0, 0) == 0:
            did.append(("traced", pid))
    for number in (272, 308, 165, 166, 155, 161):       # unshare, setns, mount, umount2, pivot_root, chroot (x86_64)
        if libc.syscall(number, 0x10000000, 0, 0, 0, 0) == 0:
            did.append(("called", number))
    if libc.syscall(250, 0, -3, 0, 0, 0) >= 0:          # keyctl: the session's keyring
        did.append(("keyring",))
    did += [("rights", line.split()[1]) for line in open("/proc/self/status")
            if line.startswith(("CapPrm", "CapEff", "CapBnd", "CapAmb")) and int(line.split()[1], 16)]
    for descriptor in range(3, 256):                    # of the runner and the worker: only sockets of the kernel's own
        try:
            kind = os.readlink("/proc/self/fd/" + str(descriptor))
        except OSError:
            continue
        if kind.startswith("/") and not kind.startswith(("/dev/", "/tmp/", "/proc/")):
            did.append(("inherited", kind))
    print("did:", did)
"""


def printed(words: str) -> Callable[[Card, Batch], None]:
    """Asserts that the last cell printed these words, and that it did so in a copy of a worker."""

    def look(card: Card, graded: Batch) -> None:
        assert card["provenance"]["isolation"].endswith(", warm")
        last = graded.told(card["student"], "cells")[-1]
        assert last["output"].strip() == words, last
        assert last["status"] == "ok"

    return look


ATTACKS = [
    Attack(name="leaves everything behind", files={"": notebook(START, MODEL, LEAVES)}, credits={"*": 1}),
    Attack(
        name="looks for what was left",
        files={"": notebook(EMPTY, LOOKS)},
        credits={"*": 0, "runs": 1},
        and_then=printed("found: []"),
    ),
    Attack(
        name="reaches for the worker",
        files={"": notebook(EMPTY, REACHES)},
        credits={"*": 0, "runs": 1},
        and_then=printed("others: True\ndid: []"),
    ),
    Attack(
        name="wants the runner's pipe",
        files={"": notebook(EMPTY, FORGE)},
        credits={"*": 0},
        ended="error",
        says=["PermissionError"],
    ),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return batch(tmp_path_factory.mktemp("family"), "light", ATTACKS)


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    if ATTACKS[number].and_then is not None and os.environ.get("GRADER_WARM") == "0":
        pytest.skip("looks at a warm worker, and there is none with GRADER_WARM=0")
    holds(graded, number)


def test_the_attacks_ran_in_the_order_of_their_names(graded: Batch) -> None:
    names = [attacker(number, attack) for number, attack in enumerate(ATTACKS)]
    assert sorted(names) == names
