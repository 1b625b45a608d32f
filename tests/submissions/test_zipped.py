"""Hand-ins in zips: what every program packs is read as it is, what none packs is refused, nothing is written."""

from __future__ import annotations

import io
import os
import random
import shutil
import subprocess
import sys
import tracemalloc
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from grader import submissions as collect
from grader.errors import CollectError
from grader.records import LANGUAGES, Submission
from grader.submissions import intake, zipped
from grader.texts import render
from grader.untrusted import zip as zip_rules
from tests.support import hostile_zips as hostile
from tests.support import zips as made
from tests.support.hostile_zips import MB, NOTEBOOK, P1
from tests.support.work import counted, peak_memory
from tests.support.zips import Part, written
from tests.support.zips import by_python as packed


def put(root: Path, name: str, content: bytes = NOTEBOOK) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def submissions(path: Path, exercise: str = "mnist-mlp") -> dict[str, Submission]:
    return {hand_in.student: collect.load(hand_in, exercise) for hand_in in collect.find([path]).hand_ins}


def of_ana(root: Path, content: bytes) -> Submission:
    """What ana handed in as ``ana.zip``."""
    put(root, "ana.zip", content)
    (found,) = submissions(root).values()
    assert found.student == "ana"
    return found


def refused(submission: Submission) -> str:
    """The key of the reason, which must have a sentence in both languages."""
    assert submission.problem is not None
    assert submission.files == {}
    for language in LANGUAGES:
        sentence = render(submission.problem.why, language)
        assert len(sentence) < 500
        assert sentence.isprintable()
    return submission.problem.why.key.removeprefix("collecting.")


def read(data: bytes) -> dict[str, bytes]:
    """Every file in a zip, by the name that its directory gives."""
    reader = reading(data)
    return {member.name: zip_rules.content(reader, member) for member in zip_rules.members(reader, len(data), cap=999)}


def reading(data: bytes) -> zip_rules.Read:
    return lambda offset, size: data[offset : offset + size]


# ---------------------------------------------------------------- nothing is written

WRITES: list[str] = []
WATCHED = False


def _watch(event: str, values: tuple[object, ...]) -> None:
    if not WATCHED:
        return
    flags = values[2] if event == "open" and isinstance(values[2], int) else 0
    if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) or event in {"os.mkdir", "os.link", "os.symlink", "os.rename"}:
        WRITES.append(f"{event} {values}")


sys.addaudithook(_watch)


@pytest.fixture
def watched() -> Iterator[list[str]]:
    """Whatever is opened for writing or made on the disk, from when the test sets it watching."""
    global WATCHED  # noqa: PLW0603 - a hook of the interpreter cannot be taken away again
    WRITES.clear()
    WATCHED = True
    yield WRITES
    WATCHED = False


# ---------------------------------------------------------------- hostile

PACKED: dict[str, tuple[Callable[[], bytes], str]] = {
    **{case: (partial(written, *parts), key) for case, (parts, key) in hostile.NAMES.items()},
    **{case: (lambda parts=parts: written(*parts()), key) for case, (parts, key) in hostile.MEMBERS.items()},
    **hostile.ARCHIVES,
}


# What these are is told by their first bytes.
NO_ZIP = {"nothing": ("file_kinds.empty", "unreadable"), "another archive": ("file_kinds.archive", "unreadable")}


@pytest.mark.parametrize("case", PACKED)
def test_a_hostile_zip_is_refused_with_little_work_and_nothing_is_written(
    case: str, tmp_path: Path, watched: list[str]
) -> None:
    maker, expected = PACKED[case]
    put(tmp_path, "ana.zip", maker())
    (hand_in,) = collect.find([tmp_path]).hand_ins
    watched.clear()
    (submission, calls), peak = peak_memory(lambda: counted(lambda: collect.load(hand_in, "mnist-mlp")))
    assert submission.problem is not None
    assert (refused(submission), submission.problem.ended) == NO_ZIP.get(case, (expected, "refused"))
    assert calls < 5_000
    assert peak < 1 << 20
    assert watched == []
    assert os.listdir(tmp_path) == ["ana.zip"]


def test_the_watch_sees_what_is_written(tmp_path: Path, watched: list[str]) -> None:
    put(tmp_path, "new/file")
    assert len(watched) == 2


