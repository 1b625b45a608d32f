"""The pages in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from grader import reports
from grader.records import LANGUAGES, Language, Scorecard, Transcript
from grader.reports import transcripts
from tests.support.cards import RUBRIC, a_class, hostile_card
from tests.support.transcripts import ATTACKS, SCRIPT, honest, hostile

pytestmark = pytest.mark.browser
Browser = Callable[..., str]


def written(folder: Path, cards: list[Scorecard], lang: Language = "en") -> Path:
    """The folder with a report of ``cards``."""
    pages = [(reports.student_path(one.slug), reports.student_page(one, RUBRIC, lang)) for one in cards]
    for name, content in [*pages, *reports.render(cards, RUBRIC, lang=lang)]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def hand_in(folder: Path, transcript: Transcript, lang: Language = "en") -> Path:
    """The page of a hand-in, in a folder of its own."""
    path = folder / "notebooks" / "ana.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(transcripts.page(transcript, slug="ana", lang=lang))
    return path


def title(document: str) -> str:
    found = re.search(r"<title>(.*?)</title>", document, re.DOTALL)
    assert found is not None
    return unescape(found[1])


def test_a_script_in_a_name_is_shown_and_never_runs(browser: Browser, tmp_path: Path) -> None:
    attack = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
    control = tmp_path / "control.html"
    control.write_text(f"<!doctype html><title>before</title>{attack}")
    assert title(browser(control)) == "taken"  # so this browser does run scripts
    report = written(tmp_path, [hostile_card(attack)])
    (page,) = (report / "students").iterdir()
    for path in (page, report / "index.html"):
        document = browser(path)
        assert "taken" not in title(document).replace(attack, "")
        assert "<script" not in document
        assert "&lt;script&gt;" in document


def test_even_markup_that_slipped_through_could_run_nothing_and_fetch_nothing(
    browser: Browser, listener: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, asked = listener
    attack = (
        f"<script>document.title='taken'</script><script src='{address}/script'></script><img src='{address}/image'>"
        f"<link rel=stylesheet href='{address}/style'><iframe src='{address}/frame'></iframe>"
        f"<div style=\"background:url('{address}/background')\">x</div>"
    )
    control = tmp_path / "control.html"
    control.write_text(f"<!doctype html><title>before</title>{attack}")
    assert title(browser(control)) == "taken"
    assert {"/script", "/image", "/style", "/frame", "/background"} <= set(asked)
    asked.clear()
    for path in (written(tmp_path, a_class()) / "index.html", hand_in(tmp_path, honest())):
        path.write_text(path.read_text("utf-8").replace("</main>", attack + "</main>"), "utf-8")
        assert "taken" not in title(browser(path))
        assert asked == []


def test_a_hostile_hand_in_is_shown_and_runs_nothing_and_fetches_nothing(
    browser: Browser, listener: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, asked = listener
    fetching = f"<img src='{address}/image'><script src='{address}/script'></script><link rel=icon href='{address}/i'>"
    control = tmp_path / "control.html"
    control.write_text(f"<!doctype html><title>before</title>{SCRIPT}{fetching}")
    assert title(browser(control)) == "taken"
    assert {"/image", "/script"} <= set(asked)
    asked.clear()
    for attack in (*ATTACKS, fetching, f"![x]({address}/markdown) @import url({address}/style)"):
        document = browser(hand_in(tmp_path, hostile(attack)))
        assert "taken" not in title(document).replace(SCRIPT, "").replace(attack, "")
        assert not re.search("<(script|img|svg|link|iframe|b)[ >]", document)
    assert asked == []


def test_markup_that_slipped_through_could_not_even_change_how_the_page_looks(browser: Browser, tmp_path: Path) -> None:
    attack = "<style>main { display: none }</style><p id=x style='position: fixed; width: 300px'>10 / 10</p>"
    measure = (
        "onload = () => document.title = JSON.stringify(Array.from(document.querySelectorAll('iframe'), f => ["
        "f.contentWindow.getComputedStyle(f.contentDocument.querySelector('main')).display,"
        "f.contentWindow.getComputedStyle(f.contentDocument.querySelector('#x')).position]))"
    )
    (tmp_path / "control.html").write_text(f"<!doctype html><title>x</title><main></main>{attack}")
    path = hand_in(tmp_path, honest())
    path.write_text(path.read_text("utf-8").replace("</main>", "</main>" + attack), "utf-8")
    frames = "<iframe src=control.html></iframe><iframe src=notebooks/ana.html></iframe>"
    ruler = tmp_path / "ruler.html"
    ruler.write_text(f"<!doctype html><title>before</title><script>{measure}</script>{frames}")
    found = json.loads(title(browser(ruler, "--allow-file-access-from-files")))
    assert found == [["none", "fixed"], ["block", "static"]]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [360, 1200])
def test_no_page_is_wider_than_its_window(browser: Browser, tmp_path: Path, lang: Language, width: int) -> None:
    long = hostile_card("x" * 300)
    written(tmp_path, [*a_class(), long], lang)
    hand_in(tmp_path, honest(), lang)
    (tmp_path / "notebooks" / "long.html").write_bytes(transcripts.page(hostile("x" * 9000), slug="ana", lang=lang))
    wide = tmp_path / "wide.html"
    wide.write_text("<!doctype html><title>x</title><div style='width:2000px'>x</div>")
    hand_ins = ["notebooks/ana.html", "notebooks/long.html"]
    pages = ["wide.html", "index.html", *hand_ins, *(f"students/{one.slug}.html" for one in [*a_class(), long])]
    measure = (
        "onload = () => document.title = JSON.stringify(Array.from(document.querySelectorAll('iframe'),"
        " f => f.contentDocument.documentElement.scrollWidth))"
    )
    frames = "".join(f"<iframe src='{page}' style='border:0;width:{width}px;height:600px'></iframe>" for page in pages)
    ruler = tmp_path / "ruler.html"
    ruler.write_text(f"<!doctype html><title>before</title><script>{measure}</script>{frames}")
    widths = dict(zip(pages, json.loads(title(browser(ruler, "--allow-file-access-from-files"))), strict=True))
    assert widths.pop("wide.html") >= 2000  # so the ruler can tell
    assert {page: found for page, found in widths.items() if found > width} == {}


@pytest.mark.parametrize("page", ["index.html", "notebooks/ana.html"])
@pytest.mark.parametrize(("scheme", "dark"), [("preferredColorScheme=1", False), ("preferredColorScheme=0", True)])
def test_a_page_follows_the_readers_choice_of_light_or_dark(
    browser: Browser, tmp_path: Path, page: str, scheme: str, dark: bool
) -> None:
    from PIL import Image

    picture = tmp_path / "page.png"
    hand_in(written(tmp_path, a_class()), honest())
    browser(
        tmp_path / page,
        f"--blink-settings={scheme}",
        "--window-size=800,600",
        f"--screenshot={picture}",
    )
    with Image.open(picture) as image:
        corner = image.convert("L").getpixel((2, 2))
        shades = len(image.convert("L").getcolors() or [])
    assert (corner < 60) is dark
    assert shades > 20  # the page is not blank


def test_a_picture_of_a_hand_in_is_really_drawn(browser: Browser, tmp_path: Path) -> None:
    from PIL import Image

    screen = tmp_path / "page.png"
    browser(hand_in(tmp_path, honest()), "--window-size=1000,1400", f"--screenshot={screen}")
    with Image.open(screen) as image:
        colours = {colour for _, colour in image.convert("RGB").getcolors(1 << 24) or []}
    assert (0xC0, 0x20, 0x20) in colours  # what the saved picture is full of


def test_a_page_prints(browser: Browser, tmp_path: Path) -> None:
    paper = tmp_path / "page.pdf"
    browser(written(tmp_path, a_class()) / "students" / "convolution.html", f"--print-to-pdf={paper}")
    content = paper.read_bytes()
    assert content.startswith(b"%PDF-")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", content)) <= 4
