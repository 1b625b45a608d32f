"""Containers as sandboxes: the command line, and what passes through it with an engine that only looks like one."""

from __future__ import annotations

import stat
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader import sandbox
from grader.errors import SandboxError
from grader.records import Limits
from grader.sandbox import container, machine
from grader.sandbox.command import CHILD_ROOT, FRAMES, LINKS, Command

ENGINE = container.Engine(name="podman", program="/usr/bin/podman", image="grader-sandbox")
FAKE = Path(__file__).parents[1] / "support" / "container_engine.py"
HELLO = (
    f"import os, sys; sys.path.insert(0, {CHILD_ROOT!r}); from grader.untrusted import frames; "
    "out = frames.Writer(int(os.environ['RESULT_FD'])); "
)


def planned(command: Command, late: int | None = None) -> list[str]:
    plan = container.Plan(ENGINE, command, Limits(time_s=60, memory_mb=1000, disk_mb=100, processes=50))
    try:
        return plan.argv(7, 8, late)
    finally:
        plan.remove()


# ---------------------------------------------------------------- the command line


def test_a_container_has_no_network_no_rights_and_nothing_that_it_can_write_but_small_memory() -> None:
    words = planned(Command(argv=(sys.executable, "-c", "pass")))
    assert words[words.index("sh") + 1 :][:3] == ["/usr/bin/podman", "run", "--rm"]
    assert set(words) >= {
        "--network=none", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--user=65534:65534",
        "--pids-limit=50", "--memory=1164m", "--memory-swap=1164m", "--pull=never", "--ipc=private",
        "--tmpfs=/tmp:rw,nosuid,nodev,mode=1777,size=100m", "--shm-size=64m", "--log-driver=none",
    }  # fmt: skip
    assert not [word for word in words if "privileged" in word and word != "--security-opt=no-new-privileges"]


def test_only_what_the_command_names_is_mounted_read_only(tmp_path: Path) -> None:
    data = tmp_path / "set.npz"
    data.write_bytes(b"numbers")
    words = planned(Command(argv=("true",), binds={str(data): "/in/data/set.npz"}, child=(FRAMES,)))
    volumes = [word.removeprefix("--volume=") for word in words if word.startswith("--volume=")]
    assert [volume.split(":", 1)[1] for volume in volumes] == [
        "/in:ro",
        f"{CHILD_ROOT}:ro",
        "/in/data/set.npz:ro",
    ]
    assert not [word for word in words if word.startswith(("-v", "--mount", "--device", "--env-file"))]


def test_python_is_that_of_the_image_and_the_clock_inside_ends_what_a_killed_grader_left() -> None:
    words = planned(Command(argv=(sys.executable, "-I", "-c", "pass")))
    inner = words[words.index("grader-sandbox") + 1 :]
    assert inner[:4] == ["timeout", "-s", "KILL", "90"]
    assert inner[-4:] == ["python3", "-I", "-c", "pass"]


def test_only_a_command_with_late_input_has_a_stdin() -> None:
    assert "--interactive" not in planned(Command(argv=("true",)))
    words = planned(Command(argv=("true",), late=b"x"), late=9)
    assert {"--interactive", "--env=LATE_FD=4"} <= set(words)


def test_the_inputs_lie_in_a_folder_that_others_cannot_enter_and_that_goes_away() -> None:
    plan = container.Plan(ENGINE, Command(argv=("true",), inputs={"/in/a/b": b"x"}), Limits())
    assert stat.S_IMODE(plan.root.stat().st_mode) == 0o700
    assert (plan.root / "in/a/b").read_bytes() == b"x"
    plan.remove()
    assert not plan.root.exists()


# ---------------------------------------------------------------- which engine


def test_the_environment_names_the_engine() -> None:
    assert container.named({}) is None
    with pytest.raises(SandboxError, match="write it as podman:IMAGE or docker:IMAGE"):
        container.named({"GRADER_CONTAINER": "lxc:debian"})
    with pytest.raises(SandboxError, match="write it as podman:IMAGE or docker:IMAGE"):
        container.named({"GRADER_CONTAINER": "podman"})


