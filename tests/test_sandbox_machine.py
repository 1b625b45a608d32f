from __future__ import annotations

import platform

import pytest

from grader import sandbox
from grader.errors import SandboxError
from grader.sandbox import machine
from grader.sandbox.bubblewrap import Tools, slot_uid, tools

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
