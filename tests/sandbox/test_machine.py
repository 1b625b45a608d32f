from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader import sandbox
from grader.errors import SandboxError
from grader.sandbox import machine
from grader.sandbox.bubblewrap import Tools, slot_uid, tools
from tests.support import tiny_course
from tests.support.notebooks import notebook

NOTHING = Tools(bwrap="", prlimit="", setpriv="")


@pytest.mark.sandbox
def test_a_trial_run_proves_that_sandboxes_work_here() -> None:
    found = machine.trial(tools(), platform.system())
    assert found.works
    assert found.isolation.startswith("bubblewrap")
    sandbox.require()


def test_without_bubblewrap_the_cures_begin_with_the_distribution_and_conda() -> None:
    found = machine.trial(NOTHING, "Linux")
    assert not found.works
    assert "bwrap" in found.reason
    assert "bubblewrap" in found.cures[0]
    assert "conda-forge" in found.cures[1]
    assert any("podman" in cure for cure in found.cures)


def test_windows_is_sent_to_wsl_and_other_systems_to_a_container() -> None:
    assert "WSL2" in machine.trial(NOTHING, "Windows").cures[0]
    mac = machine.trial(NOTHING, "Darwin")
    assert "Darwin" in mac.reason
    assert "container" in mac.cures[0]


def test_ubuntu_is_told_the_apparmor_profile_and_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_setting", lambda name: "1" if name == machine.APPARMOR_RULE else "")
    given = " ".join(machine.cures(tools(), "Linux", "bwrap: setting up uid map: Permission denied"))
    assert "/etc/apparmor.d/bwrap" in given
    assert "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0" in given


def test_a_kernel_without_user_namespaces_and_an_old_bubblewrap_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_setting", lambda name: "0" if name.endswith("userns_clone") else "")
    given = " ".join(machine.cures(tools(), "Linux", "bwrap: Unknown option --disable-userns"))
    assert "sysctl -w kernel.unprivileged_userns_clone=1" in given
    assert "older than 0.8" in given


def test_requiring_a_sandbox_where_there_is_none_prints_the_cures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "probe", lambda: machine.trial(NOTHING, "Linux"))
    with pytest.raises(SandboxError, match="not installed: bwrap") as raised:
        machine.require()
    assert "  1. install bubblewrap" in str(raised.value)


def test_slots_have_different_users_that_are_never_root() -> None:
    users = {slot_uid(slot) for slot in range(8)}
    assert len(users) == 8
    assert min(users) > 10_000


# ---------------------------------------------------------------- a machine without bubblewrap


def without_bubblewrap(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """``grader ...`` on this machine, with its bubblewrap hidden by a mount that only this process sees."""
    bwrap = shutil.which("bwrap")
    if os.geteuid() != 0 or bwrap is None:
        pytest.skip("bubblewrap is hidden by a mount, which only root can make")
    hide = ["unshare", "--mount", "sh", "-c", 'mount --bind /dev/null "$0" && exec "$@"', bwrap]
    return subprocess.run(
        [*hide, sys.executable, "-m", "grader", *words], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.mark.sandbox
def test_without_bubblewrap_grading_is_refused_and_the_doctor_prints_the_cures_in_order(tmp_path: Path) -> None:
    tiny_course.write(tmp_path / "course")
    (tmp_path / "hand-ins").mkdir()
    (tmp_path / "hand-ins" / "ana.ipynb").write_bytes(notebook("answers = {}"))
    graded = without_bubblewrap("grade", "tiny", "hand-ins", "-o", "out", "--course", "course", cwd=tmp_path)
    assert graded.returncode == 2
    assert "no working sandbox on this machine: not installed: bwrap" in graded.stderr
    assert "Traceback" not in graded.stderr
    assert list((tmp_path / "out" / "cards").iterdir()) == []
    doctor = without_bubblewrap("doctor", cwd=tmp_path)
    assert doctor.returncode == 2
    said = doctor.stdout.splitlines()
    at = said.index("LACK  sandbox: not installed: bwrap")
    cures = [line.strip() for line in said[at + 1 : at + 4]]
    assert cures[0].startswith("1. install bubblewrap from your distribution: `sudo ")
    assert "conda install -c conda-forge bubblewrap" in cures[1]
    assert cures[2].startswith("3. let containers be the sandboxes")
    assert "then `export GRADER_CONTAINER=" in cures[2]
