"""Records on disk and back."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import store
from grader.errors import GraderError, OutputError
from grader.records import FailedCell, Message, Outputs, Prediction, Run, Scorecard, Transform, message
from tests.support.cards import a_class, json_data, layers, numbers, scorecards, words
from tests.support.work import counted

messages = st.builds(
    Message,
    key=words,
    values=st.dictionaries(words, json_data | st.just({"key": "words.ok", "values": {"n": [1, 2]}}), max_size=3),
)
failed_cells = st.builds(
    FailedCell,
    cell=st.integers(1, 99),
    kind=st.sampled_from(["error", "timeout", "died", "syntax"]),
    error=words,
    text=words,
    line=words,
    cause=st.none() | messages,
    cure=st.none() | messages,
)
frames = st.dictionaries(
    st.tuples(st.sampled_from(["status", "model", "samples"]), st.integers(0, 20)), st.binary(max_size=200), max_size=5
)
runs = st.builds(
    Run,
    submission=words,
    ended=st.sampled_from(["ok", "error", "timeout", "sandbox-error"]),
    failed=st.lists(failed_cells, max_size=2).map(tuple),
    seconds=st.floats(0, 1e4),
    peak_memory=st.integers(0, 10**11),
    frames=frames,
    environment=st.dictionaries(words, words, max_size=3),
    isolation=words,
    detail=words,
    seed=st.integers(0, 9),
    problem=st.none() | messages,
    memory_limit=words,
)
floats = st.floats(-100, 100, width=32)


def _maps(draw: Callable[[Any], Any]) -> np.ndarray[Any, np.dtype[np.float32]] | None:
    return np.full((28, 28), draw(floats), dtype=np.float32) if draw(st.booleans()) else None


@st.composite
def transforms(draw: Callable[[Any], Any]) -> Transform:
    return Transform(
        values=draw(st.sampled_from(["identity", "affine", "table", "per_pixel"])),
        table=np.linspace(0, 1, 256, dtype=np.float32) if draw(st.booleans()) else None,
        scale=draw(numbers),
        offset=draw(numbers),
        scale_map=_maps(draw),
        offset_map=_maps(draw),
        height=draw(st.integers(1, 64)),
        width=32,
        fit=draw(st.sampled_from(["none", "pad", "resize"])),
        interpolation="bilinear",
        pad_value=draw(numbers),
        channels=draw(st.sampled_from([0, 1, 3])),
        flat=draw(st.booleans()),
        name=draw(words),
    )


@st.composite
def predictions(draw: Callable[[Any], Any]) -> Prediction:
    outputs = [
        np.array(draw(st.lists(floats, min_size=6, max_size=6)), dtype=np.float32).reshape(3, 2)
        if draw(st.booleans())
        else None
        for _ in range(2)
    ]
    return Prediction(
        transform=draw(st.none() | transforms()),
        test=outputs[0],
        train=outputs[1],
        problem=draw(st.none() | messages),
        ours=draw(st.booleans()),
        nearest=draw(st.none() | transforms()),
    )


def same(one: Any, other: Any) -> bool:
    """Equality of records that hold arrays."""
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return (
            isinstance(one, np.ndarray)
            and isinstance(other, np.ndarray)
            and one.dtype == other.dtype
            and one.shape == other.shape
            and np.array_equal(one, other)
        )
    if isinstance(one, (Prediction, Transform)):
        return type(one) is type(other) and all(
            same(getattr(one, name), getattr(other, name)) for name in one.__dataclass_fields__
        )
    return bool(one == other)


# ---------------------------------------------------------------- cards


@given(scorecards)
@settings(max_examples=60, deadline=None)
def test_a_card_comes_back_as_it_went(card: Scorecard) -> None:
    content = store.dump_card(card)
    assert store.load_card(content) == card
    assert store.dump_card(store.load_card(content)) == content


@given(scorecards)
@settings(max_examples=40, deadline=None)
def test_a_card_keeps_to_the_published_schema(card: Scorecard) -> None:
    VALIDATOR.validate(json.loads(store.dump_card(card)))


VALIDATOR = jsonschema.Draft202012Validator(store.scorecard_schema())


def test_the_schema_refuses_what_is_not_a_card() -> None:
    jsonschema.Draft202012Validator.check_schema(store.scorecard_schema())
    whole = json.loads(store.dump_card(a_class()[0]))
    VALIDATOR.validate(whole)
    for wrong in ({**whole, "points": "12"}, {name: part for name, part in whole.items() if name != "verdicts"}):
        assert not VALIDATOR.is_valid(wrong)


def test_equal_cards_give_equal_bytes_whatever_the_order_of_their_maps() -> None:
    one = a_class()[0]
    turned = dict(reversed(list(one.provenance.versions.items())))
    other = replace(one, provenance=replace(one.provenance, versions=turned))
    assert list(one.provenance.versions) != list(turned)
    assert store.dump_card(one) == store.dump_card(other)


def test_a_card_reads_from_the_top_as_a_person_would() -> None:
    assert list(json.loads(store.dump_card(a_class()[0])))[:4] == ["student", "slug", "exercise", "status"]


@given(st.text(st.characters(), max_size=30) | st.text("\x1b\x9b\x7f\u202e\u2066\u200b\u2028\U000e0041\ud800ñ1\u00a0"))
def test_a_card_can_be_shown_in_a_terminal_and_keeps_what_was_typed(typed: str) -> None:
    one = replace(next(iter(a_class())), student=typed)
    written = store.dump_card(one).decode("utf-8")
    kinds = {unicodedata.category(character) for character in written if character != "\n"}
    assert not kinds & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert store.load_card(written.encode()).student == typed.encode("utf-8", "replace").decode()


def test_numbers_that_json_does_not_know_become_null() -> None:
    card = a_class()[0]
    odd = replace(card.verdicts[0].why, values={"loss": float("nan"), "worst": float("inf"), "n": np.int64(3)})
    card = replace(card, review=(odd,))
    written = json.loads(store.dump_card(card), parse_constant=pytest.fail)
    assert written["review"][0]["values"] == {"loss": None, "worst": None, "n": 3}


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"not json", b'{"student": "ana"}'])
def test_what_is_not_a_card_is_refused_with_what_to_do(content: bytes) -> None:
    with pytest.raises(GraderError, match="grade again"):
        store.load_card(content)


def test_what_json_cannot_hold_is_our_mistake_and_says_so() -> None:
    with pytest.raises(TypeError, match="set"):
        store.plain({"n": {1, 2}})


@given(layers)
@settings(max_examples=20, deadline=None)
def test_plain_data_survives_json(layer: Any) -> None:
    data = store.plain(layer)
    assert json.loads(json.dumps(data)) == data


# ---------------------------------------------------------------- evidence


@given(runs)
@settings(max_examples=40, deadline=None)
def test_a_run_comes_back_as_it_went(tmp_path_factory: pytest.TempPathFactory, run: Run) -> None:
    folder = tmp_path_factory.mktemp("run") / "key"
    store.save_run(folder, run)
    assert store.load_run(folder) == run


@given(predictions())
@settings(max_examples=40, deadline=None)
def test_a_prediction_comes_back_as_it_went(tmp_path_factory: pytest.TempPathFactory, prediction: Prediction) -> None:
    folder = tmp_path_factory.mktemp("prediction") / "key"
    store.save_prediction(folder, prediction)
    assert same(store.load_prediction(folder), prediction)


def _sample_run() -> Run:
    return Run(submission="ab", ended="ok", frames={("status", 0): b"{}", ("model", 1): b"x" * 1000})


def test_nothing_stored_is_nothing_found(tmp_path: Path) -> None:
    assert store.load_run(tmp_path / "none") is None
    assert store.load_prediction(tmp_path / "none") is None


@pytest.mark.parametrize("name", ["run.json", "run.bin"])
@pytest.mark.parametrize("damage", ["missing", "empty", "half", "flipped", "longer"])
def test_damaged_evidence_counts_as_absent(tmp_path: Path, name: str, damage: str) -> None:
    store.save_run(tmp_path, _sample_run())
    path = tmp_path / name
    whole = path.read_bytes()
    middle = len(whole) // 2
    damaged = {
        "empty": b"",
        "half": whole[:middle],
        "longer": whole + b"}",
        "flipped": whole[:middle] + bytes([whole[middle] ^ 0xFF]) + whole[middle + 1 :],
    }
    path.unlink()
    if damage in damaged:
        path.write_bytes(damaged[damage])
    assert store.load_run(tmp_path) is None


def test_a_run_that_was_cut_off_between_its_two_files_counts_as_absent(tmp_path: Path) -> None:
    store.save_run(tmp_path, _sample_run())
    old_index = (tmp_path / "run.json").read_bytes()
    store.save_run(tmp_path, replace(_sample_run(), frames={("status", 0): b"[]", ("model", 1): b"y" * 1000}))
    (tmp_path / "run.json").write_bytes(old_index)
    assert store.load_run(tmp_path) is None


@pytest.mark.parametrize(
    "index",
    [
        "[]",
        "1",
        "null",
        '{"format": 2, "record": {}, "blobs": []}',
        '{"format": 1, "record": {}, "blobs": [{}]}',
        '{"format": 1, "record": {"frames": [1]}, "blobs": []}',
        '{"format": 1, "record": {"arrays": 1}, "blobs": []}',
    ],
)
def test_an_index_of_another_kind_counts_as_absent(tmp_path: Path, index: str) -> None:
    for name in ("run", "prediction"):
        (tmp_path / f"{name}.bin").write_bytes(b"")
        (tmp_path / f"{name}.json").write_text(index)
    assert store.load_run(tmp_path) is None
    assert store.load_prediction(tmp_path) is None


def test_an_index_that_is_nested_without_end_counts_as_absent(tmp_path: Path) -> None:
    store.save_run(tmp_path, _sample_run())
    (tmp_path / "run.json").write_bytes(b'{"format": 1, "record": ' + b"[" * 100_000)
    assert store.load_run(tmp_path) is None


@pytest.mark.parametrize("name", ["run.json", "run.bin", "models.json"])
def test_a_folder_in_the_place_of_a_file_counts_as_absent_and_makes_room(tmp_path: Path, name: str) -> None:
    store.save_run(tmp_path, _sample_run())
    (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / name / "inner").mkdir(parents=True)
    assert store.kept(tmp_path, "models", dict[int, int], by="x") is None
    assert (store.load_run(tmp_path) is None) is (name != "models.json")
    store.save_run(tmp_path, _sample_run())
    store.keep(tmp_path, "models", {1: 2}, by="x")
    assert store.load_run(tmp_path) == _sample_run()
    assert store.kept(tmp_path, "models", dict[int, int], by="x") == {1: 2}
    (tmp_path / "run.json").unlink()
    (tmp_path / "run.json").mkdir()
    store.forget_run(tmp_path)
    assert store.load_run(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_only_what_this_process_wrote_later_is_new_whatever_the_times_of_files_say(tmp_path: Path) -> None:
    store.save_run(tmp_path, _sample_run())
    since = time.monotonic()
    future = time.time() + 1e6
    os.utime(tmp_path / "run.json", (future, future))
    assert store.load_run(tmp_path, since) is None
    assert store.load_run(tmp_path) == _sample_run()
    store.save_run(tmp_path, _sample_run())
    os.utime(tmp_path / "run.json", (0, 0))
    assert store.load_run(tmp_path, since) == _sample_run()


def test_a_newer_run_takes_the_place_of_the_older(tmp_path: Path) -> None:
    store.save_run(tmp_path, _sample_run())
    newer = replace(_sample_run(), ended="timeout", problem=message("words.timeout"))
    store.save_run(tmp_path, newer)
    assert store.load_run(tmp_path) == newer
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run.bin", "run.json"]


def test_frames_that_can_wait_are_read_when_they_are_asked_for(tmp_path: Path) -> None:
    run = _sample_run()
    store.save_run(tmp_path, run)
    late = next(key for key in run.frames if key[0] == "model")
    found = store.load_run(tmp_path, later=[late, ("model", 99)])
    assert found == run
    assert found is not None
    assert (late in found.frames, ("model", 99) in found.frames, len(found.frames)) == (True, False, len(run.frames))
    with pytest.raises(KeyError):
        found.frames["model", 99]
    content = (tmp_path / "run.bin").read_bytes()
    place = content.index(run.frames[late])
    (tmp_path / "run.bin").write_bytes(content[:place] + b"\xff" + content[place + 1 :])
    assert store.load_run(tmp_path) is None
    found = store.load_run(tmp_path, later=[late])
    assert found is not None
    assert found.frames["status", 0] == run.frames["status", 0]
    with pytest.raises(store.Damaged) as damaged:
        found.frames.get(late)
    assert damaged.value.folder == tmp_path
    (tmp_path / "run.bin").write_bytes(content[:-1])
    assert store.load_run(tmp_path, later=[late]) is None


def test_what_was_made_of_a_run_goes_with_it(tmp_path: Path) -> None:
    store.save_run(tmp_path, _sample_run())
    store.keep(tmp_path, "models", {1: 2.5}, by="us")
    assert store.kept(tmp_path, "models", dict[int, float], by="us") == {1: 2.5}
    assert stat.S_IMODE((tmp_path / "models.json").stat().st_mode) == 0o600
    store.save_run(tmp_path, _sample_run())
    assert store.kept(tmp_path, "models", dict[int, float], by="us") is None
    store.keep(tmp_path, "models", {1: 2.5}, by="us")
    store.forget_run(tmp_path)
    assert list(tmp_path.iterdir()) == []
    store.forget_run(tmp_path)


def test_evidence_is_for_its_owner_only(tmp_path: Path) -> None:
    store.save_run(tmp_path / "evidence", _sample_run())
    assert stat.S_IMODE((tmp_path / "evidence").stat().st_mode) == 0o700


# ---------------------------------------------------------------- files


def test_a_file_is_replaced_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    store.write(tmp_path / "card.json", b"one")
    store.write(tmp_path / "card.json", b"two", durable=True)
    assert (tmp_path / "card.json").read_bytes() == b"two"
    assert [path.name for path in tmp_path.iterdir()] == ["card.json"]


def test_a_file_that_cannot_be_written_is_named_and_the_old_one_stays(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"card\.json.*another folder"):
        store.write(tmp_path / "none" / "card.json", b"x")
    (tmp_path / "full").mkdir()
    with pytest.raises(OutputError, match="full"):
        store.write(tmp_path / "full", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["full"]
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="file"):
        store.save_run(tmp_path / "file" / "key", _sample_run())


def test_cards_are_readable_as_the_teachers_umask_says(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        store.write(tmp_path / "card.json", b"x")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "card.json").stat().st_mode) == 0o644


def test_the_store_is_imported_without_pydantic() -> None:
    code = "import sys, grader.store; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_loading_a_run_and_a_card_takes_little_work(tmp_path: Path) -> None:
    store.save_run(tmp_path, replace(_sample_run(), frames={("model", 0): os.urandom(1_600_000)}))
    card = a_class()[0]
    store.load_card(store.dump_card(card))
    run, calls = counted(lambda: store.load_run(tmp_path))
    assert run is not None
    assert calls < 10_000
    _, calls = counted(lambda: store.load_card(store.dump_card(card)))
    assert calls < 3_000


@given(st.tuples(st.integers(0, 3), st.integers(1, 4)), st.booleans(), st.none() | messages, st.booleans())
def test_answers_to_hidden_images_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, shape: tuple[int, int], there: bool, problem: Message | None, ours: bool
) -> None:
    folder = tmp_path_factory.mktemp("outputs") / "a"
    kept = Outputs(
        inputs=np.full(shape, 0.5, np.float32),
        outputs=np.full((*shape, 2), np.nan, np.float32) if there else None,
        problem=problem,
        ours=ours,
    )
    store.save_outputs(folder, kept)
    back = store.load_outputs(folder)
    assert back is not None
    assert np.array_equal(back.inputs, kept.inputs)
    assert (back.outputs is None) == (not there)
    assert back.outputs is None or np.array_equal(back.outputs, kept.outputs, equal_nan=True)
    assert (back.problem, back.ours) == (problem, ours)
    (folder / "outputs.bin").write_bytes(b"damaged")
    assert store.load_outputs(folder) is None
    assert store.load_outputs(folder / "gone") is None
