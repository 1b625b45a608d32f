"""Class lists as teachers have them: plain, or as downloaded from Moodle or Canvas."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import CourseError
from grader.submissions import roster, roster_columns
from grader.submissions.roster import Person

MOODLE = """\
Identifier,Full name,ID number,Username,Email address,Status,Group,Grade,Maximum grade,Feedback comments
Participant 811,Inés Gómez,n-1,ines,ines@x.org,Submitted,A,,10.00,"Well done,
in two lines"
Participant 812,Bo Roy,n-2,bo,bo@x.org,,B,,10.00,
"""
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,"Net, first (77)",Final Score
,,,,,Manual Posting,
    Points Possible,,,,,10.00,(read only)
"Gómez, Inés",4001,s-1,ines@x.org,Morning,9.00,90
"Roy, Bo, Jr",4002,s-2,bo@x.org,Evening,,
"Student, Test",4003,,9fa,Morning,,
"""


@pytest.fixture
def written(tmp_path: Path):
    def write(content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / "class.csv"
        path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
        return path

    return write


def refusal(path: Path, id_column: str | None = None) -> str:
    with pytest.raises(CourseError) as caught:
        roster.read(path, id_column)
    return str(caught.value).removeprefix(str(path))


# ---------------------------------------------------------------- plain


def test_a_plain_list_is_read(written) -> None:
    people = roster.read(written("id,name,email,group\n007,Inés Gómez,i@x.org,A\nMARÍA JOSÉ,M,,\n"))
    assert people["007"] == Person(id="007", name="Inés Gómez", email="i@x.org", group="A")
    assert list(people) == ["007", "MARÍA JOSÉ"]


def test_a_name_may_stand_in_two_columns(written) -> None:
    people = roster.read(written("id,first_name,last_name\n1,Inés,Gómez\n2,,Roy\n"))
    assert [person.name for person in people.values()] == ["Inés Gómez", "Roy"]


def test_spelling_of_headers_does_not_matter(written) -> None:
    people = roster.read(written(" Id ;VOLLSTANDIGER  NAME;E-mail-Adresse;Gruppe;Anmeldename\n1;Zoë;z@x;B;zz\n"))
    assert people["1"] == Person(id="1", name="Zoë", email="z@x", group="B", login="zz")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encodings_separators_and_line_ends_do_not_matter(
    written, encoding: str, separator: str, line_end: str
) -> None:
    content = line_end.join(["id|name", "1|Inés", "2|Zoë", ""]).replace("|", separator)
    people = roster.read(written(content, encoding))
    assert {student: person.name for student, person in people.items()} == {"1": "Inés", "2": "Zoë"}


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"', "sep=;;", "\ufeffsep=;"])
def test_excels_line_with_the_separator_is_no_header(written, first: str) -> None:
    path = written(f"{first}\nid;name, and more\n1;Gómez, Inés\n")
    assert list(roster.read(path)) == ["1"]


def test_the_line_with_the_separator_decides(written) -> None:
    path = written("sep=;\nid;name;a,b,c,d,e\n1;Zoë;\n")
    assert roster.read(path)["1"].name == "Zoë"


def test_quoted_commas_do_not_decide_on_the_separator(written) -> None:
    assert roster.read(written('id;name;"a, b, c, d"\n1;Zoë;\n'))["1"].name == "Zoë"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("sep=;\nid;name\n1;x\n1;y\n", ":4: the id '1' stands in the roster twice"),
        ("sep=;\nnumber;name\n1;x\n", ":2: the roster needs a column 'id'"),
        ("sep=;\nid;name;ID\n1;x;2\n", ":2: the roster has two columns 'id'; keep one"),
        ('sep=;\nid;name\n1;x\n"2;y\n3;z\n', ":4: this is no table of comma-separated values ("),
        ("sep=;\nid;name\n\0;x\n", ":3: this is no text"),
        ("sep=;", ":1: the roster needs a column 'id'"),
        ('id,name\n1,"in two\nlines"\n\n1,x\n', ":5: the id '1' stands in the roster twice"),
        ("id,Full name,full  NAME\n1,x,y\n", ":1: the roster has two columns 'full name'; keep one"),
        ("", ":1: the roster needs a column 'id' (also known: name, email, group); it has: nothing"),
    ],
)
def test_errors_name_the_line_of_the_file(written, content: str, said: str) -> None:
    assert refusal(written(content)).startswith(said)


