"""The page of a hand-in: all of it is shown, as text and plain pictures, and none of it can be anything else."""

from __future__ import annotations

import os
import re
import zlib
from base64 import b64decode, b64encode
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import data, reports, sandbox, texts
from grader.course import course
from grader.grading import output, pipeline, submission
from grader.grading.class_list import Row
from grader.records import LANGUAGES, Language, Run, Submission, Transcript
from grader.reports import pages, transcripts
from grader.untrusted import png
from grader.untrusted.text import clean_text
from tests.support.cards import RUBRIC, a_class, card
from tests.support.html_pages import ALLOWED, Page
from tests.support.pngs import chunk, file, header, picture, pixels, row_bytes
from tests.support.transcripts import (
    ATTACKS,
    PICTURE,
    code,
    display,
    hand_in,
    honest,
    hostile,
    markdown,
    ran,
    read,
    run,
    stream,
)

HERE = re.compile(r"\.\./students/[a-z~0-9.-]+\.html|\.\./notebooks/[a-z~0-9.-]+\.ipynb|#cell-[0-9]+")
ADDRESS = "data:image/png;base64,"
RAW_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def page(of: Transcript, lang: Language = "en") -> Page:
    return Page(transcripts.page(of, slug="ana", lang=lang))


def of_cells(*cells: Any) -> Page:
    return page(read(hand_in(*cells)))


def said(key: str, lang: Language = "en", **values: Any) -> str:
    return texts.say(key, lang, **values)


def encoded(content: bytes) -> str:
    return b64encode(content).decode()


# ---------------------------------------------------------------- what is shown


def test_each_cell_stands_there_with_number_kind_source_and_count() -> None:
    shown = page(honest())
    assert [at["id"] for at in shown.all("section")] == ["text-1", *(f"cell-{number}" for number in range(1, 8))]
    for text in (
        "MNIST densa.ipynb",
        "8 cells, 7 of them code",
        "# A network for digits\n\nIt reads **MNIST**.",
        "import keras\nprint('ready')",
        "saved as [1]",
        "This cell is empty.",
        "Code cell 7",
    ):
        assert text in shown.text
    assert "redes/" not in shown.text


