"""Which system calls a sandbox refuses, as a filter that bubblewrap loads before the program starts.

Namespaces already hide the host. The filter closes what they do not cover (sockets of other families: a
network namespace does not hold AF_VSOCK), what could make namespaces anew, kernel memory that no limit sees, and
a run's cores and priority. Numbers: the kernel's syscall tables of the two machines.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache

from grader.sandbox.bpf import ANY_BIT, AT_LEAST, EQUAL, Assembly

ALLOW = 0x7FFF0000
KILL = 0x80000000
ERRNO = 0x00050000
EPERM, ENOSYS, EAFNOSUPPORT = 1, 38, 97

NUMBER, ARCHITECTURE = 0, 4  # offsets in struct seccomp_data, bytes
ARGUMENTS = 16
ARCHITECTURES: Mapping[str, int] = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32 = 0x40000000  # x86_64 only: from here on the numbers mean the 32-bit twins

AF_UNIX, AF_INET, AF_NETLINK, NETLINK_ROUTE = 1, 2, 16, 0
NEW_NAMESPACES = 0x7E020080  # NEWNS CGROUP UTS IPC USER PID NET TIME
TIOCSTI, TIOCLINUX = 0x5412, 0x541C  # type into the terminal that the grader runs in

# fmt: off
# name -> numbers on x86_64 and aarch64; -1 where the machine does not have it
REFUSED: Mapping[str, tuple[int, int]] = {
    # other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_getfd": (438, 438), "process_madvise": (440, 440), "process_mrelease": (448, 448),
    # the kernel's own machinery
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "kexec_load": (246, 104), "kexec_file_load": (320, 294),
    "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "syslog": (103, 116),
    "quotactl": (179, 60), "quotactl_fd": (443, 443), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "adjtimex": (159, 171), "clock_adjtime": (305, 266), "personality": (135, 92), "vhangup": (153, 58),
    "fanotify_init": (300, 262), "lookup_dcookie": (212, 18), "iopl": (172, -1), "ioperm": (173, -1),
    "modify_ldt": (154, -1), "nfsservctl": (180, 42), "uselib": (134, -1), "ustat": (136, -1), "sysfs": (139, -1),
    # the cores and the weight of a slot
    "sched_setaffinity": (203, 122), "sched_setparam": (142, 118), "sched_setattr": (314, 274),
    "setpriority": (141, 140), "ioprio_set": (251, 30),
    # keys
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    # mounts and namespaces
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": (428, 428),
    "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432),
    "fspick": (433, 433), "mount_setattr": (442, 442), "statmount": (457, 457), "listmount": (458, 458),
    "open_tree_attr": (467, 467), "unshare": (272, 97), "setns": (308, 268), "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    # memory that neither the address space nor the resident set shows
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "shmat": (30, 196),
    "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180), "mbind": (237, 235), "migrate_pages": (256, 238),
    "move_pages": (279, 239),
}
# fmt: on
CLONE3 = 435  # its flags lie in memory, out of a filter's sight: libraries fall back to clone
SOCKET: Mapping[str, int] = {"x86_64": 41, "aarch64": 198}
SOCKETPAIR: Mapping[str, int] = {"x86_64": 53, "aarch64": 199}
CLONE: Mapping[str, int] = {"x86_64": 56, "aarch64": 220}
IOCTL: Mapping[str, int] = {"x86_64": 16, "aarch64": 29}
SCHEDULER: Mapping[str, int] = {"x86_64": 144, "aarch64": 119}
SCHED_OTHER = 0  # the ordinary policy; ZMQ asks for it in each of its threads, and aborts when that is refused


@cache
def program(*, loopback: bool, machine: str = "") -> bytes:
    """The filter for ``machine`` (default: this one); empty where we have none.

    ``loopback`` also allows IPv4 sockets and route lookups, which a Jupyter kernel needs inside its own empty
    network namespace.
    """
    machine = machine or platform.machine()
    if machine not in ARCHITECTURES:
        return b""
    code = Assembly()
    code.load(ARCHITECTURE)
    code.jump(EQUAL, ARCHITECTURES[machine], otherwise="kill")
    code.load(NUMBER)
    if machine == "x86_64":
        code.jump(AT_LEAST, X32, then="kill")
    for pair in REFUSED.values():
        number = pair[list(ARCHITECTURES).index(machine)]
        if number >= 0:
            code.jump(EQUAL, number, then="not permitted")
    code.jump(EQUAL, CLONE3, then="no such call")
    code.jump(EQUAL, CLONE[machine], then="clone")
    code.jump(EQUAL, IOCTL[machine], then="ioctl")
    code.jump(EQUAL, SCHEDULER[machine], then="scheduler")
    code.jump(EQUAL, SOCKETPAIR[machine], then="socketpair")
    code.jump(EQUAL, SOCKET[machine], then="socket", otherwise="allow")
    _arguments(code, loopback=loopback)
    for label, verdict in (
        ("allow", ALLOW),
        ("kill", KILL),
        ("not permitted", ERRNO | EPERM),
        ("no such call", ERRNO | ENOSYS),
        ("no such family", ERRNO | EAFNOSUPPORT),
    ):
        code.label(label)
        code.give(verdict)
    return code.assembled()


def _arguments(code: Assembly, *, loopback: bool) -> None:
    """Calls that are refused by what they ask for. Each argument takes 8 bytes; its lower half decides here."""
    code.label("clone")
    code.load(ARGUMENTS)
    code.jump(ANY_BIT, NEW_NAMESPACES, then="not permitted", otherwise="allow")
    code.label("ioctl")
    code.load(ARGUMENTS + 8)
    code.jump(EQUAL, TIOCSTI, then="not permitted")
    code.jump(EQUAL, TIOCLINUX, then="not permitted", otherwise="allow")
    code.label("scheduler")
    code.load(ARGUMENTS + 8)
    code.jump(EQUAL, SCHED_OTHER, then="allow", otherwise="not permitted")
    code.label("socketpair")
    code.load(ARGUMENTS)
    code.jump(EQUAL, AF_UNIX, then="allow", otherwise="no such family")
    code.label("socket")
    code.load(ARGUMENTS)
    code.jump(EQUAL, AF_UNIX, then="allow", otherwise="" if loopback else "no such family")
    if loopback:
        code.jump(EQUAL, AF_INET, then="allow")
        code.jump(EQUAL, AF_NETLINK, otherwise="no such family")
        code.load(ARGUMENTS + 16)
        code.jump(EQUAL, NETLINK_ROUTE, then="allow", otherwise="no such family")
