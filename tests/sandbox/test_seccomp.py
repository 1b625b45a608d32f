"""The filter, run by an interpreter of BPF for both machines; and, in a sandbox, by the kernel."""

from __future__ import annotations

import struct
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import sandbox
from grader.records import Limits
from grader.sandbox import seccomp
from grader.sandbox.bpf import ANY_BIT, AT_LEAST, EQUAL, LOAD, RETURN, Assembly
from grader.sandbox.seccomp import ALLOW, EAFNOSUPPORT, ENOSYS, EPERM, ERRNO, KILL

MACHINES = tuple(seccomp.ARCHITECTURES)
READ = {"x86_64": 0, "aarch64": 63}
AF_INET6, AF_PACKET, AF_VSOCK, AF_TIPC = 10, 17, 40, 30


def interpreted(program: bytes, *, machine: str, number: int, arguments: tuple[int, ...] = ()) -> int:
    """What the kernel would say to this call: the rules of Documentation/networking/filter.rst."""
    padded = (*arguments, *(0,) * (6 - len(arguments)))
    given = struct.pack("<IIQ6Q", number, seccomp.ARCHITECTURES.get(machine, 0x1234), 0, *padded)
    lines = list(struct.iter_unpack("<HBBI", program))
    at, held = 0, 0
    while True:
        code, then, otherwise, k = lines[at]
        at += 1
        if code == LOAD:
            assert k % 4 == 0
            (held,) = struct.unpack_from("<I", given, k)
        elif code == RETURN:
            return int(k)
        else:
            holds = {EQUAL: held == k, AT_LEAST: held >= k, ANY_BIT: bool(held & k)}[code]
            at += then if holds else otherwise


def verdict(machine: str, number: int, *arguments: int, loopback: bool = True) -> int:
    program = seccomp.program(loopback=loopback, machine=machine)
    return interpreted(program, machine=machine, number=number, arguments=arguments)


# ---------------------------------------------------------------- the assembler


def test_a_jump_goes_to_its_label() -> None:
    code = Assembly()
    code.load(0)
    code.jump(EQUAL, 7, then="seven")
    code.give(1)
    code.label("seven")
    code.give(2)
    program = code.assembled()
    assert [interpreted(program, machine="x86_64", number=number) for number in (7, 8)] == [2, 1]


def test_a_label_that_is_missing_behind_too_far_or_there_twice_is_refused() -> None:
    code = Assembly()
    code.label("back")
    code.jump(EQUAL, 1, then="back")
    with pytest.raises(ValueError, match="line 0: the label 'back' is missing, behind"):
        code.assembled()
    far = Assembly()
    far.jump(EQUAL, 1, then="far")
    for _ in range(256):
        far.load(0)
    far.label("far")
    with pytest.raises(ValueError, match="more than 255 lines away"):
        far.assembled()
    with pytest.raises(ValueError, match="'far' stands twice"):
        far.label("far")


# ---------------------------------------------------------------- the filter


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("loopback", [True, False])
def test_each_refused_call_gives_eperm_and_an_ordinary_one_passes(machine: str, loopback: bool) -> None:
    for name, numbers in seccomp.REFUSED.items():
        number = numbers[MACHINES.index(machine)]
        if number >= 0:
            assert verdict(machine, number, loopback=loopback) == ERRNO | EPERM, name
    assert verdict(machine, READ[machine], loopback=loopback) == ALLOW


@pytest.mark.parametrize("machine", MACHINES)
def test_no_number_stands_twice(machine: str) -> None:
    numbers = [pair[MACHINES.index(machine)] for pair in seccomp.REFUSED.values()]
    known = [number for number in numbers if number >= 0]
    assert len(set(known)) == len(known)


@pytest.mark.parametrize("machine", MACHINES)
def test_sockets_of_the_kernel_itself_alone_are_there_and_ipv4_where_it_is_needed(machine: str) -> None:
    socket = seccomp.SOCKET[machine]
    refused = ERRNO | EAFNOSUPPORT
    for family in (AF_INET6, AF_PACKET, AF_VSOCK, AF_TIPC):
        assert verdict(machine, socket, family, 1, 0) == refused
    assert verdict(machine, socket, 1, 1, 0, loopback=False) == ALLOW
    assert verdict(machine, socket, 2, 1, 0) == ALLOW
    assert verdict(machine, socket, 2, 1, 0, loopback=False) == refused
    assert verdict(machine, socket, 16, 3, 0) == ALLOW
    assert verdict(machine, socket, 16, 3, 0, loopback=False) == refused
    assert verdict(machine, socket, 16, 3, 9) == refused  # audit, not routes
    assert verdict(machine, seccomp.SOCKETPAIR[machine], 1, 1, 0) == ALLOW
    assert verdict(machine, seccomp.SOCKETPAIR[machine], AF_TIPC, 1, 0) == refused


