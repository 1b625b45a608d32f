"""Hand-ins with saved outputs, and runs of them, for tests: honest and hostile."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from grader.evidence import transcript
from grader.records import Ended, FailedCell, Run, Submission, Transcript
from tests.support.pngs import picture

Json = dict[str, Any]
PICTURE = b64encode(picture()).decode()
SCRIPT = "<script>document.title='taken'</script>"
SVG = "<svg xmlns='http://www.w3.org/2000/svg' onload=\"document.title='taken'\"><script>alert(1)</script></svg>"
ATTACKS = (
    SCRIPT,
    "</pre></style></title>" + SCRIPT,
    "\"'><img src=x onerror=\"document.title='taken'\">",
    "&lt;script&gt; &#60;b&#62; &amp;",
    "[a link](javascript:document.title='taken') ![a picture](http://127.0.0.1:9/a.png)",
    "{{ 7 * 7 }} {% for a in [] %} {# gone #} ${7*7}",
    "<!-- --> <![CDATA[ ]]> <?php ?>",
    "\u202eevil\u2066 \u200b\ufeff",
    "\x1b]0;title\x07\x1b[31mred\x1b[0m \x1b]52;c;ZXZpbA==\x07 \x9b31m",
    "a\0b\x7fc\x85d",
    "\ud800 lone \udfff",
    "Z" + "\u0301" * 200,
)


def code(source: Any, *outputs: Any, count: Any = None) -> Json:
    return {"cell_type": "code", "source": source, "execution_count": count, "outputs": list(outputs), "metadata": {}}


def markdown(source: Any, **more: Any) -> Json:
    return {"cell_type": "markdown", "source": source, "metadata": {}, **more}


def stream(text: Any) -> Json:
    return {"output_type": "stream", "name": "stdout", "text": text}


def display(data: Any) -> Json:
    """An output by media type."""
    return {"output_type": "display_data", "data": data, "metadata": {}}


def failure(name: Any, value: Any, *traceback: Any) -> Json:
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": list(traceback)}


def hand_in(*cells: Any, name: str = "work.ipynb", student: str = "ana", content: bytes | None = None) -> Submission:
    written = json.dumps({"nbformat": 4, "cells": cells}).encode() if content is None else content
    return Submission(student=student, exercise="mnist-mlp", files={name: written}, entry=name, sha256="abc")


def run(*claims: Any, ended: Ended = "ok", failed: tuple[FailedCell, ...] = ()) -> Run:
    """A run whose frame ``cells`` says ``claims``."""
    return Run(submission="abc", ended=ended, failed=failed, frames={("cells", 0): json.dumps(claims).encode()})


def ran(cell: int, status: str = "ok", **more: Any) -> Json:
    """The claim of one cell."""
    return {"cell": cell, "status": status, "seconds": 0.1, "error": "", "text": "", "line": "", "output": "", **more}


def read(submission: Submission, of: Run | None = None) -> Transcript:
    found = transcript.transcript(submission, of or run())
    assert found is not None
    return found


def honest() -> Transcript:
    """What a class hands in: text, code, a plot, a progress bar, a table, an error."""
    bar = "".join(f"\r{step}/469 \x1b[32m━━\x1b[0m 3ms/step" + "\b" * 20 for step in range(0, 470, 67))
    summary = "┃ Layer (type)    ┃ Output Shape ┃  Param # ┃\n│ dense (Dense)   │ (None, 10)   │    7,850 │\n"
    cells = (
        markdown("# A network for digits\n\nIt reads **MNIST**."),
        code(["import keras\n", "print('ready')"], stream(["ready\n"]), count=1),
        code("model.summary()", display({"text/plain": summary, "text/html": "<pre>dense</pre>"}), count=2),
        code("model.fit(x, y)", stream(bar + "\n"), count=3),
        code("plt.plot(history)", display({"text/plain": "<Figure>", "image/png": PICTURE + "\n"}), count=4),
        code("1 / 0", failure("ZeroDivisionError", "division by zero", "\x1b[31mTraceback\x1b[0m", "1 / 0"), count=5),
        code("", count=None),
        code("answers = {}"),
    )
    told = run(
        ran(1, output="ready\n"),
        ran(2, output=summary),
        ran(3, output=(bar * 9)[:2000], seconds=42.0),
        ran(4, "error", error="NameError", text="name 'history' is not defined", line="plt.plot(history)"),
        ran(5, "timeout"),
        ended="timeout",
        failed=(FailedCell(cell=4, kind="error"), FailedCell(cell=5, kind="timeout")),
    )
    return read(hand_in(*cells, name="redes/MNIST densa.ipynb"), told)


def hostile(attack: str) -> Transcript:
    """An attack in every place that a student can write to."""
    outputs = (
        stream(attack),
        stream([attack, attack]),
        failure(attack, attack, attack),
        failure(attack, attack),
        display({"text/plain": attack, "text/html": SCRIPT, "image/svg+xml": SVG, attack: attack}),
        display({"application/javascript": "document.title='taken'", "text/latex": attack, "image/jpeg": PICTURE}),
        display({"image/png": attack}),
        {"output_type": attack},
        {"output_type": "display_data", "svg": SVG},
        attack,
    )
    cells = (
        code(attack, *outputs, count=attack),
        markdown(attack, attachments={attack: {"image/png": PICTURE}}),
        {"cell_type": "raw", "source": attack},
        {"cell_type": attack, "source": attack},
        attack,
    )
    claims = (
        ran(1, "error", error=attack, text=attack, line=attack, output=attack, seconds=attack),
        ran(2, attack),
        {"cell": attack},
        attack,
    )
    return read(hand_in(*cells, name=attack + ".ipynb", student=attack), run(*claims, ended="error"))
