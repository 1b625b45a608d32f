from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader import sandbox
from grader.records import Limits
from grader.sandbox import bubblewrap, watch
from grader.sandbox.command import CHILD_ROOT, FRAMES
from tests.support.interrupts import heeding_ctrl_c
from tests.support.ordinary_user import run_as_ordinary_user, skip_unless_root

pytestmark = pytest.mark.sandbox


def shell(script: str, *, slot: int = 0, inputs: dict[str, bytes] | None = None, **limits: float) -> sandbox.Ending:
    command = sandbox.Command(argv=("/bin/sh", "-c", script), inputs=inputs or {})
    return sandbox.run(command, Limits(**{"time_s": 20, **limits}), slot=slot)  # type: ignore[arg-type]


def python(code: str, *, child: tuple[str, ...] = (), **limits: float) -> sandbox.Ending:
    command = sandbox.Command(argv=(sys.executable, "-I", "-c", code), child=child)
    return sandbox.run(command, Limits(**{"time_s": 20, **limits}))  # type: ignore[arg-type]


def framed(code: str, **limits: float) -> sandbox.Ending:
    """Run code that has ``out``, a frames.Writer."""
    start = f"import os, sys; sys.path.insert(0, {CHILD_ROOT!r}); from grader.untrusted import frames\n"
    return python(start + code, child=(FRAMES,), **limits)


HELLO = "out = frames.Writer(int(os.environ['RESULT_FD']))\n"


