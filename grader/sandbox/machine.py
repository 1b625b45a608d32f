"""Whether this machine can make a sandbox, found out by making one; and what to do when it cannot."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from grader.errors import SandboxError
from grader.records import Limits
from grader.sandbox import bare, bubblewrap, container
from grader.sandbox.command import CHILD_ROOT, FRAMES, Command
from grader.sandbox.session import run

TRIAL = (
    f"import os, sys; sys.path.insert(0, {CHILD_ROOT!r}); from grader.untrusted import frames; "
    "frames.Writer(int(os.environ['RESULT_FD'])).send('status', 0, b'alive')"
)
APPARMOR_RULE = "kernel.apparmor_restrict_unprivileged_userns"
INSTALLS = {
    "apt-get": "apt-get install bubblewrap",
    "dnf": "dnf install bubblewrap",
    "zypper": "zypper install bubblewrap",
    "pacman": "pacman -S bubblewrap",
    "apk": "apk add bubblewrap",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Probe:
    """The answer: does it work, what is it, why not, and the cures in the order in which to try them."""

    works: bool
    isolation: str = ""
    reason: str = ""
    cures: tuple[str, ...] = ()


@cache
def probe() -> Probe:
    """A real trial run, about 30 ms, once per process."""
    try:
        engine = container.chosen()
    except SandboxError as error:
        return Probe(works=False, reason=str(error), cures=(container_cure(),))
    if engine is not None:
        return _tried(
            (
                "podman or docker must be able to run: try "
                f"`{engine.name} run --rm {engine.image} python3 -c 'import keras'`",
                container_cure(),
            )
        )
    return trial(bubblewrap.tools(), platform.system())


def trial(tools: bubblewrap.Tools, system: str) -> Probe:
    """What ``probe`` gives on a machine of this kind with these programs."""
    if system != "Linux":
        return Probe(works=False, reason=f"sandboxes need Linux, this is {system}", cures=cures(tools, system, ""))
    missing = [name for name in ("bwrap", "prlimit") if not getattr(tools, name)]
    if os.geteuid() == 0 and not tools.setpriv:
        missing.append("setpriv")
    if missing:
        return Probe(works=False, reason=f"not installed: {', '.join(missing)}", cures=cures(tools, system, ""))
    tried = _tried(())
    return tried if tried.works else replace(tried, cures=cures(tools, system, tried.reason))


def _tried(cures: tuple[str, ...]) -> Probe:
    """A program of ours is started and must say so over the pipe of results."""
    limits = Limits(time_s=30, memory_mb=512, disk_mb=16)
    ending = run(Command(argv=(sys.executable, "-I", "-c", TRIAL), child=(FRAMES,)), limits)
    if ending.ended == "ok" and ending.frames.get(("status", 0)) == b"alive":
        return Probe(works=True, isolation=ending.isolation)
    said = ending.detail or ending.stderr.decode("utf-8", "replace")[-300:]
    return Probe(works=False, reason=f"a trial run ended in {ending.ended}: {said}", cures=cures)


def require() -> None:
    """Nothing when sandboxes work here. Raises SandboxError with the reason and the cures when not."""
    if not bare.isolated():
        return
    found = probe()
    if not found.works:
        steps = "\n".join(f"  {number}. {cure}" for number, cure in enumerate(found.cures, 1))
        raise SandboxError(f"no working sandbox on this machine: {found.reason}\nAny one of these helps:\n{steps}")


def cures(tools: bubblewrap.Tools, system: str, said: str) -> tuple[str, ...]:
    """What helps, likeliest first; ``said`` is what bubblewrap printed."""
    steps: list[str] = []
    if system == "Windows":
        steps.append("use WSL2: in PowerShell as administrator `wsl --install`, then install and run the grader there")
    if system == "Linux":
        steps += _install_cures(tools)
        steps += _namespace_cures(tools, said)
    return (*steps, container_cure())


def container_cure() -> str:
    """The last resort: containers, with the commands for the engine that is here (podman, when none is)."""
    engine = next((name for name in container.ENGINES if bubblewrap.which(name)), "podman")
    return f"let containers be the sandboxes (rootless podman, or docker): {container.recipe(engine)}"


def _install_cures(tools: bubblewrap.Tools) -> list[str]:
    steps = []
    if not tools.bwrap:
        manager = next((name for name in INSTALLS if bubblewrap.which(name)), "apt-get")
        steps.append(f"install bubblewrap from your distribution: `sudo {INSTALLS[manager]}`")
        steps.append("without administrator rights: `conda install -c conda-forge bubblewrap`, then run from there")
    if not (tools.prlimit and tools.setpriv):
        steps.append("install util-linux (prlimit and setpriv) from your distribution")
    return steps


def _namespace_cures(tools: bubblewrap.Tools, said: str) -> list[str]:
    steps = []
    if "disable-userns" in said:
        steps.append("this bubblewrap is older than 0.8: install a newer one (conda-forge has it)")
    if _setting(APPARMOR_RULE) == "1":
        steps.append(
            "Ubuntu 23.10 and later forbid user namespaces by AppArmor: allow them to bubblewrap with "
            f"`printf 'abi <abi/4.0>,\\ninclude <tunables/global>\\nprofile bwrap {tools.bwrap or '/usr/bin/bwrap'} "
            "flags=(unconfined) {\\n  userns,\\n}\\n' | sudo tee /etc/apparmor.d/bwrap && "
            "sudo apparmor_parser -r /etc/apparmor.d/bwrap`, "
            f"or to everybody until the next start with `sudo sysctl -w {APPARMOR_RULE}=0`"
        )
    for name, wanted in (("kernel.unprivileged_userns_clone", "1"), ("user.max_user_namespaces", "15000")):
        if _setting(name) == "0":
            steps.append(f"this kernel forbids user namespaces: `sudo sysctl -w {name}={wanted}`")
    return steps


def _setting(name: str) -> str:
    try:
        return Path("/proc/sys", *name.split(".")).read_text().strip()
    except OSError:
        return ""