def test_an_engine_that_is_not_installed_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.sandbox.container.which", lambda name: "")
    with pytest.raises(SandboxError, match="podman is not installed"):
        container.named({"GRADER_CONTAINER": "podman:x"})


def test_the_recipe_makes_an_image_with_the_versions_of_this_machine() -> None:
    recipe = container.recipe("docker")
    assert f"tensorflow=={sandbox.versions()['tensorflow']}" in recipe
    assert "docker build -t grader-sandbox -" in recipe
    shipped = (Path(__file__).parents[2] / "docs" / "container" / "Containerfile").read_text("utf-8")
    for link, target in LINKS.items():
        assert f"ln -s {target} {link}" in recipe
        assert f"ln -s {target} {link}" in shipped
    assert recipe.endswith("`export GRADER_CONTAINER=docker:grader-sandbox`")
    assert recipe in machine.container_cure() or "podman build" in machine.container_cure()


# ---------------------------------------------------------------- through a command line that looks like an engine


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in as the engine of this process."""
    program = tmp_path / "podman"
    program.write_text(f'#!/bin/sh\nENGINE_PLACE={tmp_path} exec {sys.executable} {FAKE} "$@"\n')
    program.chmod(0o755)
    _choose(monkeypatch, container.Engine(name="podman", program=str(program), image="image"))


def _choose(monkeypatch: pytest.MonkeyPatch, engine: container.Engine) -> None:
    monkeypatch.setattr("grader.sandbox.container.chosen", lambda: engine)


def framed(code: str, late: bytes | None = None, **limits: float) -> sandbox.Ending:
    command = Command(argv=(sys.executable, "-I", "-c", HELLO + code), child=(FRAMES,), late=late)
    return sandbox.run(command, Limits(**{"time_s": 20, **limits}))  # type: ignore[arg-type]


@pytest.mark.sandbox
@pytest.mark.usefixtures("engine")
def test_frames_prints_and_the_exit_code_come_out() -> None:
    ending = framed("print('hello'); out.send('status', 0, b's'); sys.exit(7)")
    assert (ending.ended, ending.returncode) == ("exit", 7)
    assert ending.frames == {("status", 0): b"s"}
    assert b"hello" in ending.stderr
    assert ending.stdout == b""
    assert ending.isolation == "podman container image"
    assert ending.memory_limit == "container engine"


@pytest.mark.sandbox
@pytest.mark.usefixtures("engine")
def test_what_is_late_goes_in_on_stdin_when_it_is_asked_for() -> None:
    ending = framed(
        "out.send('status', 1, b''); late = os.fdopen(int(os.environ['LATE_FD']), 'rb').read(); "
        "out.send('call', 0, late[::-1])",
        late=b"abc",
    )
    assert ending.frames["call", 0] == b"cba"


@pytest.mark.sandbox
@pytest.mark.usefixtures("engine")
def test_a_container_that_lasts_too_long_is_killed_by_its_name(tmp_path: Path) -> None:
    ending = framed("import time; time.sleep(60); print('slept through')", time_s=2)
    assert ending.ended == "timeout"
    assert b"slept through" not in ending.stdout
    assert len(list(tmp_path.glob("grader-*"))) == 1


@pytest.mark.sandbox
@pytest.mark.usefixtures("engine")
def test_stop_all_ends_containers_too() -> None:
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(framed, "out.send('status', 0, b's'); import time; time.sleep(60)")
        time.sleep(1)
        sandbox.stop_all()
        with pytest.raises(sandbox.Stopped):
            running.result(timeout=10)


@pytest.mark.sandbox
@pytest.mark.usefixtures("engine")
def test_an_engine_that_cannot_start_the_image_is_our_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _choose(monkeypatch, container.Engine(name="podman", program=str(tmp_path / "podman"), image="missing"))
    ending = framed("pass")
    assert ending.ended == "sandbox-error"
    assert "image not known" in ending.detail


@pytest.mark.sandbox
@pytest.mark.usefixtures("engine")
def test_a_trial_run_tells_whether_the_engine_works() -> None:
    machine.probe.cache_clear()
    try:
        assert machine.probe().isolation == "podman container image"
    finally:
        machine.probe.cache_clear()