@pytest.mark.parametrize("case", hostile.ARCHIVES)
def test_a_zip_of_a_class_that_cannot_be_relied_on_is_the_teachers_to_mend(case: str, tmp_path: Path) -> None:
    path = put(tmp_path, "class.zip", hostile.ARCHIVES[case][0]())
    with pytest.raises(CollectError) as caught:
        collect.find([path])
    said = str(caught.value)
    assert said.startswith(f"{path}: ")
    assert said.isprintable()
    assert "again" in said or "Pack only what is handed in" in said


@pytest.mark.parametrize("case", hostile.MEMBERS)
def test_a_bad_member_in_the_zip_of_a_class_costs_only_its_student(case: str, tmp_path: Path) -> None:
    maker, expected = hostile.MEMBERS[case]
    parts = [replace(part, name=b"ana/" + part.name, local_name=local_name(part)) for part in maker()]
    good = Part(name=b"eva/P1.ipynb", content=NOTEBOOK)
    found = submissions(put(tmp_path, "class.zip", written(*parts, good)))
    assert found["eva"].files == {"P1.ipynb": NOTEBOOK}
    assert refused(found["ana"]) == expected


def local_name(part: Part) -> bytes | None:
    return None if part.local_name is None else b"ana/" + part.local_name


def test_a_class_of_which_nothing_can_be_read_is_the_teachers_to_mend(tmp_path: Path) -> None:
    names = (b"ana.ipynb", b"eva/P1.ipynb")
    path = put(tmp_path, "class.zip", written(*(Part(name=name, flags=made.ENCRYPTED) for name in names)))
    with pytest.raises(CollectError, match=r"class\.zip: In class\.zip, ana\.ipynb is protected by a password"):
        collect.find([path])


@pytest.mark.parametrize("case", ["more than it claims", "bomb", "too large a notebook", *hostile.ARCHIVES])
def test_what_is_refused_takes_no_memory(case: str, tmp_path: Path) -> None:
    put(tmp_path, "ana.zip", PACKED[case][0]())
    (hand_in,) = collect.find([tmp_path]).hand_ins
    tracemalloc.start()
    collect.load(hand_in, "mnist-mlp")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MB


def test_a_directory_of_endless_names_is_not_read(tmp_path: Path) -> None:
    parts = (Part(name=b"%d" % number, extra=bytes(60_000)) for number in range(50))
    assert refused(of_ana(tmp_path, written(*parts))) == "zip_damaged"


def test_a_name_that_leads_elsewhere_costs_nobody_else(tmp_path: Path) -> None:
    bad = (
        b"../ana/P1.ipynb",
        b"/ana/P1.ipynb",
        b"./../ana.ipynb",
        b"ana\\P1.ipynb",
        b"..\\ana.ipynb",
        b"x/../ana.ipynb",
    )
    parts = [Part(name=b"ana/P1.ipynb", content=NOTEBOOK), *(Part(name=name, content=b"{}") for name in bad)]
    found = submissions(put(tmp_path, "class.zip", written(*parts)))
    assert found.pop("ana").files == {"P1.ipynb": NOTEBOOK}
    assert len(found) == len(bad)
    assert {refused(submission) for submission in found.values()} == {"zip_name_outside", "zip_name_backslash"}


def test_names_are_shown_cleaned(tmp_path: Path) -> None:
    submission = of_ana(tmp_path, written(Part(name="../\x1b[31m\u202egnp.ipynb\n".encode(), flags=made.UTF_8)))
    assert submission.problem is not None
    assert "../\\u202egnp.ipynb," in render(submission.problem.why, "en")


# ---------------------------------------------------------------- honest

FILES = {
    "práctica/P1 final.ipynb": NOTEBOOK,
    "práctica/ñ/datos.csv": b"1,2\n" * 2000,
    "práctica/net.py": b"x = 1",
    "práctica/empty.txt": b"",
}
INSIDE = {name.removeprefix("práctica/"): content for name, content in FILES.items()}