def alive(mark: str) -> bool:
    """Whether any process of this machine has ``mark`` among its arguments."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if mark.encode() in words:
                return True
    return False


def gone(mark: str, within: float = 3.0) -> bool:
    until = time.monotonic() + within
    while alive(mark):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def mark() -> str:
    """A duration for ``sleep`` that no other test uses."""
    return f"{1000 + time.monotonic_ns() % 10**9 / 10**6:.6f}"


# ---------------------------------------------------------------- how a command ends


def test_a_command_that_returns_zero_ends_ok_with_its_output() -> None:
    ending = shell("echo out; echo err >&2")
    assert (ending.ended, ending.returncode, ending.stdout, ending.stderr) == ("ok", 0, b"out\n", b"err\n")
    assert ending.isolation.startswith("bubblewrap ")
    assert ending.memory_limit in {"watchdog on PSS", "cgroup v1 and watchdog", "cgroup v2 and watchdog"}


def test_a_command_that_fails_or_dies_by_a_signal_ends_in_exit() -> None:
    assert (shell("exit 7").ended, shell("exit 7").returncode) == ("exit", 7)
    assert shell("kill -SEGV $$").ended == "exit"


def test_a_command_that_lasts_too_long_is_killed_with_everything_it_started(mark: str) -> None:
    ending = shell(f"setsid sleep {mark} & sleep {mark}", time_s=0.1)
    assert ending.ended == "timeout"
    assert ending.seconds >= 1
    assert gone(mark)


def test_a_daemon_dies_when_the_command_ends(mark: str) -> None:
    ending = shell(f"(setsid sleep {mark} >/dev/null 2>&1 &); exit 0")
    assert ending.ended == "ok"
    assert gone(mark)


def test_a_command_that_takes_too_much_memory_is_killed_near_the_limit() -> None:
    hog = "held = []\nwhile True: held.append(bytearray(b'x' * (4 << 20)))"
    ending = python(hog, memory_mb=200)
    assert ending.ended == "memory"
    assert 200 << 20 <= ending.peak_memory < 700 << 20


def test_the_memory_of_all_processes_of_a_tree_counts_and_shared_pages_count_once() -> None:
    apart = "import os, time\nos.fork(); os.fork()\nheld = bytearray(b'x' * (70 << 20)); time.sleep(8)"
    assert python(apart, memory_mb=200).ended == "memory"
    shared = "import os, time\nheld = bytearray(b'x' * (70 << 20))\nos.fork(); os.fork(); time.sleep(1.5)"
    assert python(shared, memory_mb=200).ended == "ok"


def test_the_number_of_processes_is_limited() -> None:
    many = "import subprocess\nheld = [subprocess.Popen(['sleep', '5']) for _ in range(60)]"
    ending = python(many, processes=30)
    assert ending.ended == "exit"
    assert b"BlockingIOError" in ending.stderr


def test_an_endless_print_is_cut_and_an_enormous_one_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(shell("yes | head -c 5000000").stdout) == 1 << 20
    monkeypatch.setattr("grader.sandbox.session.FLOOD", 3 << 20)
    ending = shell("yes")
    assert ending.ended == "output"
    assert "3 MB on stdout" in ending.detail


def test_the_disk_is_small() -> None:
    ending = shell("head -c 5000000 /dev/zero > /tmp/a; wc -c < /tmp/a", disk_mb=3)
    assert int(ending.stdout) <= 3 << 20


# ---------------------------------------------------------------- what comes out


def test_frames_come_out_and_later_ones_replace_earlier_ones() -> None:
    ending = framed(HELLO + "out.send('status', 0, b'a'); out.send('status', 0, b'b'); out.send('model', 3, b'm')")
    assert ending.ended == "ok"
    assert ending.frames == {("status", 0): b"b", ("model", 3): b"m"}


def test_what_was_sent_before_a_violent_end_is_kept() -> None:
    ending = framed(HELLO + "out.send('model', 0, b'm' * 3_000_000)\nos.kill(os.getpid(), 9)")
    assert ending.ended == "exit"
    assert ending.frames == {("model", 0): b"m" * 3_000_000}


def test_frames_above_the_limit_end_the_run_in_output_and_keep_what_was_there() -> None:
    sends = HELLO + "for n in range(9): out.send('model', n, b'm' * (1 << 20))\nimport time; time.sleep(10_000)"
    ending = framed(sends, output_mb=2)
    assert ending.ended == "output"
    assert set(ending.frames) == {("model", 0), ("model", 1)}


def test_a_forged_stream_ends_the_run_and_keeps_the_frames_before_it() -> None:
    forged = (
        HELLO + "out.send('status', 0, b'a'); os.write(out.descriptor, b'\\xff' * 100)\nimport time; time.sleep(10_000)"
    )
    ending = framed(forged)
    assert (ending.ended, ending.frames) == ("exit", {("status", 0): b"a"})
    assert "stream of results" in ending.detail


def test_endless_replacing_is_stopped() -> None:
    ending = framed(HELLO + "while True: out.send('model', 0, b'm' * (1 << 20))", output_mb=2)
    assert ending.ended == "output"
    assert "times the allowed" in ending.detail


# ---------------------------------------------------------------- our own faults


def test_a_program_of_ours_that_dies_before_its_first_byte_is_our_fault() -> None:
    ending = framed("raise SystemExit('no such module')")
    assert ending.ended == "sandbox-error"
    assert "no such module" in ending.detail


def test_a_bind_that_does_not_exist_is_our_fault() -> None:
    ending = sandbox.run(sandbox.Command(argv=("/bin/true",), binds={"/no/such/file": "/in/data"}), Limits(time_s=5))
    assert ending.ended == "sandbox-error"
    assert "/no/such/file" in ending.detail


def test_a_sandbox_that_cannot_be_set_up_is_our_fault() -> None:
    ending = sandbox.run(sandbox.Command(argv=("/bin/true",), inputs={"/usr/new": b""}), Limits(time_s=5))
    assert ending.ended == "sandbox-error"
    assert "bwrap" in ending.detail


def test_without_bubblewrap_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.sandbox.session.tools", lambda: bubblewrap.Tools(bwrap="", prlimit="", setpriv=""))
    assert shell("true").ended == "sandbox-error"


# ---------------------------------------------------------------- what is visible


def test_inside_there_is_only_what_was_given(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    script = (
        f"ls /; cat {secret}; cat /in/a; cat /opt/child/grader/{FRAMES} | head -1; id -u;"
        "touch /x /usr/x /in/x /dev/x /etc/x; ls /home /work /root 2>/dev/null; env | sort"
    )
    command = sandbox.Command(argv=("/bin/sh", "-c", script), inputs={"/in/a": b"hello\n"}, child=(FRAMES,))
    shown = sandbox.run(command, Limits(time_s=10))
    text = shown.stdout.decode()
    assert "hello\n" in text
    assert "secret" not in text
    assert "Length-framed" in text
    assert shown.stderr.count(b"Read-only file system") + shown.stderr.count(b"Permission denied") >= 5
    assert "GRADER" not in text
    assert os.environ.get("USER", "no user") not in text.replace("USER=student", "")


def test_the_program_has_no_privileges_and_no_descriptors_but_its_own() -> None:
    looked = python(
        "import json, os\n"
        "status = dict(line.split(':', 1) for line in open('/proc/self/status'))\n"
        "print(json.dumps({'uid': os.getuid(), 'caps': [status[n].strip() for n in ('CapEff', 'CapPrm', 'CapBnd')],"
        " 'new': status['NoNewPrivs'].strip(), 'fds': os.listdir('/proc/self/fd'), 'fd': os.environ['RESULT_FD'],"
        " 'procs': [name for name in os.listdir('/proc') if name.isdigit()]}))"
    )
    told = json.loads(looked.stdout)
    assert told["uid"] not in {0, os.getuid()}
    assert set(told["caps"]) == {"0" * 16}
    assert told["new"] == "1"
    assert set(told["fds"]) <= {"0", "1", "2", "3", told["fd"]}
    assert len(told["procs"]) <= 4


def test_there_is_no_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        reach = f"import socket; socket.create_connection(('127.0.0.1', {port}), timeout=2)"
        without = python(reach)
        command = sandbox.Command(argv=(sys.executable, "-I", "-c", reach), loopback=True)
        with_own_loopback = sandbox.run(command, Limits(time_s=20))
    assert (without.ended, with_own_loopback.ended) == ("exit", "exit")
    assert b"Address family not supported" in without.stderr
    assert b"ConnectionRefusedError" in with_own_loopback.stderr


def test_a_bound_file_is_readable_even_when_only_its_owner_may_read_it(tmp_path: Path) -> None:
    private = tmp_path / "data.npz"
    private.write_bytes(b"numbers")
    private.chmod(0o600)
    command = sandbox.Command(argv=("/bin/cat", "/in/data/set.npz"), binds={str(private): "/in/data/set.npz"})
    assert sandbox.run(command, Limits(time_s=5)).stdout == b"numbers"


def test_folders_of_the_teacher_inside_a_visible_tree_are_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/usr/share/doc")
    monkeypatch.setenv("GRADER_DATA", "/usr/lib/python3")
    assert shell("ls -A /usr/share/doc /usr/lib/python3; ls /usr/share | head -1").stdout.split()[:2] == [
        b"/usr/lib/python3:",
        b"/usr/share/doc:",
    ]
    monkeypatch.chdir("/usr/bin")
    assert shell("ls /usr/bin | head -1").stdout


# ---------------------------------------------------------------- several at once, and the host's own end


def test_sandboxes_run_side_by_side_from_several_threads() -> None:
    with ThreadPoolExecutor(4) as pool:
        endings = list(pool.map(lambda slot: shell(f"sleep 0.3; echo {slot}", slot=slot), range(8)))
    assert [ending.stdout for ending in endings] == [f"{slot}\n".encode() for slot in range(8)]
    assert len({ending.isolation for ending in endings}) == 1


def test_as_root_each_slot_has_a_user_of_its_own() -> None:
    skip_unless_root()
    assert shell("id -u", slot=1).stdout != shell("id -u", slot=2).stdout


def test_stop_all_ends_what_runs_in_other_threads(mark: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(shell, f"sleep {mark}", slot=slot) for slot in range(2)]
        while not alive(mark):
            time.sleep(0.01)
        sandbox.stop_all()
        for one in running:
            with pytest.raises(sandbox.Stopped):
                one.result(timeout=5)
    assert gone(mark)


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_when_the_host_process_dies_nothing_is_left_running(by: int, mark: str) -> None:
    code = (
        "from grader import sandbox; from grader.records import Limits\n"
        f"sandbox.run(sandbox.Command(argv=('/bin/sh', '-c', 'setsid sleep {mark} & sleep {mark}')), Limits(time_s=60))"
    )
    with heeding_ctrl_c():
        host = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    until = time.monotonic() + 20
    while not alive(mark) and time.monotonic() < until:
        time.sleep(0.02)
    assert alive(mark)
    host.send_signal(by)
    host.wait(timeout=10)
    assert gone(mark)


# ---------------------------------------------------------------- the second way in: an ordinary user

ORDINARY = """
import json, os, sys
from grader import sandbox
from grader.records import Limits
def python(code, **limits):
    return sandbox.run(sandbox.Command(argv=(sys.executable, '-I', '-c', code)), Limits(time_s=15, **limits))
