"""The code cell with which a handout picks and shows a student's questions: plain Python, no package, no network."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence

from grader.questions.drawing import Row
from grader.questions.model import Slot
from grader.records import Language
from grader.texts import catalogue

WIDTH = 100

PICKING = '''
def pick(slot):
    """Your variant of a question: which one it is follows from your id."""
    who = unicodedata.normalize("NFC", str(student_id)).strip().casefold()
    digest = hashlib.sha256(f"{SALT}/{slot}/{who}".encode()).hexdigest()
    fields, text, rows = POOL[slot]
    numbers = dict(zip(fields.split(), rows[int(digest, 16) % len(rows)]))
    return {**numbers, "text": text.format(**numbers)}


def show():
    print(f"student_id: {student_id}")
    for number, (slot, question) in enumerate(questions.items(), 1):
        print(f'\\n{number}. answers["{slot}"]')
        print(textwrap.fill(question["text"], 96, initial_indent="   ", subsequent_indent="   "))
        for name, value in question.items():
            if isinstance(value, list):
                print(f"\\n   {name} =")
                print("\\n".join("     " + "".join(f"{cell:4d}" for cell in row) for row in value))


questions = {slot: pick(slot) for slot in POOL}
show()
'''


def source(
    name: str,
    slots: Sequence[Slot],
    rows: Mapping[str, Iterable[Row]],
    *,
    salt: str,
    lang: Language,
    student: str,
) -> str:
    """The cell's source with these rows in its pool."""
    said = {key: catalogue()[f"questions.cell_{key}"][0 if lang == "en" else 1] for key in ("id", "rest")}
    head = [
        f"student_id = {json.dumps(student, ensure_ascii=False)}   # <- {said['id']}",
        "",
        f"# {said['rest']}",
        "import hashlib",
        "import textwrap",
        "import unicodedata",
        "",
        f'SALT = "{salt}"',
        "POOL = {",
    ]
    pool = [line for slot in slots for line in _entry(name, slot, rows[slot.name], lang)]
    return "\n".join([*head, *pool, "}", "", PICKING]).rstrip() + "\n"


def _entry(name: str, slot: Slot, rows: Iterable[Row], lang: Language) -> list[str]:
    """One slot of the pool: its fields, its text and its rows of numbers, in lines of readable length."""
    template = catalogue()[f"questions.{name}.{slot.name}"][0 if lang == "en" else 1]
    text = [json.dumps(part, ensure_ascii=False) for part in _parts(template)]
    numbers = textwrap.wrap(json.dumps(list(rows)).replace(", ", ",").replace("],[", "], ["), WIDTH)
    return [
        f'    "{slot.name}": (',
        f'        "{" ".join(slot.fields)}",',
        *(f"        {part}" for part in text[:-1]),
        f"        {text[-1]},",
        *(f"        {line}" for line in numbers),
        "    ),",
    ]


def _parts(template: str) -> list[str]:
    """A long text as pieces that Python joins again."""
    *lines, last = textwrap.wrap(template, WIDTH - 4, break_long_words=False, break_on_hyphens=False)
    return [*(f"{line} " for line in lines), last]