HONEST: dict[str, Callable[[], bytes]] = {
    "Finder": lambda: made.by_finder(FILES),
    "Finder, decomposed": lambda: made.by_finder(
        {unicodedata.normalize("NFD", name): body for name, body in FILES.items()}
    ),
    "Explorer": lambda: made.by_explorer(FILES),
    "Explorer in Spain": lambda: made.by_explorer(FILES, "cp850"),
    "7-Zip": lambda: made.by_7_zip(FILES),
    "Info-ZIP": lambda: made.by_info_zip(FILES),
    "Info-ZIP, lossy": lambda: made.by_info_zip(FILES, "ascii"),
    "Python": lambda: packed(FILES),
    "Python, stored": lambda: packed(FILES, zipfile.ZIP_STORED),
    "Python, to a pipe": partial(made.by_python_to_a_pipe, FILES),
    "large format": lambda: written(
        *(Part(name=name.encode(), content=body, flags=made.UTF_8) for name, body in FILES.items()), large=True
    ),
    "sizes in 64 bits": lambda: written(*(
        Part(name=name.encode(), content=body, method=0, packed=body, size=0xFFFFFFFF, packed_size=0xFFFFFFFF,
             extra=made.large_sizes(len(body), len(body))) for name, body in FILES.items()
    )),
    "dots before the names": lambda: packed({f"./{name}": body for name, body in FILES.items()}),
    "padded": lambda: written(
        *(Part(name=name.encode(), content=body, extra=b"\0\0\0", after=bytes(7)) for name, body in FILES.items())
    ),
    "longest comment": lambda: written(
        *(Part(name=name.encode(), content=body) for name, body in FILES.items()), comment=b"PK\x05" * 21_845
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", HONEST)
def test_what_programs_pack_is_read_as_it_was(case: str, tmp_path: Path) -> None:
    submission = of_ana(tmp_path, HONEST[case]())
    assert submission.problem is None
    assert (submission.entry, submission.notices) == ("P1 final.ipynb", ())
    assert {unicodedata.normalize("NFC", name): content for name, content in submission.files.items()} == INSIDE


@pytest.mark.skipif(shutil.which("zip") is None, reason="the program zip is not here")
@pytest.mark.parametrize("options", ["", "-0", "-9", "-fd", "-fz", "-D", "-UN=UTF8"])
def test_what_the_program_zip_packs_is_read(options: str, tmp_path: Path) -> None:
    for name, content in FILES.items():
        put(tmp_path / "work", name, content)
    command = ["zip", "-q", "-r", *options.split(), str(tmp_path / "ana.zip"), "."]
    subprocess.run(command, cwd=tmp_path / "work", check=True, timeout=60)
    shutil.rmtree(tmp_path / "work")
    assert dict(submissions(tmp_path)["ana"].files) == INSIDE


@pytest.mark.parametrize(("raw", "name"), [(b"\xb5ngel", "Ángel"), (b"\xe0scar", "Óscar"), (b"I\xa4igo", "Iñigo")])
def test_names_of_old_windows_programs_keep_their_accents(raw: bytes, name: str) -> None:
    assert list(read(written(Part(name=raw, system=made.DOS)))) == [name]


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"caf\xc3", b"\xed\xb3\xa9"])
def test_a_name_that_says_utf_8_and_is_not_is_still_a_name(raw: bytes) -> None:
    (name,) = read(written(Part(name=raw, flags=made.UTF_8)))
    assert name == raw.decode("cp850")


def test_a_honest_file_may_be_very_repetitive(tmp_path: Path) -> None:
    submission = of_ana(tmp_path, packed({"P1.ipynb": NOTEBOOK, "mask.csv": b"0," * 10 * MB}))
    assert len(submission.files["mask.csv"]) == 20 * MB


def test_a_large_file_beside_the_notebook_is_left_out_with_a_notice(tmp_path: Path) -> None:
    submission = of_ana(
        tmp_path,
        written(
            P1,
            Part(name=b"a.npy", content=bytes(30 * MB), method=0),
            hostile.zeros(b"b.npy", 39),
        ),
    )
    assert sorted(submission.files) == ["P1.ipynb", "a.npy"]
    (notice,) = submission.notices
    assert render(notice, "en").startswith("b.npy has 39 MB; at most 34 MB are read.")


def test_names_that_differ_in_capitals_or_accents_are_both_kept_and_shown(tmp_path: Path) -> None:
    names = ("data/ñu.csv", unicodedata.normalize("NFD", "data/ñu.csv"), "Data/ñu.csv")
    submission = of_ana(tmp_path, packed({"P1.ipynb": NOTEBOOK, **{name: name.encode() for name in names}}))
    assert {submission.files[name] for name in names} == {name.encode() for name in names}
    (notice,) = submission.notices
    assert all(name in render(notice, "es") for name in names)


# ---------------------------------------------------------------- whose files they are


