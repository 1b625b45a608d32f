"""What the files of a run's models showed: kept as JSON it is the same, and then no weights are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader import store
from grader.evidence import keys
from grader.evidence.models import Models, Shown
from grader.records import Run
from tests.support.model_files import archive as archive_of
from tests.support.model_files import conv, dense, flatten, layer, pool, sequential

KIND = dict[int, Shown]
IMAGE = (28, 28, 1)
FILES = {
    0: archive_of(sequential((784,), dense(512), dense(10))),
    1: archive_of(sequential(IMAGE, conv(32, 3), pool(), flatten(), layer("Dropout", rate=0.5), dense(10))),
    2: archive_of(sequential(IMAGE, layer("Rescaling", scale=1 / 255, offset=0.0), flatten(), dense(10))),
    3: b"no model",
}


def run_of(files: dict[int, bytes]) -> Run:
    return Run(submission="s", ended="ok", frames={("model", number): content for number, content in files.items()})


class OutOfReach(dict[tuple[str, int], bytes]):
    def __getitem__(self, key: tuple[str, int]) -> bytes:
        raise AssertionError(f"{key} was read")


def shown(files: dict[int, bytes]) -> Models:
    found = Models(run_of(files), {})
    for number in (*files, 99):
        found.show(number)
    return found


def test_a_model_is_shown_as_it_was_read_and_a_refusal_with_its_reason() -> None:
    found = shown(FILES)
    assert (found.shown[0].total_params, found.shown[0].inputs) == (407_050, ((784,),))
    refusal = found.shown[3].refusal
    assert refusal is not None
    assert refusal.key == "keras_file.not_a_zip"
    assert (set(found), len(found), 3 in found, 99 in found) == ({0, 1, 2}, 3, False, False)
    assert found[1].sha256 == found.shown[1].sha256
    for number in (3, 99):
        with pytest.raises(KeyError):
            found[number]


def test_what_was_kept_is_the_same_and_no_file_is_read_for_it(tmp_path: Path) -> None:
    before = shown(FILES)
    store.keep(tmp_path, "models", before.shown, by=keys.reading_sha256())
    known: Any = store.kept(tmp_path, "models", KIND, by=keys.reading_sha256())
    assert known == before.shown
    frames = OutOfReach(run_of(FILES).frames)
    after = Models(Run(submission="s", ended="ok", frames=frames), known)
    assert [after.show(number) for number in FILES] == list(before.shown.values())
    assert after.show(99) is None


def test_what_another_reader_kept_counts_for_nothing(tmp_path: Path) -> None:
    store.keep(tmp_path, "models", shown(FILES).shown, by="older")
    assert store.kept(tmp_path, "models", KIND, by=keys.reading_sha256()) is None
    for damaged in (b"", b"[]", b'{"format": 1, "by": "older"}', b'{"format": 1, "by": "older", "made": {"a": 1}}'):
        (tmp_path / "models.json").write_bytes(damaged)
        assert store.kept(tmp_path, "models", KIND, by="older") is None


def test_what_is_known_of_a_model_that_the_run_does_not_have_is_dropped() -> None:
    found = Models(run_of({}), shown(FILES).shown)
    assert (found.show(0), len(found)) == (None, 0)
