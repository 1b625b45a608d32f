"""The slots of `output-size`: floor((N + 2P - K) / S) + 1 forwards, backwards and in a chain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from grader.models.arithmetic import Worked, conv_output, pool_output
from grader.questions.drawing import grid
from grader.questions.model import Answer, Follows, Idea, Question, Slot

Size = tuple[int, int, int, int]  # N, K, S, P

EVERY_STEP = ("forgot-plus-one", "ceil-for-floor", "same-for-valid", "forgot-stride")


# ---------------------------------------------------------------- one layer, done wrong in a known way


def _no_plus_one(n: int, k: int, s: int, p: int) -> Worked:
    value = (n + 2 * p - k) // s
    return Worked(value, f"floor(({n} + 2*{p} - {k}) / {s}) = {value}")


def _padding_once(n: int, k: int, s: int, p: int) -> Worked:
    value = (n + p - k) // s + 1
    return Worked(value, f"floor(({n} + {p} - {k}) / {s}) + 1 = {value}")


def _ceil(n: int, k: int, s: int, p: int) -> Worked:
    value = -((k - n - 2 * p) // s) + 1
    return Worked(value, f"ceil(({n} + 2*{p} - {k}) / {s}) + 1 = {value}")


SLIPS: Mapping[str, Callable[[int, int, int, int], Worked]] = {
    "forgot-plus-one": _no_plus_one,
    "padding-once": _padding_once,
    "padding-ignored": lambda n, k, s, p: conv_output(n, k, s),
    "ceil-for-floor": _ceil,
    "same-for-valid": lambda n, k, s, p: conv_output(n, k, s, "same"),
    "forgot-stride": lambda n, k, s, p: conv_output(n, k, 1, p),
}


def _slips(names: Sequence[str], size: Size) -> tuple[Idea, ...]:
    worked = {name: SLIPS[name](*size) for name in names}
    return tuple(Idea(name, (one.value,), one.derivation) for name, one in worked.items())


def _one_size(right: Worked, ideas: Iterable[Idea]) -> Question:
    return Question(kind="number", answer=(right.value,), worked=right.derivation, ideas=tuple(ideas))


# ---------------------------------------------------------------- the questions


def padded(N: int, K: int, S: int, P: int) -> Question:
    """A convolution with padding."""
    names = ("padding-once", "padding-ignored", "forgot-plus-one", "same-for-valid")
    return _one_size(conv_output(N, K, S, P), _slips(names, (N, K, S, P)))


def strided(N: int, K: int, S: int, P: int) -> Question:
    """A convolution with a stride, where the division leaves a rest."""
    names = ("ceil-for-floor", "forgot-plus-one", "forgot-stride", "same-for-valid")
    return _one_size(conv_output(N, K, S, P), _slips(names, (N, K, S, P)))


def same(N: int, K: int, S: int) -> Question:
    """Same padding with a stride."""
    valid = conv_output(N, K, S)
    ideas = (
        Idea("valid-for-same", (valid.value,), valid.derivation),
        Idea("floor-for-ceil", (N // S,), f"floor({N} / {S}) = {N // S}"),
        Idea("forgot-stride", (N,), f"{N} / 1 = {N}"),
    )
    return _one_size(conv_output(N, K, S, "same"), ideas)


def pooling(N: int, K: int) -> Question:
    """A pooling whose window does not fit a whole number of times."""
    return _one_size(pool_output(N, K), _slips(("ceil-for-floor", "forgot-plus-one", "forgot-stride"), (N, K, K, 0)))


def dilated(N: int, K: int, D: int) -> Question:
    """A convolution with holes in its kernel."""
    plain, span = conv_output(N, K), D * (K - 1) + 1
    ideas = (
        Idea("forgot-dilation", (plain.value,), plain.derivation),
        Idea("dilation-times-kernel", (N - D * K + 1,), f"{N} - {D}*{K} + 1 = {N - D * K + 1}"),
        Idea("forgot-plus-one", (N - span,), f"{N} - {span} = {N - span}"),
        Idea("same-for-valid", (N,), f"ceil({N} / 1) = {N}"),
    )
    return _one_size(conv_output(N, K, dilation=D), ideas)


def chain(N: int, K1: int, K2: int) -> Question:
    """Convolution, pooling, convolution, pooling: the size after each."""
    layers = ((K1, 1), (2, 2), (K2, 1), (2, 2))
    right = _through(N, layers, conv_output)
    ideas = []
    for name in EVERY_STEP:
        wrong = _through(N, layers, partial(_slipping, name))
        ideas.append(Idea(name, _values(wrong), _lines(wrong)))
    return Question(
        kind="steps",
        answer=_values(right),
        worked=_lines(right),
        ideas=tuple(ideas),
        carry=partial(_next_size, N, layers),
    )


def _slipping(name: str, n: int, k: int, s: int) -> Worked:
    return SLIPS[name](n, k, s, 0)


def _through(n: int, layers: Sequence[tuple[int, int]], size: Callable[[int, int, int], Worked]) -> list[Worked]:
    sizes: list[Worked] = []
    for kernel, stride in layers:
        sizes.append(size(sizes[-1].value if sizes else n, kernel, stride))
    return sizes


def _values(sizes: Iterable[Worked]) -> Answer:
    return tuple(one.value for one in sizes)


def _lines(sizes: Iterable[Worked]) -> str:
    return "; ".join(one.derivation for one in sizes)


def _next_size(n: int, layers: Sequence[tuple[int, int]], at: int, own: Sequence[int | None]) -> Follows | None:
    """The size after layer ``at`` of whoever gave ``own`` before, and the slips that can be told apart there."""
    before = own[at - 1] if at else n
    kernel, stride = layers[at]
    if before is None or not kernel <= before <= 10**6:
        return None
    right = conv_output(before, kernel, stride)
    # For a pooling, rounding up and "same" are one number, and nobody thought of "same" there.
    names = [name for name in EVERY_STEP if stride == 1 or name != "same-for-valid"]
    slips = [idea for idea in _slips(names, (before, kernel, stride, 0)) if idea.answer[0] != right.value]
    values = [idea.answer for idea in slips]
    return Follows(right, tuple(idea for idea in slips if values.count(idea.answer) == 1))


def depth(N: int, C: int, K: int, F: int) -> Question:
    """The whole shape: a layer of F filters gives F maps."""
    size = conv_output(N, K)
    t = size.value
    shapes: tuple[tuple[str, Answer], ...] = (
        ("swapped-filters-channels", (t, t, C)),
        ("channels-times-filters", (t, t, C * F)),
        ("no-depth", (t, t)),
        ("no-depth", (t, t, 1)),
        ("no-depth", (t,)),
        ("channels-first", (F, t, t)),
        ("forgot-plus-one", (t - 1, t - 1, F)),
        ("same-for-valid", (N, N, F)),
    )
    return Question(
        kind="shape",
        answer=(t, t, F),
        worked=f"{size.derivation}; {(t, t, F)}",
        ideas=tuple(Idea(name, shape, str(shape)) for name, shape in shapes),
    )


def inverse(N: int, K: int, S: int) -> Question:
    """Which padding keeps the size; every value that satisfies the equation is right."""

    def after(p: int) -> Worked:
        return conv_output(N, K, S, p)

    p = next(p for p in range(N * S + K) if N + 2 * p >= K and after(p).value == N)
    ideas = (
        Idea("padding-once", (2 * p,), f"floor(({N} + {2 * p} - {K}) / {S}) + 1 = {N}"),
        Idea("forgot-plus-one", (p + 1,), f"2P = {K}, P = {K}/2 -> {p + 1}"),
        Idea("padding-is-kernel", (K,), f"P = K = {K}"),
        Idea("no-padding", (0,), after(0).derivation),
    )
    return Question(
        kind="solution", answer=(p,), worked=f"P = {p}: {after(p).derivation}", ideas=ideas, outcome=after, wanted=N
    )


# ---------------------------------------------------------------- what their numbers can be


SLOTS = (
    Slot(name="padded", fields=("N", "K", "S", "P"), ask=padded, candidates=grid(range(20, 97), (7,), (1,), (2,))),
    Slot(
        name="strided",
        fields=("N", "K", "S", "P"),
        ask=strided,
        candidates=grid(range(20, 97, 2), (5, 7), (2,), (0,)),
    ),
    Slot(name="same", fields=("N", "K", "S"), ask=same, candidates=grid(range(20, 97), (3, 5, 7), (2, 3, 4))),
    Slot(name="pooling", fields=("N", "K"), ask=pooling, candidates=grid(range(20, 97), (2, 3, 4))),
    Slot(name="dilated", fields=("N", "K", "D"), ask=dilated, candidates=grid(range(20, 65), (3, 5), (3, 4))),
    Slot(name="chain", fields=("N", "K1", "K2"), ask=chain, candidates=grid(range(24, 65), (3, 5), (3, 5))),
    Slot(
        name="depth",
        fields=("N", "C", "K", "F"),
        ask=depth,
        candidates=grid(range(20, 49), (3, 4, 6, 8), (3, 5), (10, 12, 16, 20, 24, 32)),
    ),
    Slot(name="inverse", fields=("N", "K", "S"), ask=inverse, candidates=grid(range(20, 65), (5, 7, 9, 11), (1,))),
)
