from __future__ import annotations

import json
import os
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.child import spool
from grader.child.recorder import input_stats
from grader.child.runner import cells
from grader.child.runner.kernel import Outcome
from grader.child.runner.run import NOTICE_CAP, CellReport, Runner
from grader.evidence.preparing.notebook import CELLS_CAP
from grader.untrusted import frames

# ---------------------------------------------------------------- cells


@pytest.mark.parametrize(
    "line",
    [
        "!pip install keras-tuner",
        "%pip install -q x",
        "pip install pandas",
        "!sudo apt-get install graphviz",
        "conda install numpy",
        "! wget https://example.org/a.zip",
        "!python -m pip install x",
        "  !pip3 install y",
    ],
)
def test_a_line_that_installs_becomes_pass_with_its_indentation(line: str) -> None:
    source, removed = cells.without_installs(f"a = 1\n{line}\nb = 2")
    assert source == f"a = 1\n{line[: len(line) - len(line.lstrip())]}pass\nb = 2"
    assert removed == [line.strip()]


@pytest.mark.parametrize(
    "source",
    [
        "pip = 3\npip + 1", "!ls\n!echo pip install", "print('pip install x')", "%%bash\necho pip install x",
        "!nvidia-smi", "gpu = !nvidia-smi -L",
    ],
)  # fmt: skip
def test_other_lines_stay_as_they_are(source: str) -> None:
    assert cells.without_installs(source) == (source, [])


@pytest.mark.parametrize(
    ("source", "runs"),
    [
        ("%%bash\npip install x\necho a", "%%bash --no-raise-error\n:\necho a"),
        ("%%sh\n  git clone https://example.org/a\ncd a", "%%sh --no-raise-error\n  :\ncd a"),
    ],
)
def test_a_cell_for_the_shell_installs_nothing_and_then_fails_for_nothing(source: str, runs: str) -> None:
    assert cells.without_installs(source) == (runs, [source.split("\n")[1].strip()])


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("!pip install optuna", "runs.install_skipped"),
        ("pip install optuna", "runs.install_skipped"),
        ("!apt-get -qq install graphviz", "runs.install_skipped"),
        ("get_ipython().system('pip install optuna')", "runs.install_skipped"),
        ("!wget https://example.org/helper.py", "runs.download_skipped"),
        ("! git clone https://example.org/a", "runs.download_skipped"),
        ("!gdown 1abc", "runs.download_skipped"),
        ("!pip list", None),
    ],
)
def test_what_is_taken_out_is_said_for_what_it_is(line: str, key: str | None) -> None:
    source, removed = cells.without_installs(line)
    assert (source, removed) == ("pass", [line])
    assert cells.notice_of(line) == key


def test_an_install_that_goes_on_over_several_lines_keeps_the_number_of_lines() -> None:
    source, removed = cells.without_installs("!pip install a \\\n   b \\\n   c\nx = 1")
    assert source == "pass\n\n\nx = 1"
    assert removed == ["!pip install a \\"]


@given(st.text(alphabet="pip install!%\n\\ab=1 ", max_size=80))
def test_the_number_of_lines_never_changes(source: str) -> None:
    assert cells.without_installs(source)[0].count("\n") == source.count("\n")


def test_the_failing_line_is_the_last_one_inside_the_cell() -> None:
    shown = ["Cell In[3], line 4", "----> 4 f()", "Cell In[3], line 2, in f()", "File ~/keras/x.py:9, in g"]
    assert cells.line_of("def f():\n    g()\n\nf()", shown) == "g()"
    elsewhere = ["  Cell In[7], line 2\n    use()\n", "  Cell In[3], line 1, in use\n    1 / 0\n"]
    assert cells.line_of("a = 1\nuse()", elsewhere) == "use()"
    assert cells.line_of("a", ["File x, line 1"]) == ""
    assert cells.line_of("a", ["Cell In[1], line 7"]) == ""
    assert cells.line_of("\n \na = 1\nuse()", ["Cell In[3], line 2"]) == "use()"


def test_in_a_module_the_failing_line_may_stand_in_an_earlier_part() -> None:
    parts = ["def f():\n    g()", "x = 1", "f()"]
    shown = ["Cell In[7], line 1", "Cell In[5], line 2, in f()", "File ~/keras/x.py:9, in g"]
    assert cells.place_of(parts, shown) == (2, 1)
    assert cells.place_of(parts, shown, everywhere=True) == (0, 2)
    assert cells.place_of(parts, ["Cell In[7], line 1", "Cell In[1], line 2"], everywhere=True) == (2, 1)
    assert cells.place_of(parts, ["Cell In[7], line 1", "Cell In[5], line 9"], everywhere=True) is None


# ---------------------------------------------------------------- spool


def test_what_is_dropped_is_taken_once_and_in_order(tmp_path: Path) -> None:
    mine = spool.Spool(str(tmp_path))
    assert mine.drop("model", 3, b"first")
    assert mine.drop_json("models", 0, [1.5, float("nan")])
    assert mine.drop("model", 3, b"second")
    taken = list(spool.take(str(tmp_path)))
    assert taken == [("model", 3, b"first"), ("models", 0, b"[1.5, null]"), ("model", 3, b"second")]
    assert list(spool.take(str(tmp_path))) == []