who = python("import os; print(os.getuid(), open('/proc/self/uid_map').read().split()[1])")
hog = python("held = []\\nwhile True: held.append(bytearray(b'x' * (4 << 20)))", memory_mb=200)
forks = python("import subprocess; held = [subprocess.Popen(['sleep', '5']) for _ in range(60)]", processes=30)
nested = python("import subprocess; raise SystemExit(subprocess.run(['unshare', '-U', 'true']).returncode)")
print(json.dumps({"uid": os.getuid(), "probe": sandbox.probe().isolation, "who": who.stdout.decode().split(),
    "hog": [hog.ended, hog.peak_memory], "forks": [forks.ended, forks.stderr.decode()[-300:]], "nested": nested.ended}))
"""


def test_an_ordinary_user_gets_the_same_limits_in_a_user_namespace() -> None:
    ran = run_as_ordinary_user(ORDINARY)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told["uid"] != 0
    assert "user namespace" in told["probe"]
    assert told["who"][0] == "65534"
    assert told["hog"][0] == "memory"
    assert 200 << 20 <= told["hog"][1] < 700 << 20
    assert told["forks"][0] == "exit"
    assert "BlockingIOError" in told["forks"][1]
    assert told["nested"] == "exit"


# ---------------------------------------------------------------- watching


def test_the_memory_of_this_process_is_read_in_bytes() -> None:
    held = bytearray(b"x" * (50 << 20))
    assert len(held) <= watch.proportional(os.getpid()) <= watch.resident(os.getpid()) + (1 << 20)
    total, available = watch.host_memory()
    assert 0 < available < total


def test_a_process_that_is_gone_holds_nothing() -> None:
    assert watch.proportional(2**22 + 1) == 0
    assert list(watch.tree(2**22 + 1)) == [2**22 + 1]


def test_a_host_that_runs_dry_stops_the_sandbox_as_our_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "host_memory", lambda: (1 << 34, 1 << 20))
    ending = shell("sleep 5")
    assert ending.ended == "sandbox-error"
    assert "ran out of memory" in ending.detail


def test_the_predictor_and_the_runner_are_started_by_module() -> None:
    command = sandbox.python_command("predict")
    assert command.child == ("child/paths.py", "child/predict.py", "models/preprocess/apply.py", FRAMES)
    assert command.argv[:2] == (sys.executable, "-I")
    assert "grader.child.predict" in command.argv[-1]
