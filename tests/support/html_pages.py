"""A page as a strict reader sees it."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from html.parser import HTMLParser

VOID = {"meta", "br", "img", "link", "hr", "input"}
ALLOWED = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "header",
    "section",
    "article",
    "details",
    "summary",
    "h1",
    "h2",
    "h3",
    "p",
    "a",
    "b",
    "i",
    "small",
    "br",
    "div",
    "span",
    "bdi",
    "code",
    "pre",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
}


class Page(HTMLParser):
    """Every element is closed, in order; no attribute stands twice."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.style = ""
        self.feed(content.decode("utf-8"))
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute stands twice in <{tag}>"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            self.style += data
        else:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def has_the_policy_first(self) -> None:
        """Nothing is loaded, sent or run, and no style but the page's own sheet: said before anything else is."""
        sheet = b64encode(hashlib.sha256(self.style.encode()).digest()).decode()
        policy = f"default-src 'none'; style-src 'sha256-{sheet}'; img-src data:; base-uri 'none'; form-action 'none'"
        assert [tag for tag, _ in self.tags[:3]] == ["html", "head", "meta"]
        assert self.all("meta")[:2] == [
            {"charset": "utf-8"},
            {"http-equiv": "Content-Security-Policy", "content": policy},
        ]
        assert {"name": "referrer", "content": "no-referrer"} in self.all("meta")
        assert not any("style" in attributes for _, attributes in self.tags)