@pytest.mark.parametrize("machine", MACHINES)
def test_a_process_can_be_forked_but_gets_no_namespace_of_its_own(machine: str) -> None:
    clone, sigchld, thread = seccomp.CLONE[machine], 17, 0x3D0F00
    assert verdict(machine, clone, sigchld) == ALLOW
    assert verdict(machine, clone, thread) == ALLOW
    for flag in (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000, 0x80):
        assert verdict(machine, clone, flag | sigchld) == ERRNO | EPERM
    assert verdict(machine, seccomp.CLONE3) == ERRNO | ENOSYS


@pytest.mark.parametrize("machine", MACHINES)
def test_nothing_can_be_typed_into_the_teachers_terminal(machine: str) -> None:
    ioctl, get_size = seccomp.IOCTL[machine], 0x5413
    for request in (seccomp.TIOCSTI, seccomp.TIOCLINUX):
        assert verdict(machine, ioctl, 0, request) == ERRNO | EPERM
        assert verdict(machine, ioctl, 0, request | 1 << 32) == ERRNO | EPERM  # the kernel drops the upper half
    assert verdict(machine, ioctl, 0, get_size) == ALLOW


@pytest.mark.parametrize("machine", MACHINES)
def test_only_the_ordinary_policy_of_the_scheduler_can_be_asked_for(machine: str) -> None:
    assert verdict(machine, seccomp.SCHEDULER[machine], 0, seccomp.SCHED_OTHER) == ALLOW
    for policy in (1, 2, 3, 5, 6, 0x40000000):
        assert verdict(machine, seccomp.SCHEDULER[machine], 0, policy) == ERRNO | EPERM


def test_another_architecture_is_killed() -> None:
    program = seccomp.program(loopback=True, machine="x86_64")
    assert interpreted(program, machine="i386", number=3) == KILL
    assert verdict("x86_64", seccomp.X32 | 101) == KILL
    assert seccomp.program(loopback=True, machine="riscv64") == b""


@given(st.sampled_from(MACHINES), st.booleans(), st.integers(0, 2**32 - 1), st.tuples(*[st.integers(0, 2**64 - 1)] * 3))
def test_every_call_gets_one_of_the_five_verdicts(
    machine: str, loopback: bool, number: int, arguments: tuple[int, ...]
) -> None:
    given_verdict = verdict(machine, number, *arguments, loopback=loopback)
    assert given_verdict in {ALLOW, KILL, ERRNO | EPERM, ERRNO | ENOSYS, ERRNO | EAFNOSUPPORT}


# ---------------------------------------------------------------- the kernel

TRIED = """
import ctypes, errno, json, os, platform, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
def tried(number, *arguments):
    ctypes.set_errno(0)
    result = libc.syscall(number, *(ctypes.c_long(one) for one in arguments))
    return errno.errorcode.get(ctypes.get_errno(), "") if result == -1 else "ok"
def opened(family, kind=socket.SOCK_STREAM, protocol=0):
    try:
        socket.socket(family, kind, protocol).close()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "ok"
numbers = json.loads(sys.argv[1])
print(json.dumps({
    "calls": {name: tried(number, 0, 0, 0, 0, 0, 0) for name, number in numbers.items()},
    "namespace": tried(numbers["unshare"], 0x10000000),
    "vsock": opened(40), "inet6": opened(10), "inet": opened(2), "unix": opened(1), "route": opened(16, 3, 0),
    "filter": [line.split()[1] for line in open("/proc/self/status") if line.startswith("Seccomp:")],
}))
"""


@pytest.mark.sandbox
@pytest.mark.parametrize("loopback", [True, False])
def test_the_kernel_refuses_in_a_sandbox_what_the_filter_names(loopback: bool) -> None:
    import json
    import platform

    machine = platform.machine()
    assert machine in MACHINES, "this machine has no filter"
    # reboot, swapoff and the like are not tried on the machine that runs the tests, should the filter be broken
    harmless = ("ptrace", "bpf", "userfaultfd", "io_uring_setup", "keyctl", "unshare", "memfd_create", "shmget",
                "perf_event_open", "open_tree", "syslog", "mq_open", "statmount")  # fmt: skip
    numbers = {name: seccomp.REFUSED[name][MACHINES.index(machine)] for name in harmless}
    command = sandbox.Command(argv=(sys.executable, "-I", "-c", TRIED, json.dumps(numbers)), loopback=loopback)
    ending = sandbox.run(command, Limits(time_s=20))
    assert ending.ended == "ok", ending.stderr
    told = json.loads(ending.stdout)
    assert told["calls"] == dict.fromkeys(harmless, "EPERM")
    assert told["filter"] == ["2"]
    assert (told["namespace"], told["vsock"], told["inet6"]) == ("EPERM", "EAFNOSUPPORT", "EAFNOSUPPORT")
    needed = "ok" if loopback else "EAFNOSUPPORT"
    assert (told["unix"], told["inet"], told["route"]) == ("ok", needed, needed)
    assert "seccomp" in ending.isolation