def test_a_zip_of_a_class_is_read_like_a_folder(tmp_path: Path) -> None:
    files = {
        "ana.ipynb": NOTEBOOK,
        "Ñandú Pérez (1)/entrega/P5.ipynb": NOTEBOOK,
        "Ñandú Pérez (1)/net.py": b"x = 1",
        "li.py": b"x = 1",
        "eva.pdf": b"%PDF",
        "README.md": b"",
        "roster.csv": b"id\n",
        "jo/P2.ipynb": b"{}",
        "jo/P10.ipynb": NOTEBOOK,
        "jo/.ipynb_checkpoints/P10-checkpoint.ipynb": b"{}",
    }
    for name, content in files.items():
        put(tmp_path / "folder", name, content)
    found = submissions(put(tmp_path, "hand-ins.zip", packed(files)))
    assert found == submissions(tmp_path / "folder")
    assert (found["jo"].entry, found["jo"].others) == ("P10.ipynb", ("P2.ipynb",))


def test_a_student_costs_the_same_whether_packed_or_not(tmp_path: Path) -> None:
    for name, content in FILES.items():
        put(tmp_path, name.replace("práctica", "ana"), content)
    unpacked = submissions(tmp_path)["ana"]
    assert of_ana(tmp_path / "other", packed(FILES)).sha256 == unpacked.sha256


@pytest.mark.parametrize(
    ("name", "top", "students"),
    [
        ("class.zip", "class", ["ana", "li"]),
        ("Grupo Ñ.zip", unicodedata.normalize("NFD", "grupo ñ"), ["ana", "li"]),
        ("class (2).zip", "class", ["ana", "li"]),
        ("class.zip", "hand-ins", ["ana", "li"]),
    ],
)
def test_a_top_folder_is_passed_through_when_it_is_named_like_the_zip(
    tmp_path: Path, name: str, top: str, students: list[str]
) -> None:
    files = {f"{top}/ana.ipynb": NOTEBOOK, f"{top}/li/P1.ipynb": NOTEBOOK, "__MACOSX/._x": b""}
    assert list(submissions(put(tmp_path, name, packed(files)))) == students


def test_a_name_that_leads_elsewhere_does_not_hide_the_top_folder(tmp_path: Path) -> None:
    files = {"class/ana.ipynb": NOTEBOOK, "class/li.ipynb": NOTEBOOK, "../evil": b"", "class/../evil": b""}
    assert sorted(submissions(put(tmp_path, "class.zip", packed(files)))) == ["../evil", "ana", "li"]


def test_a_zip_in_the_students_own_folder_counts_when_there_is_no_notebook(tmp_path: Path) -> None:
    put(tmp_path, "ana/notes.txt", b"please grade the zip")
    put(tmp_path, "ana/entrega.zip", packed({"work/P1.ipynb": NOTEBOOK, "work/net.py": b"x = 1"}))
    (submission,) = submissions(tmp_path).values()
    assert (submission.student, submission.entry, submission.origin) == ("ana", "P1.ipynb", "ana")
    assert submission.files == {"P1.ipynb": NOTEBOOK, "net.py": b"x = 1"}


def test_several_zips_are_chosen_by_name_like_notebooks(tmp_path: Path) -> None:
    for name in ("P2.zip", "P10.zip", "entrega mnist_mlp.zip"):
        put(tmp_path, f"ana/{name}", packed({"x.ipynb": b"name = " + name.encode()}))
    put(tmp_path, "eva.ipynb")
    submission = submissions(tmp_path)["ana"]
    assert submission.files == {"x.ipynb": b"name = entrega mnist_mlp.zip"}
    assert submission.others == ("P2.zip", "P10.zip")


def test_a_zip_beside_a_notebook_is_data_and_not_opened(tmp_path: Path) -> None:
    data = packed({"other.ipynb": NOTEBOOK})
    put(tmp_path, "ana/P1.ipynb")
    put(tmp_path, "ana/data.zip", data)
    submission = submissions(tmp_path)["ana"]
    assert (submission.files, submission.others) == ({"P1.ipynb": NOTEBOOK, "data.zip": data}, ())


def test_a_zip_beside_a_module_is_named_for_a_person(tmp_path: Path) -> None:
    put(tmp_path, "ana/net.py", b"x = 1")
    put(tmp_path, "ana/entrega.zip", packed({"P1.ipynb": NOTEBOOK}))
    submission = submissions(tmp_path)["ana"]
    assert (submission.entry, submission.rivals) == ("net.py", ("entrega.zip",))


