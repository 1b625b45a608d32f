"""Zips that aim at files outside, at the disk or at the memory: refused by their directory, never unpacked."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.attacks import course
from tests.attacks.course import MODEL, START
from tests.attacks.grading import Attack, Batch, Card, batch, grade, successor
from tests.support import hostile_zips as hostile
from tests.support import zips as made
from tests.support.notebooks import notebook
from tests.support.zips import Part, written

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

ZIP = "entrega.zip"
HONEST = notebook(START, MODEL)
P1 = Part(name=b"P1.ipynb", content=HONEST)
# Takes the place of a notebook or a rubric that is aimed at.
OTHER = notebook("raise SystemExit('this is not what was handed in')")
# Earns nothing for "why" when a zip in the hand-in was opened for it.
LOOKS = notebook(
    START,
    MODEL,
    """
    import own
    found = sorted(name for _, _, names in os.walk(".") for name in names if not name.endswith(".pyc"))
    if found != ["P1.ipynb", "bomb.zip", "own.py"]:
        answers["why"] = f"a: {found}"
    """,
)


def nested(levels: int) -> bytes:
    """A bomb in a zip in a zip ..."""
    content = written(P1, hostile.zeros(b"zeros.csv", 70))
    for level in range(levels):
        content = written(*(Part(name=b"%d-%d.zip" % (level, copy), content=content) for copy in range(10)))
    return content


def never_ran(card: Card, graded: Batch) -> None:
    assert (card["provenance"]["seconds"], card["provenance"]["isolation"]) == (0, "")


def lying(make: Callable[[Path], bytes]) -> Callable[[Path], None]:
    """Puts a zip into the student's folder; it is made then, because it may aim at paths of this machine."""

    def lay(folder: Path) -> None:
        (folder / ZIP).write_bytes(make(folder))

    return lay


def refused(name: str, make: Callable[[Path], bytes], *says: str, ended: str = "refused") -> Attack:
    return Attack(
        name=name, lay=lying(make), credits={"*": None}, ended=ended, says=says, review=True, and_then=never_ran
    )


def beside(name: bytes, **more: object) -> bytes:
    """An honest notebook and a member that is aimed at something."""
    return written(P1, Part(name=name, content=OTHER, **more))  # type: ignore[arg-type]


def through_a_link(folder: Path) -> bytes:
    """A link to the rubrics, and a rubric to be written through it."""
    aim = os.fsencode(folder.parent.parent / "course" / "rubrics")
    return written(P1, Part(name=b"x", content=aim, mode=0o120777), Part(name=b"x/light.yaml", content=OTHER))


COUNT = 16
OUTSIDE = "leads out of the zip"
ATTACKS = [
    Attack(name="a bomb in a zip beside the notebook", lay=lying(lambda _: written(
        Part(name=b"P1.ipynb", content=LOOKS), Part(name=b"own.py"), Part(name=b"bomb.zip", content=nested(0)),
    )), credits={"*": 1}),
    refused("slip to another hand-in", lambda _: beside(f"../{successor(0, COUNT)}.ipynb".encode()), ZIP, OUTSIDE),
    refused("slip to the rubric", lambda _: beside(b"a/../../../course/rubrics/light.yaml"), ZIP, OUTSIDE),
    refused("absolute", lambda folder: beside(os.fsencode(folder.parent.parent / "course" / "secret")), ZIP, OUTSIDE),
    refused("drive letter", lambda _: beside(b"C:/Windows/light.yaml"), ZIP, OUTSIDE),
    refused("backslash", lambda _: beside(b"x\\..\\..\\light.yaml"), ZIP, OUTSIDE),
    refused("through a link", through_a_link, ZIP, "is a link or another special file"),
    refused("twice", lambda _: beside(b"P1.ipynb"), ZIP, "P1.ipynb twice, and nobody can tell"),
    refused("another name in the member", lambda _: written(
        Part(name=b"P1.ipynb", content=HONEST, local_name=b"P2.ipynb"),
    ), ZIP, "P1.ipynb is damaged"),
    refused("bomb", lambda _: written(P1, hostile.zeros(b"zeros.csv", 70)), ZIP, "would take 70 MB"),
    refused("bomb that lies", lambda _: written(hostile.zeros(b"P1.ipynb", 70, claimed=99)), "P1.ipynb is damaged"),
    refused("bomb whose members overlap", lambda _: hostile.overlapping(), ZIP, "claim the same bytes"),
    refused("bomb in zips in zips", lambda _: nested(4), "further archives, which are not opened", ended="unreadable"),
    refused("100 000 members", lambda _: hostile.many(), ZIP, "holds 100 000 files and folders"),
    refused("encrypted", lambda _: written(
        Part(name=b"P1.ipynb", content=HONEST, flags=made.ENCRYPTED),
    ), ZIP, "protected by a password"),
    refused("hidden behind another zip", lambda _: written(P1) + beside(b"P2.ipynb"), ZIP, "is damaged"),
]  # fmt: skip
assert len(ATTACKS) == COUNT