def test_each_cell_tells_what_happened_in_our_run() -> None:
    text = re.sub(r"\s+", " ", page(honest()).text)
    assert "In our run: ran out of time" in text
    assert "Text # A network for digits It reads **MNIST**. Code cell 1 saved as [1] ✓ ran" in text
    assert "Code cell 3 saved as [3] ✓ ran · 42 s" in text
    assert "Code cell 4 saved as [4] ✗ stopped by an error" in text
    assert "NameError: name 'history' is not defined plt.plot(history)" in text
    assert "Code cell 5 saved as [5] ✗ ran out of time" in text
    assert "Code cell 6 This cell is empty." in text  # nothing to run
    assert "Code cell 7 ⊘ did not run" in text
    assert "Go to: Code cell 4 (stopped by an error), Code cell 5 (ran out of time)" in text
    links = {at["href"] for at in page(honest()).all("a")}
    assert links == {"../students/ana.html", "../notebooks/ana.ipynb", "#cell-4", "#cell-5"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_hand_in_that_ran_without_a_sandbox_says_so(lang: Language) -> None:
    work = hand_in(code("x"))
    unsafe, safe = read(work, replace(run(), isolation=sandbox.UNSAFE)), read(work, replace(run(), isolation="bwrap"))
    assert said("runs.no_sandbox", lang) in page(unsafe, lang).text
    assert said("runs.no_sandbox", lang) not in page(safe, lang).text


def test_a_page_speaks_spanish() -> None:
    text = page(honest(), "es").text
    for shown in (
        "Lo que se entregó",
        "8 celdas, 7 de código",
        "En nuestra ejecución",
        "Guardado en el archivo",
        "se detuvo por un error",
        "no se ejecutó",
        "guardada como [1]",
        "Esta celda está vacía.",
    ):
        assert shown in text
    assert "Cell" not in text


def test_a_progress_bar_is_shown_as_it_ended_and_a_table_stays_in_one_piece() -> None:
    text = page(honest()).text
    assert "469/469 ━━ 3ms/step" in text
    assert "134/469" not in text
    assert "\\x08" not in text
    assert said("report.run_cut", most=2000) in text
    assert {"class": " drawn"} in page(honest()).all("pre")
    assert transcripts.settled("a\r\nb\rc\b\b\r\n50 %\r100 %") == "a\nc\n100 %"
    assert transcripts.settled("as it is") == "as it is"


def test_a_picture_is_shown_as_we_wrote_it_and_its_stand_in_text_is_not() -> None:
    ornate = file(header(4, 3), chunk(b"tEXt", b"a message"), pixels((b"\0" + b"\xc0\x20\x20" * 4) * 3))
    shown = of_cells(code("x", display({"image/png": encoded(ornate), "text/plain": "<Figure>"})))
    (image,) = shown.all("img")
    assert image["src"] == ADDRESS + encoded(png.checked(picture()) or b"")
    assert (image["width"], image["height"], image["alt"]) == ("4", "3", "Picture saved with code cell 1")
    assert "<Figure>" not in shown.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_not_shown_is_named(lang: Language) -> None:
    named = code(
        "x",
        display({"text/html": "<b>", "image/svg+xml": "<svg>", "text/plain": "a table"}),
        display({"application/javascript": "alert(1)"}),
        display({"image/png": encoded(b"GIF89a")}),
    )
    text = page(read(hand_in(named, markdown("y", attachments={"plan.png": {}}))), lang).text
    assert said("report.output_named", lang, kinds=["text/html", "image/svg+xml"]) in text
    assert said("report.output_named", lang, kinds=["application/javascript"]) in text
    assert said("report.picture_refused", lang, side=4096, megapixels=8) in text
    assert said("report.attachments", lang, names=["plan.png"]) in text
    assert "a table" in text
    assert "alert(1)" not in text


def test_a_refused_picture_leaves_its_stand_in_text() -> None:
    shown = of_cells(code("x", display({"image/png": "not base64", "text/plain": "<Figure>"})))
    assert "<Figure>" in shown.text
    assert shown.all("img") == []


def test_a_module_is_shown_as_one_cell_without_counting_it() -> None:
    shown = page(read(hand_in(name="net.py", content=b"import keras\n"), run(ran(1, output="hi"))))
    assert "import keras" in shown.text
    assert "hi" in shown.text
    assert "cells" not in shown.text.split("Nothing in this page")[0]


def test_an_empty_line_at_the_beginning_of_a_cell_stays() -> None:
    content = transcripts.page(read(hand_in(code("\n\n  a = 1"))), slug="ana", lang="en")
    assert b"<pre>\n\n\n  a = 1</pre>" in content  # a browser drops the first of them


# ---------------------------------------------------------------- what is cut


def test_what_is_too_long_is_cut_and_says_so() -> None:
    long = of_cells(code("s" * 50_000, stream("o" * 50_000)), code("t" * transcripts.SOURCE_CAP)).text
    assert (long.count("s" * 19_999), long.count("o" * 9_999)) == (1, 1)
    assert "s" * 20_000 not in long
    assert said("report.text_cut", most=20_000) in long
    assert said("report.text_cut", most=10_000) in long
    assert long.count("Cut:") == 2


def test_ten_thousand_outputs_are_cut_and_counted() -> None:
    shown = of_cells(code("x", *[stream("o\n")] * 10_000))
    assert said("report.outputs_left_out", n=9_950) in shown.text
    assert len(shown.all("pre")) == 51


def test_a_page_holds_five_hundred_cells_and_about_a_million_characters() -> None:
    many = of_cells(*[code("x")] * 620)
    assert len(many.all("section")) == 500
    assert said("report.cells_left_out", n=120) in many.text
    long = of_cells(*[code("<" * 20_000)] * 60)
    assert len(long.all("section")) == 50
    assert said("report.cells_left_out", n=10) in long.text
    assert "not shown" not in of_cells(*[code("x")] * 500).text


def test_a_page_holds_forty_pictures() -> None:
    cells = [code("x", *[display({"image/png": PICTURE})] * 21), code("y", *[display({"image/png": PICTURE})] * 21)]
    shown = of_cells(*cells)
    assert len(shown.all("img")) == 40
    assert shown.text.count(said("report.pictures_full", most=40, megabytes=6)) == 2


def test_a_page_holds_six_megabytes_of_pictures() -> None:
    rows = b"".join(b"\0" + os.urandom(row_bytes(900) - 1) for _ in range(900))
    noise = encoded(file(header(900, 900), chunk(b"IDAT", zlib.compress(rows, 0))))
    shown = of_cells(*[code("x", display({"image/png": noise}))] * 3)
    assert len(shown.all("img")) == 2
    assert shown.text.count(said("report.pictures_full", most=40, megabytes=6)) == 1


@pytest.mark.parametrize(("end", "shown", "refused"), [(b"", 9, 0), (b"<b>", 0, 7)])
def test_pictures_that_inflate_to_much_are_few_also_when_they_are_refused(end: bytes, shown: int, refused: int) -> None:
    rows = zlib.compress(bytes(row_bytes(1700, 8, 6) * 1700))  # 11.6 MB
    bomb = encoded(file(header(1700, 1700, 8, 6), chunk(b"IDAT", rows + end)))
    found = of_cells(code("x", *[display({"image/png": bomb})] * 40))
    assert len(found.all("img")) == shown
    assert found.text.count(said("report.picture_refused", side=4096, megapixels=8)) == refused
    assert found.text.count(said("report.pictures_full", most=40, megabytes=6)) == 40 - shown - refused


# ---------------------------------------------------------------- what nobody can make of it


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("attack", ATTACKS)
def test_whatever_a_student_writes_is_text(attack: str, lang: Language) -> None:
    content = transcripts.page(hostile(attack), slug="ana", lang=lang)
    shown = Page(content)
    assert {tag for tag, _ in shown.tags} <= ALLOWED
    assert shown.all("img") == []
    assert {name for _, found in shown.tags for name in found} <= {
        "lang",
        "charset",
        "name",
        "content",
        "http-equiv",
        "class",
        "id",
        "href",
        "download",
        "aria-hidden",
    }
    assert all(HERE.fullmatch(at["href"] or "") for at in shown.all("a"))
    assert not RAW_CONTROL.search(content.decode("utf-8"))
    shown.has_the_policy_first()
    # In code, text, raw and what was printed and saved, it is all there: nothing is swallowed either.
    assert shown.text.count(clean_text(attack)) >= 8
    assert "49" not in re.sub(r"[0-9a-f-]{10,}", "", shown.text)


def test_what_the_page_says_itself_is_not_to_be_had_for_html_in_an_output() -> None:
    shown = page(hostile("x")).text
    for never in ("document.title", "onload", "<svg"):
        assert never not in shown


@given(st.text(max_size=40))
def test_any_text_in_any_place_gives_a_whole_page(text: str) -> None:
    shown = page(hostile(text))
    assert {tag for tag, _ in shown.tags} <= ALLOWED
    assert shown.all("img") == []


@given(st.binary(max_size=60) | st.binary(max_size=60).map(lambda more: picture() + more))
def test_a_picture_in_a_page_is_always_one_that_passes_the_check_again(content: bytes) -> None:
    for image in of_cells(code("x", display({"image/png": encoded(content)}))).all("img"):
        address = image["src"] or ""
        written = b64decode(address.removeprefix(ADDRESS), validate=True)
        assert address.startswith(ADDRESS)
        assert png.checked(written) == written


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_honest_page_is_whole_and_says_its_language_and_policy(lang: Language) -> None:
    shown = page(honest(), lang)
    assert {tag for tag, _ in shown.tags} <= ALLOWED | {"img"}
    assert shown.all("html") == [{"lang": lang}]
    assert len(shown.all("h1")) == len(shown.all("title")) == len(shown.all("main")) == len(shown.all("img")) == 1
    shown.has_the_policy_first()


# ---------------------------------------------------------------- where it stands, and when it is written


def test_a_students_page_leads_to_the_hand_in_and_its_failed_cells_when_there_is_a_page_of_it() -> None:
    crash = next(one for one in a_class() if one.student == "crash")
    crashed = reports.student_page(crash, RUBRIC, "en", notebook=True)
    written = dict(reports.render([crash, card("li")], RUBRIC, lang="en", formats=("html",)))
    links = [at["href"] for at in Page(crashed).all("a")]
    assert links == ["../index.html", "../notebooks/crash.html", "../notebooks/crash.html#cell-12"]
    assert said("report.notebook_link") in Page(crashed).text
    assert [at["href"] for at in Page(reports.student_page(card("li"), RUBRIC, "en")).all("a")] == ["../index.html"]
    assert {at["href"] for at in Page(written["index.html"]).all("a")} == {"students/crash.html", "students/li.html"}
    back = page(replace(honest(), student="crash")).all("a")[0]["href"]
    assert back == "../students/ana.html"
    odd = Page(transcripts.page(honest(), slug="a b?#~2", lang="en"))
    assert odd.all("a")[0] == {"href": "../students/a%20b%3F%23~2.html"}
    assert pages.notebook_path("ana") == "notebooks/ana.html"


@pytest.fixture(scope="module")
def digits() -> data.DataSet:
    return data.find("digits")


@pytest.fixture
def job(tmp_path: Path, digits: data.DataSet) -> pipeline.Job:
    output.prepare(tmp_path)
    return pipeline.Job(rubric=RUBRIC, course=course.shipped(), paths=(), out=tmp_path, data=digits, language="en")


PLACE = Row(student="ana", slug="ana", hand_in=None, person=None, duplicate=False, known=True)
WORK = hand_in(code("x = 1"))


def written(job: pipeline.Job, work: Submission, told: Run | None) -> bool | None:
    """Whether the batch wrote the page when it came by; None when there is no page now."""
    path = job.out / "notebooks" / "ana.html"
    if path.exists():
        os.utime(path, (1, 1))
    submission._show_hand_in(job, PLACE, work, told)
    return path.stat().st_mtime > 1 if path.exists() else None


def test_a_page_is_written_once_for_a_hand_in_its_run_and_a_language(job: pipeline.Job) -> None:
    told, spanish = run(ran(1)), replace(job, language="es")
    assert written(job, WORK, told)
    assert not written(job, WORK, told)
    assert written(job, WORK, run(ran(1, output="new")))
    assert written(job, replace(WORK, sha256="other"), told)
    assert written(spanish, WORK, told)
    assert not written(spanish, WORK, told)
    (job.out / "notebooks" / "ana.html").write_bytes(b"damaged")
    assert written(spanish, WORK, told)


@pytest.mark.parametrize("work", [hand_in(content=b"%PDF-1.4"), hand_in(content=b"{")])
def test_a_page_that_nothing_stands_behind_any_more_is_taken_away(job: pipeline.Job, work: Submission) -> None:
    assert written(job, WORK, run(ran(1)))
    assert written(job, replace(work, sha256="other"), run()) is None
    assert written(job, WORK, run(ran(1)))
    assert written(job, Submission(student="ana", exercise="b", files={}, entry=None), None) is None


def test_a_page_of_the_past_is_recognised_by_its_beginning_alone(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    assert not transcripts.shows(path, "k" * 32, "en")
    path.write_bytes(transcripts.page(hostile("m" * 9000), slug="ana", lang="en", key="k" * 32))
    assert transcripts.shows(path, "k" * 32, "en")
    assert not transcripts.shows(path, "k" * 32, "es")
    assert not transcripts.shows(path, "l" * 32, "en")
    path.write_bytes(transcripts.page(hostile("l" * 32 + "-en"), slug="ana", lang="en", key="k" * 32))
    assert not transcripts.shows(path, "l" * 32, "en")
    assert unescape(path.read_text("utf-8")).count("l" * 32 + "-en") > 5
