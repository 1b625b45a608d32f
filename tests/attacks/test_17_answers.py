"""Answers that are no answers: each is refused by itself, with its own sentence, and the others count."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.attacks.course import MODEL, ODD_ANSWERS, START
from tests.attacks.grading import Attack, Batch, Card, attacker, batch
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

SCRIPT = "<script>alert('17')</script><img src=x onerror=alert(17)>"
MB = 1 << 20
PEAK = 250 * MB  # of the trusted process; without attacks it needs half of that
NO_NUMBER, WRONG = "A number was expected here", "is not the right number"
NOT_FINITE = "infinite, undefined or far too large"
TOO_LONG, TOO_DEEP, NONE = "too long to be read", "nested more than 8 levels deep", "There is no answer"
OPEN = "was left open"

VALUES = """
    deep, wide, itself = 7, [7] * 1000, [7]
    for _ in range(100_000):
        deep = [deep]
    for _ in range(6):
        wide = [wide] * 1000
    itself[0] = itself
    table = np.array([0, 1, 4, 9])
    answers |= {
        "a01": float("nan"), "a02": 1e999, "a03": 10**40, "a04": 10**200_000, "a05": deep, "a06": wide, "a07": itself,
        "a08": "7" * 100_000_000, "a09": [7] * 1_000_000, "a10": np.full(10**7, 7), "a11": "SCRIPT", "a12": "\\ud8008",
        "a13": {"value": 7, 7: "value"}, "a14": True,
    }
""".replace("SCRIPT", SCRIPT.replace('"', ""))
SAID_OF_VALUES = {
    "a01": NOT_FINITE, "a02": NOT_FINITE, "a03": NOT_FINITE, "a04": NO_NUMBER, "a05": TOO_DEEP, "a06": TOO_LONG,
    "a07": TOO_DEEP, "a08": TOO_LONG, "a09": NO_NUMBER, "a10": NO_NUMBER, "a11": NO_NUMBER, "a12": WRONG,
    "a13": NO_NUMBER, "a14": NO_NUMBER,
}  # fmt: skip

OBJECTS = """
    class Leaves:
        def __getattr__(self, name): raise SystemExit(name)
        def __str__(self): raise KeyboardInterrupt
        __repr__ = __len__ = __iter__ = __str__
        __hash__ = object.__hash__
    class Claims(list):
        def __iter__(self): return iter([7])
        def __getitem__(self, index): return 7
        def __len__(self): return 1
    class Seven(int):
        def __index__(self): return 7
        __int__ = __float__ = __index__
        def __repr__(self): return "7"
        def __eq__(self, other): return True
        __hash__ = int.__hash__
    class Text(str):
        def __str__(self): return "7"
        def __getitem__(self, index): return "7"
    class Same(str):
        def __eq__(self, other): return True
        __hash__ = str.__hash__
    class Array:
        shape, dtype = (4,), np.dtype("int64")
        def __array__(self, *args, **kwargs): raise MemoryError
        numpy = __array__
    class Mask:
        @property
        def __class__(self): return dict
    class Meta(type):
        @property
        def __name__(cls): raise RuntimeError
    class Answers(dict):
        def __iter__(self): raise RuntimeError
        def items(self): return [("a01", 7)]
        keys = values = __getitem__ = get = __iter__
    mask, array = Mask(), Array()
    respuestas = {Leaves(): model, "a14": 8}
    answers = Answers(answers)
    dict.update(answers, {
        "a01": Leaves(), "a02": Claims([1, 2]), "a03": Seven(8), "a04": Text("eight"), "a05": Same("x"), "a06": array,
        "a07": mask, "a08": Meta("M", (), {})(), "a09": Meta, "a10": lambda: 7, "a11": (n for n in [7]),
        "a12": np.array([7, None]), Leaves(): 7, ("a13",): Seven(8), b"a14": 7,
    })
"""
SAID_OF_OBJECTS = {**dict.fromkeys(ODD_ANSWERS, NO_NUMBER), **dict.fromkeys(("a02", "a03", "a13", "a14"), WRONG)}

# The frame of answers, written past the recorder: keys twice, numbers that JSON does not know, pieces of characters.
FORGED = r"""
    import json
    odd = [
        '"a01": NaN', '"a02": 1e999', '"a03": -1e400', '"a04": 1' + "0" * 4000, '"a05": ' + "[" * 60 + "7" + "]" * 60,
        '"a06": "' + "7" * 3_000_000 + '"', '"a07": "\\ud8008\\udfff"', '"a08": {"8": {"8": 8}}',
        '"a09": "\\u0000 8"', '"a10": 8, "a10": 8.5', '"A_11 ": 8, "a-11": 7, "(a11)": 7', '"a12": "<b>7</b>"',
        '"a13": null', '"a14": [7, 7, 7]',
    ]
    right = json.dumps({**answers, "z": 1})[1:-1]
    frame = '{"variables": {}, "answers": {' + ", ".join([*odd, right]) + "}}"
    with open("/tmp/.spool/.forged", "wb") as file:
        file.write(frame.encode())
    os.replace("/tmp/.spool/.forged", "/tmp/.spool/9999999999.answers.0")
"""
SAID_OF_FORGED = {
    "a01": OPEN, "a02": NOT_FINITE, "a03": NOT_FINITE, "a04": NOT_FINITE, "a05": TOO_DEEP, "a06": TOO_LONG,
    "a07": WRONG, "a08": WRONG, "a09": WRONG, "a10": WRONG, "a11": NONE, "a12": NO_NUMBER,
    "a13": OPEN, "a14": NO_NUMBER,
}  # fmt: skip


def said(words: Mapping[str, str]) -> Callable[[Card, Batch], None]:
    """That each refused answer has its own sentence, that nothing of it is markup, and how much memory it took."""

    def check(card: Card, graded: Batch) -> None:
        why = {verdict["criterion"]: verdict["why"] for verdict in card["verdicts"]}
        assert {name: why[name]["en"] for name in words if words[name] not in why[name]["en"]} == {}
        assert all(why[name]["es"] not in ("", why[name]["en"]) for name in words)
        for page in (graded.page(card["student"]), (graded.out / "index.html").read_text("utf-8")):
            assert SCRIPT not in page
            assert "<img src=x" not in page
        assert 0 < graded.peak_memory < PEAK

    return check


def odd(name: str, cells: tuple[str, ...], words: Mapping[str, str]) -> Attack:
    """A hand-in whose odd answers earn nothing and whose honest ones count."""
    return Attack(
        name=name,
        files={"": notebook(START, MODEL, *cells)},
        credits={"*": 1, **dict.fromkeys(ODD_ANSWERS, 0)},
        and_then=said(words),
        review=False,
    )


ATTACKS = [
    odd("values of every kind and size", (VALUES,), SAID_OF_VALUES),
    odd("objects that answer for themselves", (OBJECTS,), SAID_OF_OBJECTS),
    odd("a forged frame of answers", (FORGED,), SAID_OF_FORGED),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return batch(tmp_path_factory.mktemp("family"), "typed", ATTACKS)


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)


def test_markup_in_an_answer_is_shown_as_text(graded: Batch) -> None:
    page = graded.page(attacker(0, ATTACKS[0]))
    assert "&lt;script&gt;alert(" in page