def tree(root: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    root = tmp_path_factory.mktemp("family")
    (root / "tmp").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(root / "tmp"))
        return batch(root, "light", ATTACKS, every=len(ATTACKS))


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)


def test_nothing_is_unpacked_and_what_was_aimed_at_is_untouched(graded: Batch, tmp_path: Path) -> None:
    root = graded.out.parent
    assert sorted(path.name for path in root.iterdir()) == ["course", "hand-ins", "out", "tmp"]
    assert tree(root / "course") == tree(course.write(tmp_path))
    assert tree(root / "tmp") == {}
    folders = [path for path in (root / "hand-ins").iterdir() if path.is_dir()]
    assert {tuple(os.listdir(folder)) for folder in folders} == {(ZIP,)}
    assert len(os.listdir(root / "hand-ins")) == len(ATTACKS) + 1
    last = root / "hand-ins" / f"{successor(0, len(ATTACKS))}.ipynb"
    assert last.read_bytes() == course.honest("light", len(ATTACKS) - 1)


def test_a_hostile_member_in_the_zip_of_a_class_costs_nobody_else(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    where, out = course.write(tmp_path / "course"), tmp_path / "out"
    aimed = (b"../ana/P1.ipynb", b"ana\\P1.ipynb", b"/ana/P1.ipynb", b"kim/../ana/P1.ipynb")
    members = [
        Part(name=b"ana/P1.ipynb", content=course.honest("light", 1)),
        *(Part(name=name, content=OTHER) for name in aimed),
        hostile.zeros(b"bomb/zeros.csv", 70),
        Part(name=b"bomb/P1.ipynb", content=HONEST),
    ]
    (tmp_path / "class.zip").write_bytes(written(*members))
    ended = grade(where, "light", tmp_path / "class.zip", out)
    graded = Batch(exercise="light", out=out, said=ended.stdout + ended.stderr, code=ended.returncode, attacks=())
    found = {card["student"]: (card["status"], card["points"]) for card in graded.cards}
    assert found.pop("ana") == ("ok", 8)
    assert found.pop("bomb") == ("refused", 0)
    assert list(found.values()) == [("refused", 0)] * len(aimed)
    assert sorted(os.listdir(tmp_path)) == ["class.zip", "course", "out"]
    record_property("attack", "members that aim at another student of a class: refused, hers is graded")


@pytest.mark.parametrize("case", ["100 000 members", "bomb whose members overlap", "something behind it", "two ends"])
def test_the_zip_of_a_class_that_cannot_be_relied_on_is_refused_as_a_whole(
    case: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    where, out = course.write(tmp_path / "course"), tmp_path / "out"
    (tmp_path / "class.zip").write_bytes(hostile.ARCHIVES[case][0]())
    ended = grade(where, "light", tmp_path / "class.zip", out)
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"grader: {tmp_path}/class.zip: ")
    assert "Traceback" not in ended.stderr
    assert not any(out.glob("cards/*"))
    record_property("attack", f"the zip of a class: {case}: refused, exit code 2, nothing graded")