@pytest.mark.parametrize("files", [{"P1.zip": packed({"P1.ipynb": NOTEBOOK})}, {"a.txt": b"", "x.7z": b"7z"}])
def test_an_archive_in_the_zip_of_a_student_is_named_and_not_opened(tmp_path: Path, files: dict[str, bytes]) -> None:
    inner = next(reversed(files))
    both = {"ana.zip": packed(files), "eva/P1.ipynb": NOTEBOOK}
    for path in (put(tmp_path / "1", "class.zip", packed(both)), put(tmp_path / "2", "ana.zip", packed(files)).parent):
        submission = submissions(path)["ana"]
        assert submission.problem is not None
        assert (refused(submission), submission.problem.ended) == ("zip_in_zip", "unreadable")
        assert f"not opened: {inner}." in render(submission.problem.why, "en")


def test_the_zip_of_a_student_in_the_zip_of_a_class_is_opened(tmp_path: Path) -> None:
    files = {
        "ana.zip": packed({"work/P1.ipynb": NOTEBOOK, "work/net.py": b"x = 1"}),
        "eva/entrega.zip": packed({"P2.ipynb": NOTEBOOK}),
        "leo/entrega.zip": written(hostile.zeros(b"zeros.ipynb", 70)),
        "li.zip": packed({"P1.ipynb": NOTEBOOK})[:-9],
    }
    found = submissions(put(tmp_path, "class.zip", packed(files)))
    assert found["ana"].files == {"P1.ipynb": NOTEBOOK, "net.py": b"x = 1"}
    assert (found["eva"].entry, found["eva"].origin) == ("P2.ipynb", "eva")
    assert {name: refused(found[name]) for name in ("leo", "li")} == {"leo": "zip_bomb", "li": "zip_no_end"}


def test_a_zip_beside_a_notebook_in_a_zip_is_a_file_like_any_other(tmp_path: Path) -> None:
    bomb = written(hostile.zeros(b"zeros.csv", 70))
    submission = of_ana(tmp_path, packed({"P1.ipynb": NOTEBOOK, "data.zip": bomb}))
    assert (submission.files, submission.notices) == ({"P1.ipynb": NOTEBOOK, "data.zip": bomb}, ())


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (packed({}), "zip_empty"),
        (written(Part(name=b"work/", method=0, mode=0o040755)), "zip_empty"),
        (packed({"a.txt": b"", "b.csv": b""}), "no_notebook"),
        (packed({"P1.pdf": b"%PDF"}), "file_kinds.pdf"),
        (packed({"1/2/3/4/5/6/7/8/9/P1.ipynb": NOTEBOOK, "x.txt": b""}), "too_deep"),
    ],
)
def test_a_zip_without_a_notebook_gets_a_sentence(tmp_path: Path, content: bytes, key: str) -> None:
    submission = of_ana(tmp_path, content)
    assert submission.problem is not None
    assert (refused(submission), submission.problem.ended) == (key, "unreadable")


# ---------------------------------------------------------------- the file itself


def test_a_zip_that_was_changed_meanwhile_is_not_mixed_up(tmp_path: Path) -> None:
    path = put(tmp_path, "class.zip", packed({"ana.ipynb": NOTEBOOK, "eva.ipynb": b"1" * len(NOTEBOOK)}))
    (ana, _) = collect.find([path]).hand_ins
    path.unlink()
    put(tmp_path, "class.zip", packed({"eva.ipynb": b"2" * len(NOTEBOOK), "ana.ipynb": NOTEBOOK}))
    assert refused(collect.load(ana, "mnist-mlp")) == "changed"
    path.unlink()
    assert refused(collect.load(ana, "mnist-mlp")) == "cannot_open"


def link(path: Path) -> None:
    path.symlink_to(put(path.parent.parent, "true.zip", packed({"P1.ipynb": NOTEBOOK})))


def hard_link(path: Path) -> None:
    os.link(put(path.parent.parent, "true.zip", packed({"P1.ipynb": NOTEBOOK})), path)


@pytest.mark.parametrize(
    ("make", "key"), [(link, "link"), (hard_link, "hard_link"), (os.mkfifo, "not_a_file"), (Path.mkdir, None)]
)
def test_only_a_plain_file_is_opened_as_a_zip(tmp_path: Path, make: Callable[[Path], None], key: str | None) -> None:
    (tmp_path / "hand-ins").mkdir()
    path = tmp_path / "hand-ins" / "ana.zip"
    make(path)
    if key is None:
        with pytest.raises(CollectError, match="no notebook"):
            collect.find([path])
        return
    with pytest.raises(CollectError, match=r"ana\.zip: ana\.zip"):
        collect.find([path])
    (submission,) = submissions(tmp_path / "hand-ins").values()
    assert submission.student == "ana"
    assert refused(submission) == key


