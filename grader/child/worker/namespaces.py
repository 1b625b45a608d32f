"""A world of its own for one copy of a warm worker: namespaces, file systems, limits, and a door that closes behind it.

Inside the worker's own sandbox. The steps and their order: namespaces need no rights; what is mounted needs those of
the new user namespace; limits and the filter of system calls come last, because they forbid what comes before.
Numbers: the kernel's <linux/sched.h>, <linux/mount.h>, <linux/prctl.h>, <linux/capability.h>, <linux/if.h>.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import resource
import socket
import struct
from collections.abc import Mapping
from typing import Any

NAMESPACES = 0x00020000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000  # mount, ipc, user, pid, net
NO_SUID, NO_DEVICES, READ_ONLY, REMOUNT, BIND, RECURSIVE, PRIVATE = 2, 4, 1, 32, 4096, 0x4000, 1 << 18
DIES_WITH_PARENT, DUMPABLE, SECCOMP, DROP_BOUND, NO_NEW_PRIVILEGES, AMBIENT = 1, 4, 22, 24, 38, 47
FILTER, CLEAR_AMBIENT = 2, 4
SIGKILL = 9
CAPABILITIES_VERSION = 0x20080522
CAPABILITIES = 64
UP_AND_RUNNING = 0x41
SET_FLAGS = 0x8914  # SIOCSIFFLAGS
MB = 1 << 20
SLACK = 1 << 20  # of the file system with the inputs, beyond their bytes
DATA = "/data"  # where the worker sees the data sets of its batch, each in a folder of its own

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _prctl(option: int, *values: int) -> None:
    given = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    _check(_libc.prctl(ctypes.c_int(option), *given), f"prctl {option}")


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """The system call. Raises OSError."""
    words = (source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode())
    _check(_libc.mount(*words), f"mount {target}")


def die_with_parent() -> None:
    """Let this process be killed when the one that forked it ends."""
    _prctl(DIES_WITH_PARENT, SIGKILL)


def dumpable(yes: bool) -> None:
    """Whether processes of the same user may look into this one through /proc."""
    _prctl(DUMPABLE, int(yes))


def unshare() -> None:
    """New namespaces; this process keeps its user. The next process that it forks is the first of its own."""
    user, group = os.getuid(), os.getgid()
    dumpable(True)  # only then its maps may be written, by itself
    _check(_libc.unshare(ctypes.c_int(NAMESPACES)), "unshare")
    for name, content in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(content)
    dumpable(False)


def build(request: Mapping[str, Any], inputs: int) -> None:
    """The file systems: /tmp, /dev/shm and /in of its own, and none of the other data sets; the loopback device."""
    mount("none", "/", "none", RECURSIVE | PRIVATE)
    size = os.fstat(inputs).st_size
    _fresh("/tmp", request["disk_mb"] * MB)
    _fresh("/dev/shm", request["shm_mb"] * MB)
    _fresh("/in", size + SLACK + 8192 * request["files"], mode="0755")
    _unpack(inputs)
    for place, target in request["binds"]:
        os.makedirs(os.path.dirname(target), mode=0o755, exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o444))
        mount(f"{DATA}/{place}", target, "none", BIND)
    if os.path.isdir(DATA):
        _fresh(DATA, 4096, mode="0555")
        _seal(DATA)
    _seal("/in")
    try:
        mount("proc", "/proc", "proc", NO_SUID | NO_DEVICES)
    except OSError:
        pass  # refused where the worker's own hides parts; what is seen there of the worker cannot be opened
    _loopback()
    os.chdir("/tmp")


def _fresh(target: str, size: int, mode: str = "1777") -> None:
    mount("tmpfs", target, "tmpfs", NO_SUID | NO_DEVICES, f"size={size},mode={mode}")


def _seal(target: str) -> None:
    mount("none", target, "none", REMOUNT | BIND | READ_ONLY | NO_SUID | NO_DEVICES)


def _unpack(inputs: int) -> None:
    """The files of ``sandbox.warm.packed``: the length of an index, the index, the contents in its order."""
    with open(inputs, "rb", closefd=False) as packed:
        packed.seek(0)
        (length,) = struct.unpack("<Q", packed.read(8))
        for path, size in json.loads(packed.read(length)):
            os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
            with open(path, "wb") as file:
                left = size
                while left and (chunk := packed.read(min(left, MB))):
                    file.write(chunk)
                    left -= len(chunk)
            os.chmod(path, 0o444)


def _loopback() -> None:
    """The kernel gives the device its address when it comes up."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sH14s", b"lo", UP_AND_RUNNING, b""))


def close_the_door(request: Mapping[str, Any]) -> None:
    """No rights, limits, and the filter of system calls: from here on this process is as small as a student's."""
    for capability in range(CAPABILITIES):
        try:
            _prctl(DROP_BOUND, capability)
        except OSError:
            break  # the kernel knows no further ones
    _prctl(AMBIENT, CLEAR_AMBIENT)
    header = struct.pack("Ii", CAPABILITIES_VERSION, 0)
    _check(_libc.capset(header, bytes(24)), "capset")
    _prctl(NO_NEW_PRIVILEGES, 1)
    for name, value in request["limits"].items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))
    code = bytes.fromhex(request["filter"])
    if code:
        held = ctypes.create_string_buffer(code, len(code))
        program = ctypes.create_string_buffer(struct.pack("HP", len(code) // 8, ctypes.addressof(held)))
        _prctl(SECCOMP, FILTER, ctypes.addressof(program))