@pytest.mark.parametrize("magic", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_a_spreadsheet_is_named_as_such(written, magic: bytes) -> None:
    said = ": this is a spreadsheet, not CSV; open it and save it as CSV (UTF-8)"
    assert refusal(written(magic + bytes(60))) == said


# ---------------------------------------------------------------- Moodle


def test_a_moodle_worksheet_is_read_as_downloaded(written) -> None:
    people = roster.read(written("\ufeff" + MOODLE))
    assert list(people) == ["n-1", "n-2"]
    assert people["n-1"] == Person(
        id="n-1", name="Inés Gómez", email="ines@x.org", group="A", number="811", login="ines"
    )


@pytest.mark.parametrize(
    ("missing", "ids"),
    [
        (("n-2",), ["ines", "bo"]),
        (("n-2", ",ines,"), ["ines@x.org", "bo@x.org"]),
        (("n-2", ",ines,", "bo@x.org"), ["811", "812"]),
    ],
)
def test_the_ids_come_from_the_first_column_that_all_have(written, missing: tuple[str, ...], ids: list[str]) -> None:
    content = MOODLE
    for cell in missing:
        content = content.replace(cell, ",," if cell.startswith(",") else "")
    assert list(roster.read(written(content))) == ids


def test_a_column_in_which_two_are_the_same_gives_no_ids(written) -> None:
    assert list(roster.read(written(MOODLE.replace("n-2", "n-1")))) == ["ines", "bo"]


@pytest.mark.parametrize(
    "content",
    [
        "Identificador,Nombre,Apellido(s),Dirección de correo,Grupo\nParticipante 811,Inés,Gómez,i@x.org,A\n",
        "Identificador;Nombre completo;Dirección de correo;Grupo\nParticipante 811;Inés Gómez;i@x.org;A\n",
        "ID,Vollständiger Name,E-Mail-Adresse,Gruppe,Status\nTeilnehmer/in 811,Inés Gómez,i@x.org,A,\n",
        "ID;Vorname;Nachname;E-Mail-Adresse;Gruppe\nTeilnehmer/in 811;Inés;Gómez;i@x.org;A\n",
        "Identifier,First name,Last name,Email address,Group\nParticipant 811,Inés,Gómez,i@x.org,A\n",
    ],
)
def test_moodle_speaks_the_language_of_its_site(written, content: str) -> None:
    assert list(roster.read(written(content)).values()) == [
        Person(id="i@x.org", name="Inés Gómez", email="i@x.org", group="A", number="811")
    ]


def test_a_worksheet_of_hidden_names_has_numbers_only(written) -> None:
    people = roster.read(written("Identifier,Status,Grade\nParticipant 811,,\nParticipant 812,,\n"))
    assert list(people.values()) == [Person(id="811", number="811"), Person(id="812", number="812")]


def test_a_worksheet_of_nobody_is_empty(written) -> None:
    assert roster.read(written("Identifier,Full name,Grade\n")) == {}


def test_a_teachers_own_ids_beside_moodles_count(written) -> None:
    people = roster.read(written("id,Identifier,Username\nzz,Participant 811,ines\n"))
    assert list(people.values()) == [Person(id="zz", number="811", login="ines")]


def test_ids_that_only_sound_like_moodles_stay_whole(written) -> None:
    assert list(roster.read(written("id,name\nParticipant 1,x\nParticipant 2,y\n"))) == [
        "Participant 1",
        "Participant 2",
    ]


def test_a_list_with_another_kind_of_identifier_is_not_moodles(written) -> None:
    assert "needs a column 'id'" in refusal(written("Identifier,Full name\nines,Inés\n"))


# ---------------------------------------------------------------- Canvas


def test_a_canvas_gradebook_is_read_as_downloaded(written) -> None:
    people = roster.read(written(CANVAS))
    assert list(people) == ["s-1", "s-2"]
    assert people["s-1"] == Person(id="s-1", name="Inés Gómez", group="Morning", number="4001", login="ines@x.org")
    assert people["s-2"].name == "Bo Roy, Jr"


@pytest.mark.parametrize(
    ("missing", "ids"),
    [(("s-2",), ["ines@x.org", "bo@x.org"]), (("s-2", "ines@x.org"), ["4001", "4002"])],
)
def test_canvas_ids_come_from_the_first_column_that_all_have(written, missing: tuple[str, ...], ids: list[str]) -> None:
    content = CANVAS
    for cell in missing:
        content = content.replace(cell, "")
    assert list(roster.read(written(content))) == ids


def test_canvas_may_write_no_sis_columns_or_two_for_the_name(written) -> None:
    plain = 'Student,ID,Section\nPoints Possible,,\n"Gómez, Inés",4001,A\n"Student, Test",4002,A\n'
    split = "LastName,FirstName,ID,SIS Login ID,Section\n    Points Possible,,,,\nGómez,Inés,4001,,A\n"
    split += "Student,Test,4002,,A\n"
    expected = [Person(id="4001", name="Inés Gómez", group="A", number="4001")]
    assert list(roster.read(written(plain)).values()) == expected
    assert list(roster.read(written(split)).values()) == expected


def test_an_old_gradebook_says_muted(written) -> None:
    content = CANVAS.replace(",,,,,Manual Posting,", "Muted,,,,,Muted,")
    assert list(roster.read(written(content))) == ["s-1", "s-2"]


@pytest.mark.parametrize(
    ("content", "ids"),
    [(MOODLE + ",Average,,,,,,7.5,,\n", ["n-1", "n-2"]), (CANVAS + "Average,,,,,7.5,\n", ["s-1", "s-2"])],
)
def test_a_teachers_row_below_the_students_changes_nothing(written, content: str, ids: list[str]) -> None:
    assert list(roster.read(written(content))) == ids


# ---------------------------------------------------------------- a column that the teacher names


@pytest.mark.parametrize(
    ("content", "id_column", "ids"),
    [
        (MOODLE, "Username", ["ines", "bo"]),
        (MOODLE, " full  NAME", ["Inés Gómez", "Bo Roy"]),
        (MOODLE, "Identifier", ["811", "812"]),
        (CANVAS, "ID", ["4001", "4002"]),
        ("Matrícula,name\n77,Zoë\n", "matricula", ["77"]),
        ("id,name,other\n1,Zoë,Zoe\u0308\n", "OTHER", ["Zoë"]),
    ],
)
def test_a_teacher_may_name_the_column_of_the_ids(written, content: str, id_column: str, ids: list[str]) -> None:
    assert list(roster.read(written(content), id_column)) == ids


@pytest.mark.parametrize(
    ("content", "id_column", "said"),
    [
        ("Code,Name\n1,x\n", "Kode", ":1: the roster has no column 'Kode'; it has: Code, Name"),
        ("sep=;\nCode;code\n1;x\n", "code", ":2: the roster has two columns 'code'; keep one"),
        ("Code,Name\n1,x\n\n,y\n", "Code", ":4: 'Code' is empty here; fill it in, or name another column"),
        ("Code,Name\n1,x\n1,y\n", "Code", ":3: the id '1' stands in the roster twice"),
    ],
)
def test_a_column_that_gives_no_ids_is_the_teachers_to_fix(written, content: str, id_column: str, said: str) -> None:
    assert refusal(written(content), id_column) == said


# ---------------------------------------------------------------- properties

CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"'), min_size=1).map(str.strip)


@given(st.dictionaries(st.integers(0, 10**9).map(str), CELLS, max_size=8), st.sampled_from(",;\t"), st.booleans())
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, names: dict[str, str], separator: str, named: bool
) -> None:
    lines = [f'{student}{separator}"{name}"' for student, name in names.items()]
    path = tmp_path_factory.mktemp("roster") / "class.csv"
    first = [f"sep={separator}"] if named else []
    path.write_text("\n".join([*first, f"id{separator}name", *lines, ""]), "utf-8")
    assert {student: person.name for student, person in roster.read(path).items()} == names


HEADINGS = st.one_of(
    st.sampled_from([header for headers in roster_columns.HEADERS.values() for header in headers]), st.text(max_size=5)
)
TABLES = st.lists(st.lists(st.one_of(HEADINGS, st.sampled_from(["Participant 7", "Doe, Jane", "4"])), max_size=5))


@given(st.lists(HEADINGS, max_size=6), TABLES)
def test_any_table_has_columns(headers: list[str], rows: list[list[str]]) -> None:
    columns = roster_columns.recognise(headers, rows)
    assert all(position < len(headers) for position in columns.positions.values())
    for row in rows:
        columns.is_student(row)
        assert columns.number(row).isdigit() or columns.number(row) in ("", columns.cell(row, "id"))
    if columns.wrote != "plain":
        assert roster_columns.ID_FIELDS[columns.wrote][-1] in columns.positions
