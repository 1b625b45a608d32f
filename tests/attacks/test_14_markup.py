"""HTML, scripts, SVG and style sheets in everything that a student can name, type, raise, draw or save."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

import pytest

from tests.attacks.course import EMPTY, MODEL, START
from tests.attacks.grading import Attack, Batch, Card, batch
from tests.attacks.written import Shown, notebook_faults, page_faults
from tests.support.notebooks import notebook
from tests.support.pngs import chunk, picture

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

SCRIPT = "<script>alert(document.domain)</script>"
EVENT = "\"'><img src=x onerror=alert(1)>"
SVG = "<svg xmlns='http://www.w3.org/2000/svg' onload=alert(2)><a href='javascript:alert(3)'>x</a></svg>"
STYLE = "</style></pre></code></title><style>*{display:none}</style><link rel=stylesheet href=//evil.example>"
FRAME = "<!--><iframe srcdoc='<p>x' onload=alert(4)></iframe><base href=//evil.example><![CDATA[<?php"
TEMPLATE = "{{7*7}} {0.__class__} %s {% raw %} {{ config }}"
EVERY = (SCRIPT, EVENT, SVG, STYLE, FRAME)

TYPED = notebook(
    f"""
    {EMPTY.strip()}
    answers = {{"q1": {EVENT!r}, "why": {SCRIPT!r}}}
    """,
    f"print({STYLE!r}); print({SVG!r}, file=sys.stderr); input({EVENT!r})",
    f"%{EVENT}",
    f"!pip install {SCRIPT}",
    f"raise RuntimeError({SVG!r})",
    f"raise type({EVENT!r}, (Exception,), {{}})({STYLE!r})",
    f"x = 1; raise KeyError  # {FRAME} {SCRIPT}",
    f"""
    import keras
    from keras import layers
    class Odd(keras.losses.Loss): pass
    Odd.__name__ = {SVG[:80]!r}
    globals()[{EVENT!r}] = keras.Sequential(
        [keras.Input((784,)), layers.Dense(10, activation="softmax", name={SCRIPT[:-9]!r})], name="<b>x"
    )
    globals()[{EVENT!r}].compile("adam", Odd(), metrics=[{SCRIPT!r}])
    """,
)


def saved() -> bytes:
    """A notebook whose markdown, saved outputs, attachments and metadata are full of markup."""
    document = json.loads(notebook(START, MODEL, f"raise ValueError({TEMPLATE!r})"))
    png = b64encode(SVG.encode()).decode()
    fakes = [png, f'{png}" onerror="alert(5)', "javascript:alert(6)", png_with(SCRIPT.encode())]
    bundle = {
        "text/html": [SCRIPT],
        "image/svg+xml": SVG,
        "application/javascript": "alert(7)",
        "text/markdown": STYLE,
        "text/latex": FRAME,
        EVENT: SCRIPT,
        "text/plain": [EVENT, SCRIPT],
    }
    outputs: list[dict[str, Any]] = [
        {"output_type": "display_data", "metadata": {EVENT: SCRIPT}, "data": bundle},
        {"output_type": "stream", "name": EVENT, "text": STYLE + SCRIPT},
        {"output_type": "error", "ename": EVENT, "evalue": SVG, "traceback": [SCRIPT, "\x1b]8;;javascript:x()\x07x"]},
        *({"output_type": "display_data", "metadata": {}, "data": {"image/png": fake}} for fake in fakes),
    ]
    document["cells"][1] |= {"outputs": outputs, "metadata": {"tags": [EVENT], "collapsed": SCRIPT}}
    for number, source in enumerate((*EVERY, f"[x](javascript:alert(9)) ![y](attachment:{EVENT})", "<style>" + STYLE)):
        cell = {
            "cell_type": "markdown" if number % 2 else "raw",
            "id": f"words-{number}",
            "source": source,
            "metadata": {},
            "attachments": {EVENT: {"text/html": SCRIPT, "image/svg+xml": SVG}},
        }
        document["cells"].append(cell)
    document["metadata"] |= {"title": SCRIPT, "authors": [{"name": EVENT}]}
    return json.dumps(document).encode()


def png_with(words: bytes) -> str:
    """A real picture with words of a stranger's in it, in base64."""
    content = picture(2, 2)
    return b64encode(content[:-12] + chunk(b"tEXt", b"Comment\0" + words) + content[-12:]).decode()


def pages_are_plain(card: Card, graded: Batch) -> None:
    """No page of the report holds anything but text in our own tags, and every hand-in has its pages."""
    assert page_faults(graded.out) == []
    assert notebook_faults(graded.out) == []
    slugs = {card["slug"] for card in graded.cards}
    for folder, kind in (("students", "html"), ("notebooks", "html"), ("notebooks", "ipynb")):
        assert {path.stem for path in (graded.out / folder).glob(f"*.{kind}")} == slugs


