"""The pages in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from strategies_cards import RUBRIC, a_class, hostile_card

from grader import reports
from grader.records import LANGUAGES, Language, Scorecard

pytestmark = pytest.mark.browser
Browser = Callable[..., str]


def written(folder: Path, cards: list[Scorecard], lang: Language = "en") -> Path:
    """The folder with a report of ``cards``."""
    for name, content in reports.render(cards, RUBRIC, lang=lang):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def title(document: str) -> str:
    found = re.search(r"<title>(.*?)</title>", document, re.DOTALL)
    assert found is not None
    return unescape(found[1])


def test_a_script_in_a_name_is_shown_and_never_runs(browser: Browser, tmp_path: Path) -> None:
    attack = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
    control = tmp_path / "control.html"
    control.write_text(f"<!doctype html><title>before</title>{attack}")
    assert title(browser(control)) == "taken"          # so this browser does run scripts
    report = written(tmp_path, [hostile_card(attack)])
    page, = (report / "students").iterdir()
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
    path = written(tmp_path, a_class()) / "index.html"
    path.write_text(path.read_text("utf-8").replace("</main>", attack + "</main>"), "utf-8")
    assert "taken" not in title(browser(path))
    assert asked == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [360, 1200])
def test_no_page_is_wider_than_its_window(browser: Browser, tmp_path: Path, lang: Language, width: int) -> None:
    long = hostile_card("x" * 300)
    written(tmp_path, [*a_class(), long], lang)
    wide = tmp_path / "wide.html"
    wide.write_text("<!doctype html><title>x</title><div style='width:2000px'>x</div>")
    pages = ["wide.html", "index.html", *(f"students/{one.slug}.html" for one in [*a_class(), long])]
    measure = (
        "onload = () => document.title = JSON.stringify(Array.from(document.querySelectorAll('iframe'),"
        " f => f.contentDocument.documentElement.scrollWidth))"
    )
    frames = "".join(f"<iframe src='{page}' style='border:0;width:{width}px;height:600px'></iframe>" for page in pages)
    ruler = tmp_path / "ruler.html"
    ruler.write_text(f"<!doctype html><title>before</title><script>{measure}</script>{frames}")
    widths = dict(zip(pages, json.loads(title(browser(ruler, "--allow-file-access-from-files"))), strict=True))
    assert widths.pop("wide.html") >= 2000             # so the ruler can tell
    assert {page: found for page, found in widths.items() if found > width} == {}


@pytest.mark.parametrize(("scheme", "dark"), [("preferredColorScheme=1", False), ("preferredColorScheme=0", True)])
def test_a_page_follows_the_readers_choice_of_light_or_dark(
    browser: Browser, tmp_path: Path, scheme: str, dark: bool
) -> None:
    from PIL import Image

    picture = tmp_path / "page.png"
    browser(
        written(tmp_path, a_class()) / "index.html",
        f"--blink-settings={scheme}", "--window-size=800,600", f"--screenshot={picture}",
    )
    with Image.open(picture) as image:
        corner = image.convert("L").getpixel((2, 2))
        shades = len(image.convert("L").getcolors() or [])
    assert (corner < 60) is dark
    assert shades > 20                                 # the page is not blank


def test_a_page_prints(browser: Browser, tmp_path: Path) -> None:
    paper = tmp_path / "page.pdf"
    browser(written(tmp_path, a_class()) / "students" / "convolution.html", f"--print-to-pdf={paper}")
    content = paper.read_bytes()
    assert content.startswith(b"%PDF-")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", content)) <= 4