def test_the_same_json_is_dropped_only_once(tmp_path: Path) -> None:
    mine = spool.Spool(str(tmp_path))
    for _ in range(3):
        mine.drop_json("models", 0, {"a": 1})
    assert len(list(spool.take(str(tmp_path)))) == 1


def test_what_did_not_fit_is_tried_again_though_it_is_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    mine = spool.Spool(str(folder))
    folder.rmdir()  # as good as a full disk
    assert not mine.drop_json("answers", 0, {"q1": 1})
    folder.mkdir()
    assert mine.drop_json("answers", 0, {"q1": 1})
    assert len(list(spool.take(str(folder)))) == 1


def test_links_pipes_and_odd_names_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    folder = tmp_path / "spool"
    folder.mkdir()
    (folder / "0000000001.models.0").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "0000000002.models.0")
    (folder / "0000000003.unknown.0").write_text("x")
    (folder / "0000000004.models.-1").write_text("x")
    (folder / "0000000005.notice.0").write_bytes(b"x" * (spool.KINDS["notice"] + 1))
    (folder / "0000000006.models.0").mkdir()
    assert list(spool.take(str(folder))) == []


def test_what_is_too_large_is_not_dropped(tmp_path: Path) -> None:
    assert not spool.Spool(str(tmp_path)).drop("notice", 0, b"x" * (spool.KINDS["notice"] + 1))
    assert list(spool.take(str(tmp_path))) == []


SAMPLES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    max_leaves=20,
)


@given(SAMPLES)
def test_anything_becomes_json(value: object) -> None:
    assert json.loads(json.dumps(spool.plain(value), allow_nan=False)) == spool.plain(value)


def test_huge_integers_deep_nesting_and_strangers_become_words() -> None:
    deep: list[object] = []
    for _ in range(50):
        deep = [deep]
    assert "nested too deeply" in json.dumps(spool.plain(deep))
    assert spool.plain(10**5000).startswith("<integer of")
    assert spool.plain(object()) == "<object>"


# ---------------------------------------------------------------- fed

LENGTHS = {"train": 600, "test": 200}


def test_an_array_of_a_mounted_length_is_sampled_at_the_agreed_rows() -> None:
    images = np.arange(600 * 4, dtype=np.float32).reshape(600, 4)
    seen = input_stats.look(images, {"train": [5, 500, 7]}, LENGTHS)
    assert seen is not None
    assert (seen.claim["part"], seen.claim["rows"], seen.claim["length"]) == ("train", [5, 500, 7], 600)
    assert np.array_equal(seen.samples, images[[5, 500, 7]])


def test_an_array_of_another_length_is_sampled_evenly_without_claiming_rows() -> None:
    seen = input_stats.look(np.zeros((550, 2, 2), np.uint8), {"train": [1]}, LENGTHS)
    assert seen is not None
    assert (seen.claim["part"], seen.claim["rows"], seen.claim["shape"]) == ("", None, [2, 2])
    assert seen.samples.shape == (64, 2, 2)


@given(st.integers(1, 9000), st.floats(-1000, 1000), st.floats(0.01, 100))
def test_statistics_agree_with_numpy(rows: int, centre: float, spread: float) -> None:
    values = np.random.default_rng(rows).normal(centre, spread, (rows, 3)).astype(np.float32)
    found = input_stats.statistics(values)
    wide = values.astype(np.float64)
    assert found["minimum"] == wide.min()
    assert found["maximum"] == wide.max()
    assert found["mean"] == pytest.approx(wide.mean(), abs=1e-9 * (abs(centre) + spread))
    assert found["std"] == pytest.approx(wide.std(), rel=1e-6, abs=1e-9)


def test_distinct_rows_are_counted_by_content() -> None:
    few = np.repeat(np.arange(5), 20)[:, None] * np.ones((1, 7))
    assert input_stats.distinct_rows(few) == 5
    assert input_stats.distinct_rows(few[:1]) == 1


def test_what_is_no_array_is_not_looked_at() -> None:
    assert input_stats.look(None, {}, LENGTHS) is None
    assert input_stats.look(np.array([object()]), {}, LENGTHS) is None
    assert input_stats.look(np.zeros((0, 4)), {}, LENGTHS) is None
    assert input_stats.length_of("abc") is None
    for value in (None, "abc", np.zeros((0, 4)), np.array(["a"])):
        assert input_stats.largest_of(value) is None


def test_the_largest_number_is_that_of_some_rows() -> None:
    rows = np.arange(1000, dtype=np.uint8)[:, None]
    assert 192 <= (input_stats.largest_of(rows) or 0) <= 255
    assert input_stats.largest_of(rows[:40] / 255) == 39 / 255


def test_of_several_inputs_the_first_is_looked_at() -> None:
    first, second = np.ones((10, 3)), np.zeros((10, 5))
    assert input_stats.array_of([first, second]) is first
    assert input_stats.array_of({"a": first, "b": second}) is first
    assert input_stats.array_of([[1, 2], [3, 4]]).tolist() == [[1, 2], [3, 4]]


