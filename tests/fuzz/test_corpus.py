"""Every file of the corpus, seeds and what earlier fuzzing found, passes through its target without a fault."""

from __future__ import annotations

import fuzz_corpus
import pytest
from fuzz_targets import TARGETS

FILES = [(target, name) for target in TARGETS for name in fuzz_corpus.entries(target)]


@pytest.mark.parametrize(("target", "name"), FILES)
def test_an_input_that_was_found_once_brings_no_fault_to_light(target: str, name: str) -> None:
    TARGETS[target].check(fuzz_corpus.entries(target)[name])


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_has_good_inputs_to_start_from(target: str) -> None:
    assert len(TARGETS[target].seeds()) >= 2


def test_the_corpus_stays_small() -> None:
    sizes = {str(path): path.stat().st_size for path in fuzz_corpus.ROOT.rglob("*") if path.is_file()}
    assert {path: size for path, size in sizes.items() if size > fuzz_corpus.FILE_CAP} == {}
    assert sum(sizes.values()) < fuzz_corpus.TOTAL_CAP


def test_every_folder_of_the_corpus_is_that_of_a_target() -> None:
    assert {path.name for path in fuzz_corpus.ROOT.iterdir()} <= TARGETS.keys()
