"""Nothing submitted vanishes: in random trees every file is graded with one submission, or listed."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from grader import submissions
from grader.errors import CollectError
from grader.submissions import Found
from grader.submissions.layout import Reading
from tests.submissions.test_zipped import packed
from tests.support.notebooks import notebook

CONTENTS = {
    ".ipynb": notebook("x = 1"),
    ".json": notebook("x = 2"),
    ".ipynb.txt": notebook("x = 3"),
    ".ipynb (1)": notebook("x = 4"),
    ".py": b"x = 1\n",
    ".txt": b"hello\n",
    ".csv": b"a,b\n",
    ".pdf": b"%PDF-1.4\n",
    ".url": b"[InternetShortcut]\r\nURL=https://example.org/\r\n",
    ".xlsx": b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml",
    ".npz": b"PK\x03\x04" + b"\0" * 30,
    ".bin": bytes(range(256)),
    "": b"",
}
STEMS = (
    "ana",
    "bob",
    "Ana Gil_12_assignsubmission_file_",
    "gilana_12_34_nb",
    "P1",
    "P1 (1)",
    "README",
    "7",
    "007",
    "ñu",
)
FOLDERS = ("ana", "entrega", "grupo A", "Bob_13_assignsubmission_onlinetext_", "class", "x")
names = st.builds(
    lambda folders, stem, suffix: ("/".join([*folders, stem + suffix]), CONTENTS[suffix]),
    st.lists(st.sampled_from(FOLDERS), max_size=4),
    st.sampled_from(STEMS),
    st.sampled_from(sorted(CONTENTS)),
)
trees = st.lists(names, min_size=1, max_size=60, unique_by=lambda named: named[0].casefold()).map(dict)
zipped_trees = st.lists(names, min_size=1, max_size=6, unique_by=lambda named: named[0].casefold()).map(dict)


def without_clashes(tree: dict[str, bytes]) -> dict[str, bytes]:
    """No file where another one needs a folder."""
    folders = {name.rsplit("/", depth)[0] for name in tree for depth in range(1, name.count("/") + 1)}
    return {name: content for name, content in tree.items() if name not in folders}


def placed(found: Found, prefix: str) -> Counter[str]:
    """Where the files lie that are graded or listed."""
    graded = ["/".join(entry.parts) for hand_in in found.hand_ins for entry in hand_in.entries]
    return Counter([*graded, *(left.path.removeprefix(prefix) for left in found.not_graded)])


@given(
    trees,
    st.dictionaries(st.sampled_from(["ana.zip", "x/more.zip", "class/all.zip"]), zipped_trees, max_size=2),
    st.sampled_from(["", "ana 007", "ana bob 7 ñu gilana"]),
    st.sampled_from(["", "class", "student"]),
    st.booleans(),
)
def test_every_file_is_in_one_submission_or_listed(
    tree: dict[str, bytes], zips: dict[str, dict[str, bytes]], roster: str, reading: Reading, as_zip: bool
) -> None:
    zips = {name: without_clashes(inner) for name, inner in zips.items()}
    tree = without_clashes({**tree, **{name: packed(inner) for name, inner in zips.items()}})
    with tempfile.TemporaryDirectory() as folder:
        path = laid_down(Path(folder), tree, as_zip)
        people = {one: submissions.Person(id=one) for one in roster.split()}
        try:
            found = submissions.find([path], people=people or None, reading=reading)
        except CollectError:
            # A roster of another class, or nothing that can be graded: refused before anything runs.
            assert roster or not any(name.endswith((".ipynb", ".py", ".pdf")) for name in tree)
            return
        there = placed(found, "class.zip/" if as_zip else "")
        opened = [
            name for name in zips if name in tree and name not in there
        ]  # the zip of a class, alone in its folder
        inner = Counter(name for zip_name in opened for name in zips[zip_name])
        assert there == Counter(set(tree) - set(opened)) + inner
        for hand_in in found.hand_ins:
            submission = submissions.load(hand_in, "mnist-mlp")
            kept = [*submission.files, *submission.others]
            entries = [entry.relative for entry in hand_in.entries]
            unpacked = [entry for entry in hand_in.entries if entry.relative not in kept]
            more = sum(len(zips["/".join(entry.parts)]) for entry in unpacked)
            assert len(kept) == len(entries) - len(unpacked) + more
            assert len(unpacked) <= 1


def laid_down(root: Path, tree: dict[str, bytes], as_zip: bool) -> Path:
    """The tree as a folder or as a zip."""
    if as_zip:
        (root / "class.zip").write_bytes(packed(tree))
        return root / "class.zip"
    for name, content in tree.items():
        path = root / "class" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root / "class"
