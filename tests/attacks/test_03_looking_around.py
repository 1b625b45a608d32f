"""Looking for what is hidden: in objects, frames, other processes, files, and the pipe of hidden arguments."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.attacks.course import EMPTY
from tests.attacks.forging import FORGE
from tests.attacks.grading import Attack, Batch, Card, batch
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

# The word is put together at run time: the hand-in itself does not hold it.
HUNT = """
    import gc, re
    import numpy as np
    word, runner, found = b"can" + b"ary-", os.getppid(), []
    wanted = re.compile(word + rb"(?:rubric|expected|secret|environment|reference|neighbour)-[0-9a-f]{6}")
    def look(where, content):
        found.extend(f"{where}: {hit.decode()}" for hit in wanted.findall(content))
    def read(path, size=1 << 22):
        try:
            with open(path, "rb") as file:
                return file.read(size)
        except OSError:
            return b""
    shown = set()
    for pid in ("self", "1", str(runner)):
        for name in ("environ", "cmdline", "mountinfo", "root/proc/self/environ"):
            content = read(f"/proc/{pid}/{name}")
            look(f"{pid} {name}", content)
            shown |= {part.decode() for part in re.findall(rb"/[^ \\0:,]+", content)}
    for pid in ("1", str(runner)):
        for number in range(40):
            if not os.path.exists(f"/proc/{pid}/fd/{number}") or os.path.isfile(f"/proc/{pid}/fd/{number}"):
                look(f"descriptor {number}", read(f"/proc/{pid}/fd/{number}"))
"""
IN_MEMORY = """
    for line in read(f"/proc/{runner}/maps").decode().splitlines():
        first, last = (int(part, 16) for part in line.split()[0].split("-"))
        if " rw-p " in line and last - first < 1 << 27:
            try:
                with open(f"/proc/{runner}/mem", "rb", 0) as memory:
                    memory.seek(first)
                    look("the runner's memory", memory.read(last - first))
            except OSError:
                continue
    frame = sys._getframe()
    while frame is not None:
        look("a frame", repr([value for value in frame.f_locals.values() if isinstance(value, (str, bytes))]).encode())
        frame = frame.f_back
    for thing in gc.get_objects():
        if type(thing) in (dict, list, tuple) and thing is not found:
            members = thing.values() if type(thing) is dict else thing
            look("an object", " ".join(member for member in list(members) if type(member) is str).encode())
"""
# The package of the grader, other hand-ins, rubrics, references, labels: by their names and where bubblewrap says.
IN_FILES = """
    names = re.compile(r"secret|expected|solution|course|rubric|roster|\\.ipynb$|\\.ya?ml$|\\.npz$|card|grader")
    for folder, inner, files in os.walk("/"):
        if folder == "/":
            inner[:] = set(inner) - {"proc", "sys", "dev", "usr"}
        shown |= {os.path.join(folder, name) for name in files if names.search(os.path.join(folder, name))}
    for path in shown:
        look(path, read(path, 1 << 20))
    data = np.load("/in/data/digits.npz")
    table = np.concatenate([data["y_test"][:500], *data["x_test"][[0, 4_321, 9_999]].reshape(3, -1)])
    table = np.concatenate([table, np.frombuffer(" ".join(found).encode(), np.uint8)])
    answers = {"q1": "; ".join(found), "why": "; ".join(found)}
    print(found)
"""
# The wanted output must lie somewhere near the arguments: whatever array has their shape is tried.
NEAR_THE_CALL = """
    def twice(x):
        near, frame = [], sys._getframe(1)
        while frame is not None:
            near += frame.f_locals.values()
            frame = frame.f_back
        for thing in [*near, *gc.get_objects()]:
            for member in gc.get_referents(thing):
                if isinstance(member, np.ndarray) and member.shape == x.shape and not np.array_equal(member, x):
                    return member
        return x
    raise RuntimeError("; ".join(found))
"""
# Asks for the hidden arguments in the middle of a cell, and hands in what came as the results of the calls.
EARLY = """
    late = os.open(f"/proc/{runner}/fd/{environment['LATE_FD']}", os.O_RDONLY)
    forge("status", 1, 10_000, b"")
    came = b""
    while part := os.read(late, 1 << 20):
        came += part
    header, _, arrays = came.partition(b"\\n")
    told, at, got = json.loads(header), 0, []
    for number, described in enumerate(told["arrays"]):
        size = np.dtype(described["dtype"]).itemsize * int(np.prod(described["shape"]))
        forge("call", number, 10_001 + number, json.dumps(described).encode() + b"\\n" + arrays[at : at + size])
        got.append({"call": number, "outcome": "ok"})
        at += size
    got[0] = {"call": 0, "outcome": "error", "error": "Came", "text": header.decode()[:300]}
    forge("calls", 0, 20_000, got)
    forge("answers", 0, 20_001, {"answers": {"q1": 7850, "why": "b"}, "variables": {}})
    os.kill(runner, signal.SIGKILL)
"""


def nothing_but_arguments(card: Card, graded: Batch) -> None:
    """The early asker has the arguments of his own function. Nothing that he makes of them stands on the card."""
    (why,) = [verdict["why"]["en"] for verdict in card["verdicts"] if verdict["criterion"] == "twice"]
    assert why.endswith("it ends in Exception.")
    assert "array" not in json.dumps([verdict for verdict in card["verdicts"] if verdict["criterion"] == "twice"])


ASKS_EARLY = Attack(
    name="asks early for the hidden arguments",
    files={"": notebook(EMPTY, FORGE, "import numpy as np", EARLY)},
    credits={"*": 0},
    ended="exit",
    review=True,
    and_then=nothing_but_arguments,
)
ATTACKS = [
    Attack(
        name="hunts in memory and files",
        files={"": notebook(EMPTY, HUNT, IN_MEMORY, IN_FILES, NEAR_THE_CALL)},
        credits={"*": 0},
        ended="error",
        says=["RuntimeError"],
    ),
    ASKS_EARLY,
]


@pytest.fixture(scope="module", params=["warm", "cold"])
def graded(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Batch:
    # The runner can be opened where it is a program of its own; a copy of a worker is closed to what it runs.
    attacks = ATTACKS if request.param == "cold" else [attack for attack in ATTACKS if attack is not ASKS_EARLY]
    return batch(tmp_path_factory.mktemp("family"), "called", attacks, ordinary=True, cold=request.param == "cold")


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    if ATTACKS[number] not in graded.attacks:
        pytest.skip("the runner of a copy cannot be opened, see test_25")
    holds(graded, number)
