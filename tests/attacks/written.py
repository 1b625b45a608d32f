"""What a report may hold, wherever a stranger's words come into it: tags, attributes, addresses, characters.

Each function lists what is wrong and where; an empty list is what the attacks assert.
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from base64 import b64decode
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import nbformat

from grader.reports import executed
from grader.reports.pages import STYLE
from grader.untrusted import png
from tests.support.html_pages import ALLOWED, Page

MARKS = 4  # combining marks in a row that living scripts need
ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|\\\\")  # a scheme, another host
PLAIN = re.compile(r"[a-z0-9 ]*")
EVERYWHERE = {"class", "id", "role", "tabindex", "aria-hidden", "aria-label", "title", "data-label"}
OWN: dict[str, set[str]] = {
    "html": {"lang"},
    "meta": {"charset", "name", "content", "http-equiv"},
    "th": {"scope"},
    "a": {"href", "download"},
    "img": {"src", "width", "height", "alt"},
}
PNG = b"\x89PNG\r\n\x1a\n"


# ---------------------------------------------------------------- pages


class Shown(Page):
    """A page of a report, with what stands in it that our own templates do not write."""

    def __init__(self, content: bytes) -> None:
        self.wrong: list[str] = []
        super().__init__(content)
        for tag, given in self.tags:
            if tag not in ALLOWED | {"img"}:
                self.wrong.append(f"<{tag}>")
            for name, value in given.items():
                if name not in OWN.get(tag, set()) | EVERYWHERE:
                    self.wrong.append(f"<{tag} {name}={value!r}>")
                if name in ("class", "id", "role") and PLAIN.fullmatch((value or "").replace("-", "")) is None:
                    self.wrong.append(f"{name} {value!r}")
                if name == "src" and not is_picture(value or ""):
                    self.wrong.append(f"picture {(value or '')[:60]!r}")

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"<!--{data[:60]}-->")

    def handle_decl(self, decl: str) -> None:
        if decl != "doctype html":
            self.wrong.append(f"<!{decl[:60]}>")

    def handle_pi(self, data: str) -> None:
        self.wrong.append(f"<?{data[:60]}>")

    def unknown_decl(self, data: str) -> None:
        self.wrong.append(f"<![{data[:60]}]>")


def page_faults(out: Path) -> list[str]:
    """What is wrong with the pages of a report: what they hold, where they lead, and their one style sheet."""
    faults = []
    for path in sorted(out.rglob("*.html")):
        try:
            page = Shown(path.read_bytes())
            page.has_the_policy_first()
        except AssertionError as error:
            faults.append(f"{path.relative_to(out)}: {error}")
            continue
        wrong = [*page.wrong]
        wrong += [f"link {link['href']!r}" for link in page.all("a") if not leads_inside(str(link["href"]), path, out)]
        if len(page.all("style")) != 1 or page.style != STYLE:
            wrong.append("another style sheet")
        faults += [f"{path.relative_to(out)}: {fault}" for fault in wrong]
    return faults


def leads_inside(link: str, path: Path, out: Path) -> bool:
    """Whether a link is relative and leads to a page or a notebook of the same report, or to a cell of its own page."""
    target, _, anchor = link.partition("#")
    if ELSEWHERE.match(target) or (anchor and re.fullmatch(r"cell-\d+", anchor) is None):
        return False
    found = (path.parent / target).resolve() if target else path
    return found.suffix in (".html", ".ipynb") and found.is_file() and found.is_relative_to(out.resolve())


def is_picture(address: str) -> bool:
    """Whether an address is a PNG within itself, whole, and nothing else."""
    kind, _, data = address.partition(",")
    try:
        content = b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return False
    return kind == "data:image/png;base64" and content.startswith(PNG) and content.endswith(b"IEND\xaeB`\x82")


# ---------------------------------------------------------------- executed notebooks


def notebook_faults(out: Path) -> list[str]:
    """What stands in an executed notebook beside source, prose without tags, text and checked pictures."""
    wrong: list[str] = []
    for path in sorted((out / "notebooks").glob("*.ipynb")):
        content = path.read_bytes()
        node = nbformat.reads(content.decode(), as_version=4)
        nbformat.validate(node)
        if len(content) > executed.SIZE_CAP or node.metadata != executed.METADATA:
            wrong.append(f"{path.name}: {len(content)} bytes, {node.metadata}")
        for cell in node.cells:
            prose = "" if cell.cell_type == "code" else cell.source
            if cell.metadata or "attachments" in cell or re.search(r"<[A-Za-z/!?]|!\[", prose):
                wrong.append(f"{path.name}: {cell.id}: {str(dict(cell))[:200]}")
            wrong += [f"{path.name}: {cell.id}: {fault}" for output in cell.get("outputs", ()) for fault in of(output)]
    return wrong


def of(output: Any) -> list[str]:
    """What is wrong with one output."""
    kinds = {
        "stream": {"name", "text"},
        "error": {"ename", "evalue", "traceback"},
        "display_data": {"data", "metadata"},
    }
    wrong = sorted(set(output) - {"output_type"} - kinds.get(output.output_type, set()))
    data = output.get("data", {})
    wrong += sorted(set(data) - {"text/plain", "image/png"})
    picture = b64decode(data.get("image/png", ""))
    if picture and png.checked(picture) != picture:
        wrong.append("a picture that is not ours")
    return wrong + ["an escape sequence"] * ("\x1b" in str(output) or "\\x1b" in str(output))


# ---------------------------------------------------------------- characters


def unclean(text: str, allowed: str = "\n\t") -> list[str]:
    """The characters that a terminal or a reader would obey: controls, directions, what cannot be seen or encoded."""
    bad = {
        character
        for character in text
        if character not in allowed and unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    }
    return sorted(f"U+{ord(character):04X}" for character in bad)


def stacked(text: str) -> int:
    """The most combining marks that stand in a row."""
    most = run = 0
    for character in text:
        run = run + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        most = max(most, run)
    return most


def character_faults(out: Path) -> list[str]:
    """What is wrong with the characters of all that a report shows; cards are data, and may stack what was typed."""
    faults = []
    for path in report_files(out):
        name, text = str(path.relative_to(out)), path.read_text("utf-8")
        if path.suffix == ".xml":
            text += xml_words(path)
        faults += [f"{name}: {code}" for code in unclean(text, "\n\t\r" if path.suffix == ".csv" else "\n\t")]
        if path.suffix != ".json" and stacked(text) > MARKS:
            faults.append(f"{name}: {stacked(text)} combining marks in a row")
        if not name.isascii() or not name.isprintable():
            faults.append(f"{name!r}: the name of a file")
    return faults


def xml_words(path: Path) -> str:
    """All the words of an XML file, as they are read; a control character for a file that is none."""
    try:
        elements = list(ET.parse(path).iter())
    except ET.ParseError:
        return "\0"
    return "".join(words for element in elements for words in (element.text or "", *element.attrib.values()))


def report_files(out: Path) -> Sequence[Path]:
    """The files that are shown: all but the evidence."""
    return [path for path in sorted(out.rglob("*")) if path.is_file() and "evidence" not in path.relative_to(out).parts]
