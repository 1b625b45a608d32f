"""Ways out of the sandbox over the network: each aims at a listener that this module starts on this machine."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

import pytest

from tests.attacks.course import MODEL, START
from tests.attacks.grading import Attack, Batch, Card, batch
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

HOST = "127.0.0.1"
GREETING = b"canary-network-19ab44"
REACHED = ("tcp", "udp", "name", "path", "abstract")  # listeners, by the names of the attempts that aim at them


@dataclass
class Listeners:
    """Sockets that wait on this machine, and what came in."""

    places: dict[str, str | int] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    sockets: dict[str, socket.socket] = field(default_factory=dict)
    accepted: list[socket.socket] = field(default_factory=list)

    def open(self, name: str, family: int, kind: int, address: object) -> None:
        """Begin to listen."""
        made = socket.socket(family, kind)
        made.bind(address)  # type: ignore[arg-type]
        if kind == socket.SOCK_STREAM:
            made.listen()
        made.settimeout(0.2)
        self.sockets[name] = made
        self.places[name] = made.getsockname()[1] if family == socket.AF_INET else str(address).lstrip("\0")

    def wait(self, ended: threading.Event) -> None:
        """Note every connection and every packet until it is over."""
        while not ended.is_set():
            for name, listener in self.sockets.items():
                with contextlib.suppress(TimeoutError):
                    if listener.type == socket.SOCK_STREAM:
                        self.accepted.append(listener.accept()[0])
                    else:
                        listener.recvfrom(1000)
                    self.heard.append(name)


@contextlib.contextmanager
def listening(root: Path) -> Iterator[Listeners]:
    """Listeners while it lasts."""
    made, ended = Listeners(), threading.Event()
    made.open("tcp", socket.AF_INET, socket.SOCK_STREAM, (HOST, 0))
    made.open("udp", socket.AF_INET, socket.SOCK_DGRAM, (HOST, 0))
    made.open("name", socket.AF_INET, socket.SOCK_DGRAM, (HOST, 0))  # what is asked for a name
    made.open("path", socket.AF_UNIX, socket.SOCK_STREAM, str(root / "socket"))
    made.open("abstract", socket.AF_UNIX, socket.SOCK_STREAM, f"\0{root.name}-{GREETING.decode()}")
    thread = threading.Thread(target=made.wait, args=(ended,))
    thread.start()
    try:
        yield made
    finally:
        ended.set()
        thread.join()
        for one in (*made.sockets.values(), *made.accepted):
            one.close()


# ---------------------------------------------------------------- what a student tries
#
# Each attempt is noted as "no" with the error, or as "yes": whoever sends a packet only knows it from an answer.

NOTE = """
    import ctypes, json, os, socket, struct, subprocess, sys
    seen = {}
    def attempt(name, action):
        try:
            seen[name] = f"yes: {action()!r}"[:200]
        except Exception as error:
            seen[name] = f"no: {type(error).__name__} {error}"[:200]
    def answered(kind, address, content, family=socket.AF_INET):
        with socket.socket(family, kind) as one:
            one.settimeout(0.5)
            one.connect(address)
            one.send(content)
            return one.recv(100)
"""
TO_ADDRESSES = """
    question = struct.pack(">6H", 7, 256, 1, 0, 0, 0) + b"\\x06canary\\x04test\\x00" + struct.pack(">2H", 1, 1)
    attempt("tcp", lambda: socket.create_connection((HOST, PLACES["tcp"]), 1).send(GREETING))
    attempt("udp", lambda: answered(socket.SOCK_DGRAM, (HOST, PLACES["udp"]), GREETING))
    attempt("name", lambda: answered(socket.SOCK_DGRAM, (HOST, PLACES["name"]), question))
    def waiting(process):
        return [line for line in open(f"/proc/{process}/net/tcp") if f":{PLACES['tcp']:04X}" in line][0]
    for process in (1, 2, "self"):
        attempt(f"the port in the table of {process}", lambda: waiting(process))
    attempt("a tunnel", lambda: os.open("/dev/net/tun", os.O_RDWR))
"""
TO_SOCKETS = """
    def connected(address):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as one:
            one.settimeout(1)
            one.connect(address)
            return one.send(GREETING)
    attempt("path", lambda: connected(PLACES["path"]))
    attempt("abstract", lambda: connected("\\0" + PLACES["abstract"]))
    for process in (1, 2, os.getppid(), "self"):
        attempt(f"path by the root of {process}", lambda: connected(f"/proc/{process}/root{PLACES['path']}"))