def test_a_students_zip_over_the_cap_is_refused_unread(tmp_path: Path) -> None:
    os.truncate(put(tmp_path, "ana.zip", b""), intake.TOTAL_CAP + 1)
    assert refused(submissions(tmp_path)["ana"]) == "too_large"


def test_a_large_class_is_listed_without_its_contents_in_memory(tmp_path: Path) -> None:
    content = random.Random(4).randbytes(100_000)
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(600):
            archive.writestr(f"student{number}/P1.ipynb", content)
    tracemalloc.start()
    found = collect.find([path]).hand_ins
    one = collect.load(found[300], "mnist-mlp")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(found), one.files["P1.ipynb"]) == (600, content)
    assert peak < 5 * MB < path.stat().st_size


def test_several_threads_read_one_zip_at_once(tmp_path: Path) -> None:
    contents = {f"s{number}": random.Random(number).randbytes(3000) * 100 for number in range(60)}
    files = {f"{student}/P1.ipynb": content for student, content in contents.items()}
    found = collect.find([put(tmp_path, "class.zip", packed(files))]).hand_ins
    with ThreadPoolExecutor(8) as pool:
        loaded = list(pool.map(lambda hand_in: collect.load(hand_in, "mnist-mlp"), found))
    assert {one.student: one.files["P1.ipynb"] for one in loaded} == contents


# ---------------------------------------------------------------- any names, any bytes

PART = st.text(st.characters(exclude_characters="/\\\0", exclude_categories=["Cs"]), min_size=1, max_size=12).filter(
    lambda part: part not in (".", "..") and not intake.ignored(part) and len(part.encode()) <= 255
)
NAME = st.lists(PART, min_size=1, max_size=4).map("/".join).filter(lambda name: name[1:2] != ":")
ANY_FILES = st.dictionaries(NAME, st.binary(max_size=2000), min_size=1, max_size=8)


@given(files=ANY_FILES, method=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
@example(files={"-rf": b"", "con": b"", "a\nb": b"", "\u202ex": b"", " ": b""}, method=zipfile.ZIP_STORED)
def test_any_files_are_read_back_as_they_were_packed(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes], method: int
) -> None:
    root = tmp_path_factory.mktemp("any")
    put(root, "ana.zip", packed({f"top/{name}": content for name, content in files.items()}, method))
    archive, entries = zipped.of_student(root, ("ana.zip",))
    assert zipped.refusal(archive, entries) is None
    assert {"/".join(entry.parts[1:]): archive.read(entry, MB) for entry in entries} == files


WHOLE = [*(maker() for maker in HONEST.values()), written(P1, Part(name=b"x/", method=0), large=True)]


@given(
    whole=st.sampled_from(WHOLE),
    hits=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=4),
    cut=st.one_of(st.just(0), st.integers(0, 10**6)),
    tail=st.binary(max_size=4),
)
def test_no_damage_raises_anything_but_a_refusal(
    whole: bytes, hits: list[tuple[int, int]], cut: int, tail: bytes
) -> None:
    data = bytearray(whole)
    for place, byte in hits:
        # Most of the structure lies at the end.
        data[-1 - place % min(len(data), 600) if byte & 1 else place % len(data)] = byte
    data = data[: len(data) - cut % len(data)] + tail
    reader = reading(bytes(data))
    try:
        members = zip_rules.members(reader, len(data), cap=100)
    except zip_rules.Unusable:
        return
    for member in members:
        if member.size < MB:
            try:
                assert len(zip_rules.content(reader, member)) == member.size
            except zip_rules.Unusable:
                continue


@given(whole=st.sampled_from(WHOLE), place=st.integers(0, 10**6), byte=st.integers(0, 255))
def test_what_is_read_is_what_other_programs_read(whole: bytes, place: int, byte: int) -> None:
    data = bytearray(whole)
    data[place % len(data)] = byte
    try:
        ours = read(bytes(data))
    except zip_rules.Unusable:
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            theirs = [archive.read(info) for info in archive.infolist()]
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError):
        assume(False)
    assert list(ours.values()) == theirs