# Whatever a front end would run, as outputs of our own run; then bytes without end, and messages that are none.
SHOWN = f"""
    from IPython.display import HTML, Javascript, Markdown, display, publish_display_data, update_display
    display(HTML({SCRIPT!r}), Javascript("alert(10)"), Markdown({EVENT!r}))
    publish_display_data({{"image/svg+xml": {SVG!r}}})
    widget = {{"application/vnd.jupyter.widget-view+json": {{"model_id": "a", "version_major": 2}}}}
    publish_display_data({{**widget, "text/html": {SCRIPT!r}, "text/plain": {EVENT!r}}}, {{"isolated": True}})
    publish_display_data({{"image/png": {png_with(SCRIPT.encode())!r}, "text/plain": "a picture"}})
    publish_display_data({{"image/png": {b64encode(SVG.encode()).decode()!r}}})
    display("first", display_id="one")
    update_display(HTML({SCRIPT!r}), display_id="one")
    print("\x1b]8;;javascript:x()\x07link\x1b[31mred", {STYLE!r})
"""
FLOODS = """
    for number in range(2_000):
        display({"number": number})
        publish_display_data({"text/plain": "z" * 20_000})
    print("\\n" * 1_000_000)
    for number in range(200_000):
        sys.stdout.write(f"\\r{number}")
"""
FORGED = """
    kernel = get_ipython().kernel
    nothing = (("stream", {}), ("stream", {"text": None}), ("display_data", {"data": 5}), ("error", {}), ("x", {}))
    for kind, content in nothing:
        kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent())
    raise ValueError("at the end")
"""


def nothing_runs_in_the_executed_notebook(card: Card, graded: Batch) -> None:
    pages_are_plain(card, graded)
    cells = json.loads((graded.out / "notebooks" / f"{card['slug']}.ipynb").read_text("utf-8"))["cells"]
    shown = json.dumps([cell["outputs"] for cell in cells])
    assert "a picture" in shown
    assert "image/png" in shown
    assert "at the end" in shown
    assert [words for words in ("alert(10)", "model_id", "isolated", "\\u001b") if words in shown] == []


def words_of(card: Card, graded: Batch, folder: str = "students") -> str:
    """The text of one of a student's pages."""
    return Shown((graded.out / folder / f"{card['slug']}.html").read_bytes()).text


def typed_words_are_shown(card: Card, graded: Batch) -> None:
    pages_are_plain(card, graded)
    for folder in ("students", "notebooks"):
        shown = words_of(card, graded, folder)
        assert [words for words in (SCRIPT, EVENT, SVG, STYLE, FRAME[:40]) if words not in shown] == []


def the_name_is_shown(card: Card, graded: Batch) -> None:
    pages_are_plain(card, graded)
    index = Shown((graded.out / "index.html").read_bytes()).text
    assert [words for words in (index, words_of(card, graded)) if card["student"] not in words] == []


def saved_words_are_shown(card: Card, graded: Batch) -> None:
    pages_are_plain(card, graded)
    assert TEMPLATE in words_of(card, graded)
    shown = words_of(card, graded, "notebooks")
    assert [words for words in (TEMPLATE, *EVERY, "text/html") if words not in shown] == []
    assert SCRIPT.encode() not in b64decode(picture_of(card, graded))


def picture_of(card: Card, graded: Batch) -> str:
    """The only picture that was taken over: the real one, without what somebody wrote into it."""
    page = Shown((graded.out / "notebooks" / f"{card['slug']}.html").read_bytes())
    (picture,) = page.all("img")
    return str(picture["src"]).partition(",")[2]


ATTACKS = [
    Attack(
        name="typed and raised",
        files={"": TYPED},
        credits={"*": 0, "params": None, "output": None},  # the names in his model are refused
        ended="error",
        review=True,
        and_then=typed_words_are_shown,
    ),
    Attack(
        name="saved in the file",
        files={"": saved()},
        credits={"*": 1, "runs": 0},
        ended="error",
        and_then=saved_words_are_shown,
    ),
    Attack(
        name="shown in our run",
        files={"": notebook(START, SHOWN, FLOODS, FORGED, MODEL)},
        credits={"*": 1, "runs": 0},
        ended="error",
        and_then=nothing_runs_in_the_executed_notebook,
    ),
    Attack(
        name="names of files and of the student",
        student=f"002 {EVENT} <style>*{{}}",
        files={
            f"a{EVENT}.ipynb": notebook(START, "raise ValueError"),
            f"b{EVENT}{SCRIPT.replace('/', '')}.ipynb": notebook(START, MODEL),
        },
        credits={"*": 1},
        review=True,  # two notebooks: a person sees which one was graded
        says=(f"b{EVENT}".replace('"', '\\"'),),
        and_then=the_name_is_shown,
    ),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return batch(tmp_path_factory.mktemp("family"), "light", ATTACKS)


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)
