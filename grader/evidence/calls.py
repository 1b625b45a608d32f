"""Calls of a student's functions on hidden arguments: drawn and packed here, and read back as claims.

The arguments follow from the course secret, the exercise, the function and the case, so that a whole class gets
the same ones and nobody outside knows them. A wrong function of a misconception gets the cases of the right one.
"""

from __future__ import annotations

import builtins
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

from grader.records import CallCase, CallFacts, Rubric
from grader.untrusted import claims

Cases = Mapping[str, Sequence[CallCase]]
OUTCOMES = get_args(get_type_hints(CallFacts)["outcome"])
CALLS_CAP = 200
OUTPUT_CAP = 4 << 20
# What a call may say in words. Anything else could have the hidden arguments in it, the name of a class too.
EXCEPTIONS = frozenset(
    name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)
)
KINDS = frozenset({name for name, kind in vars(builtins).items() if isinstance(kind, type)} - EXCEPTIONS) | {
    "NoneType", "function", "module", "ndarray", "EagerTensor", "Sequential", "Functional", "History", "DataFrame",
    "Series", "complex64", "complex128", "object",
}  # fmt: skip
# Named to the student; what else a notebook calls its modules could have the arguments in it.
LIBRARIES = frozenset(
    {"scipy", "cv2", "skimage", "PIL", "tensorflow", "keras", "torch", "jax", "numba", "sklearn", "cupy", "imageio"}
)
OTHER_EXCEPTION, OTHER_KIND, NOT_CALLABLE = "Exception", "object", "not callable"


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """One case with its arguments drawn: arrays and plain values."""

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]


# ---------------------------------------------------------------- out to the sandbox


def cases_of_reference(rubric: Rubric) -> Cases:
    """The rubric's functions, and the wrong functions of its misconceptions with the cases of the right ones."""
    return {**rubric.calls, **{wrong: rubric.calls[right] for wrong, right in wrong_functions(rubric).items()}}


def wrong_functions(rubric: Rubric) -> Mapping[str, str]:
    """Each wrong function of a misconception -> the function that it is taken for."""
    return {
        known["function"]: criterion.params["function"]
        for criterion in rubric.criteria
        if criterion.check == "call"
        for known in criterion.params.get("misconceptions", ())
    }


def draw(case: CallCase, *, secret: bytes, exercise: str, function: str, number: int) -> Drawn:
    """The arguments of one case. Equal parts give equal arguments; an empty secret gives the public ones."""
    rng = generator(secret, exercise, function, str(number))
    args = tuple(_value(spec, rng) for spec in case.args)
    return Drawn(args=args, kwargs={name: _value(spec, rng) for name, spec in case.kwargs.items()})


def generator(secret: bytes, *words: str) -> np.random.Generator:
    """A generator that nobody can repeat who does not know the secret."""
    digest = hmac.new(secret, "\0".join(words).encode(), hashlib.sha256).digest()
    return np.random.default_rng(int.from_bytes(digest, "big"))


def _value(spec: Any, rng: np.random.Generator) -> Any:
    if not isinstance(spec, Mapping):
        return spec
    dtype = np.dtype(spec["dtype"])
    if "array" in spec:
        return np.array(spec["array"], dtype=dtype)
    shape, low, high = tuple(spec["random"]), spec["low"], spec["high"]
    if dtype.kind == "f":
        return rng.uniform(low, high, shape).astype(dtype)
    return rng.integers(low, high, shape, dtype=np.int64, endpoint=True).astype(dtype)


def pack(cases: Cases, rubric: Rubric, secret: bytes) -> bytes:
    """Every case as the late input of a run: a line of JSON, then the bytes of the arrays, one after the other."""
    arrays: list[NDArray[Any]] = []

    def packed(value: Any) -> Any:
        if not isinstance(value, np.ndarray):
            return value
        arrays.append(np.ascontiguousarray(value.astype(value.dtype.newbyteorder("<"))))
        return {"array": len(arrays) - 1}

    calls, right = [], wrong_functions(rubric)
    for function, several in cases.items():
        source = right.get(function, function)
        for number, case in enumerate(several):
            drawn = draw(case, secret=secret, exercise=rubric.exercise, function=source, number=number)
            kwargs = {name: packed(value) for name, value in drawn.kwargs.items()}
            calls.append({"function": function, "args": list(map(packed, drawn.args)), "kwargs": kwargs})
    described = [{"dtype": array.dtype.str, "shape": list(array.shape)} for array in arrays]
    header = json.dumps({"calls": calls, "arrays": described}).encode()
    return b"".join([header, b"\n", *(array.tobytes() for array in arrays)])


def described(case: CallCase) -> str:
    """What the arguments of a case are, without the values of its arrays: ``uint8 (7, 5, 3), stride=2``."""
    words = [*map(_word, case.args), *(f"{name}={_word(spec)}" for name, spec in case.kwargs.items())]
    return ", ".join(words)


def _word(spec: Any) -> str:
    if not isinstance(spec, Mapping):
        return repr(spec)[:100]
    shape = spec["random"] if "random" in spec else np.shape(spec["array"])
    return f"{spec['dtype']} {tuple(shape)}"


# ---------------------------------------------------------------- back, as claims


def read(frames: Mapping[tuple[str, int], bytes], cases: Cases) -> Mapping[str, tuple[CallFacts, ...]]:
    """What each call gave, by function; a call of which nothing sensible is told is left out."""
    told: dict[int, Mapping[str, Any]] = {}
    for item in claims.items(claims.parse(frames.get(("calls", 0))), CALLS_CAP):
        claim = claims.mapping(item)
        number = claims.whole(claim.get("call"), most=CALLS_CAP)
        if number is not None:
            told[number] = claim
    asked = [(function, place, case) for function, several in cases.items() for place, case in enumerate(several)]
    found: dict[str, list[CallFacts]] = {}
    for number, (function, place, case) in enumerate(asked):
        fact = _fact(told.get(number, {}), frames.get(("call", number)), case)
        if fact is not None:
            found.setdefault(function, []).append(replace(fact, function=function, case=place))
    return {function: tuple(facts) for function, facts in found.items()}


def _in_words(outcome: str, told: str) -> str:
    """Which exception a call raised, or of which type its result is."""
    if outcome == "no_array":
        return _kind(told)
    if outcome != "error":
        return ""
    return told if told in EXCEPTIONS or told == NOT_CALLABLE else OTHER_EXCEPTION


def _kind(told: str) -> str:
    name = told.partition(" ")[0]  # a shape follows
    return name if name in KINDS else OTHER_KIND


def _fact(claim: Mapping[str, Any], payload: bytes | None, case: CallCase) -> CallFacts | None:
    outcome: Any = claim.get("outcome")
    output = claims.array(payload, OUTPUT_CAP) if outcome == "ok" else None
    if outcome not in OUTCOMES or (outcome == "ok" and output is None):
        return None
    count = len(case.args) + len(case.kwargs)
    places = [claims.whole(item, most=count - 1) for item in claims.items(claim.get("changed"), count)]
    changed = tuple(dict.fromkeys(place for place in places if place is not None))
    names = claims.words(claim.get("names"), count)
    return CallFacts(
        function="",
        case=0,
        outcome=outcome,
        error=_in_words(outcome, claims.word(claim.get("error"), 200)),
        text=_kind(claims.word(claim.get("text"), 300)) if claim.get("error") == NOT_CALLABLE else "",
        changed=changed,
        names=names if len(names) == len(changed) else (),
        libraries=tuple(name for name in claims.words(claim.get("libraries"), 20) if name in LIBRARIES),
        output=None if output is None else output[1],
        given=described(case),
    )