"""
# Families that a network namespace does not hold, and system calls that could go round the filter of sockets.
FAMILIES = """
    families = {
        "IPv6": 10, "vsock": 40, "packet": 17, "netlink audit": (16, 3, 9), "netlink connector": (16, 3, 11),
        "netlink generic": (16, 3, 16), "netlink netfilter": (16, 3, 12), "crypto": 38, "bluetooth": 31, "xdp": 44,
        "key": 15, "can": 29, "tipc": 30, "smc": 43, "rds": 21, "raw": (2, 3, 1), "raw packets": (17, 3, 0x0300),
        "pair of vsock": None,
    }
    for name, asked in families.items():
        words = asked if isinstance(asked, tuple) else (asked, 1, 0)
        if asked is None:
            attempt(name, lambda: socket.socketpair(40, socket.SOCK_STREAM))
        else:
            attempt(name, lambda: socket.socket(*words))
"""
CALLS = """
    libc = ctypes.CDLL(None, use_errno=True)
    def call(number, *arguments):
        found = libc.syscall(number, *arguments)
        if found < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        return found
    intel = os.uname().machine == "x86_64"
    space = ctypes.create_string_buffer(256)
    attempt("io_uring", lambda: call(425, 8, space))
    attempt("io_uring registered", lambda: call(427, 0, 0, space, 0))
    attempt("a new network", lambda: call(272 if intel else 97, 0x40000000))
    attempt("the network of the first process",
            lambda: call(308 if intel else 268, os.open("/proc/1/ns/net", os.O_RDONLY), 0x40000000))
    attempt("a descriptor of the first process", lambda: call(438, call(434, 1, 0), 3, 0))
    attempt("bpf", lambda: call(321 if intel else 280, 5, space, 48))
    # The 32-bit twin of socket, and 32-bit code: whoever calls them does not come back.
    twin = "import ctypes, sys; sys.exit(7 if ctypes.CDLL(None).syscall(0x40000000 + 41, 40, 1, 0) >= 0 else 8)"
    short = (
        "import ctypes, mmap, sys; page = mmap.mmap(-1, 4096, prot=7); page.write(bytes.fromhex('5331c9b867010000"
        "bb28000000b90100000031d2cd805bc3')); start = ctypes.addressof(ctypes.c_char.from_buffer(page)); "
        "sys.exit(7 if ctypes.CFUNCTYPE(ctypes.c_int)(start)() >= 0 else 8)"
    )
    for name, code in (("twin of socket", twin), ("32-bit socket", short)):
        def tried():
            ended = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True).returncode
            if ended != 7:
                raise OSError(f"ended with {ended}")
            return ended
        if intel:
            attempt(name, tried)
"""
TELL = """
    answers["seen"] = seen
"""


def attempts(listeners: Listeners, *parts: str) -> str:
    """One cell that makes these attempts."""
    known = f"    HOST, PLACES, GREETING = {HOST!r}, {listeners.places!r}, {GREETING!r}\n"
    return "\n" + NOTE.strip("\n") + "\n" + known + "\n".join(part.strip("\n") for part in parts)


def attacks(listeners: Listeners) -> list[Attack]:
    """The family, aimed at these listeners."""

    def nothing_went_out(card: Card, graded: Batch) -> None:
        assert listeners.heard == []
        seen = graded.told(card["student"], "answers")["answers"]["seen"]
        assert len(seen) >= 5
        assert {name: found for name, found in seen.items() if not found.startswith("no: ")} == {}

    ideas = {
        "tcp, udp and a question for a name": (TO_ADDRESSES,),
        "sockets of the host by path and by abstract name": (TO_SOCKETS,),
        "other families and other ways to a socket": (FAMILIES, CALLS),
    }
    return [
        Attack(
            name=name,
            files={"": notebook(START, MODEL, attempts(listeners, *parts, TELL))},
            credits={"*": 1},
            review=False,
            and_then=nothing_went_out,
        )
        for name, parts in ideas.items()
    ]


NAMES = [attack.name for attack in attacks(Listeners({name: 0 for name in REACHED}))]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Batch]:
    root = tmp_path_factory.mktemp("family")
    with listening(root) as listeners:
        yield batch(root, "light", attacks(listeners))


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)


def test_the_same_attempts_reach_the_listeners_outside_a_sandbox(tmp_path: Path) -> None:
    with listening(tmp_path) as listeners:
        program = dedent(attempts(listeners, TO_ADDRESSES, TO_SOCKETS)) + "\nprint(json.dumps(seen))"
        ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    seen = json.loads(ended.stdout)
    assert set(listeners.heard) == set(REACHED)
    for name in ("tcp", "path", "abstract", "path by the root of self", "the port in the table of self"):
        assert seen[name].startswith("yes")