def test_a_generator_waits_and_then_gives_its_next_batch() -> None:
    stream = ((np.full((4, 2), number), None) for number in range(3))
    assert input_stats.must_wait(stream)
    seen = input_stats.look(stream, {}, LENGTHS)
    assert seen is not None
    assert seen.claim["length"] is None
    assert seen.samples.tolist() == [[0, 0]] * 4


def test_looking_at_a_stream_leaves_the_random_states_alone() -> None:
    class PyDataset:
        def __getitem__(self, index: int) -> tuple[np.ndarray, None]:
            return np.random.rand(4, 2) + random.random(), None

    random.seed(1)
    np.random.seed(1)
    expected = random.random(), np.random.rand()
    random.seed(1)
    np.random.seed(1)
    assert input_stats.look(PyDataset(), {}, LENGTHS) is not None
    assert (random.random(), np.random.rand()) == expected


def test_samples_of_unusual_types_travel_as_floats() -> None:
    seen = input_stats.look(np.ones((3, 2), ">f8"), {}, LENGTHS)
    assert seen is not None
    assert seen.samples.dtype.str == "<f4"


# ---------------------------------------------------------------- run


@pytest.mark.parametrize(
    ("kind", "text", "status"),
    [("module", "0", "ok"), ("module", "", "ok"), ("module", "2", "error"), ("notebook", "0", "error")],
)
def test_a_module_that_leaves_in_peace_is_no_error(kind: str, text: str, status: str) -> None:
    config = {"time_s": 60, "wall_factor": 10, "output_mb": 10, "deterministic": True, "kind": kind}
    runner = Runner(config, out=None)  # type: ignore[arg-type]
    assert runner._status(Outcome(status="error", error="SystemExit", text=text)) == status


def test_models_that_do_not_fit_in_the_room_are_left_out_and_replacing_is_free() -> None:
    config = {"time_s": 60, "wall_factor": 10, "output_mb": 14, "deterministic": True, "kind": "notebook"}
    runner = Runner(config, out=None)  # type: ignore[arg-type]
    assert all(runner._fits("model", 0, 5 << 20) for _ in range(5))
    assert not runner._fits("model", 1, 5 << 20)
    assert runner._fits("samples", 1, 1 << 20)
    assert (runner.reserve, runner.grace) == pytest.approx((12, 4.8))


def test_the_reports_of_many_wordy_cells_fit_into_one_frame() -> None:
    class Out:
        def send(self, kind: str, number: int, payload: bytes) -> None:
            assert len(frames.pack(kind, number, 1, payload)) < frames.CAPS[kind]
            sent.append(payload)

    sent: list[bytes] = []
    config = {"time_s": 60, "wall_factor": 10, "output_mb": 10, "deterministic": True, "kind": "notebook"}
    runner = Runner(config, out=Out())  # type: ignore[arg-type]
    words = "\U0001f600" * 2000
    for number in range(CELLS_CAP):
        report = CellReport(cell=number, status="error", error=words[:200], text=words, line=words[:300], output=words)
        runner._note(report)
    runner._send_cells()
    runner._send_cells()  # nothing new
    (payload,) = sent
    reports = json.loads(payload)
    assert [report["cell"] for report in reports] == list(range(CELLS_CAP))
    assert reports[0]["output"] == words
    assert reports[-1] == {**reports[-1], "status": "error", "error": words[:40], "text": "", "line": "", "output": ""}


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"3", b'{"key": "runs.output_cut"}', b'{"values": {}}', b'{"key": "x", "values": [1]}',
     b'{"key": "x", "values": {"y": "' + b"z" * NOTICE_CAP + b'"}}', b"[" * NOTICE_CAP],
)  # fmt: skip
def test_a_notice_that_is_none_is_passed_over(data: bytes) -> None:
    runner = Runner({"time_s": 60, "wall_factor": 10, "output_mb": 10, "deterministic": True}, out=None)  # type: ignore[arg-type]
    runner._take_notice(data)
    assert runner.notices == []


def test_what_a_notice_holds_can_always_be_sent() -> None:
    runner = Runner({"time_s": 60, "wall_factor": 10, "output_mb": 10, "deterministic": True}, out=None)  # type: ignore[arg-type]
    runner._take_notice(b'{"key": "x", "values": {"a": NaN, "b": 1e999, "c": ' + b"9" * 3000 + b"}}")
    assert runner.notices == [{"key": "x", "values": {"a": None, "b": None, "c": "<integer of 9966 bits>"}}]


@pytest.mark.parametrize(
    ("source", "ends"),
    [
        ("print(1)\nexit()", True),
        ("quit()  # done", True),
        ("sys.exit(0)\n\n# the end", True),
        ("exit()\nprint(1)", False),
        ("if x:\n    exit()", False),
        ("sys.exit('no GPU')", False),
        ("exit(1)", False),
        ("", False),
    ],
)
def test_a_program_that_is_left_at_its_end_left_nothing_undone(source: str, ends: bool) -> None:
    assert cells.ends_with_exit(source) is ends
