"""The slots of `parameter-count`: weights and biases of a layer, and of a small network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from grader.models.arithmetic import (
    Worked,
    concatenated_output,
    conv_output,
    conv_params,
    dense_params,
    flatten_output,
    grouped,
    pool_output,
)
from grader.questions.drawing import Row, grid
from grader.questions.model import Follows, Idea, Question, Slot

LAYER = ("weights", "biases", "total")
STACK = ("first", "second", "output", "total")
NETWORK = ("conv", "pool", "length", "flatten", "dense", "total")


def _layer(weights: Worked, total: Worked, ideas: Iterable[tuple[str, int, int]]) -> Question:
    """A question on one layer; an idea is its name, its weights and its biases."""
    biases = total.value - weights.value
    return Question(
        kind="parts",
        parts=LAYER,
        answer=(weights.value, biases, total.value),
        worked=f"weights: {weights.derivation}; biases: {grouped(biases)}; total: {total.derivation}",
        ideas=tuple(
            Idea(name, (own, bias, own + bias), f"{grouped(own)} + {grouped(bias)} = {grouped(own + bias)}")
            for name, own, bias in ideas
        ),
        carry=_sum_of_both,
    )


def _sum_of_both(at: int, own: Sequence[int | None]) -> Follows | None:
    """The total of whoever gave ``own`` weights and biases."""
    if at != 2 or own[0] is None or own[1] is None:
        return None
    return Follows(concatenated_output((own[0], own[1])))


def dense(I: int, U: int) -> Question:  # noqa: E741 - the letter of the handout
    """A Dense layer."""
    weights = dense_params(I, U, bias=False)
    ideas = (
        ("forgot-bias", weights.value, 0),
        ("bias-per-weight", weights.value, weights.value),
        ("bias-per-input", weights.value, I),
        ("one-bias", weights.value, 1),
    )
    return _layer(weights, dense_params(I, U), ideas)


def conv(N: int, C: int, K: int, F: int) -> Question:
    """A convolution on images with several channels."""
    weights = conv_params(C, (K, K), F, bias=False)
    w, places = weights.value, conv_output(N, K).value ** 2
    ideas = (
        ("forgot-bias", w, 0),
        ("bias-per-weight", w, w),
        ("bias-per-channel", w, C),
        ("bias-per-kernel", w, C * F),
        ("one-bias", w, 1),
        ("forgot-channels", F * K * K, F),
        ("k-for-k-squared", F * K * C, F),
        ("times-positions", w * places, F),
        ("times-positions", w * places, F * places),
        ("times-positions", w * N * N, F),
    )
    return _layer(weights, conv_params(C, (K, K), F), ideas)


def mlp(I: int, A: int, B: int, U: int) -> Question:  # noqa: E741 - the letter of the handout
    """Three Dense layers, one after the other."""
    sizes = ((I, A), (A, B), (B, U))
    layers = [dense_params(inputs, units) for inputs, units in sizes]

    def idea(name: str, counted: Iterable[int]) -> Idea:
        entries = tuple(counted)
        total = concatenated_output(entries)
        return Idea(name, (*entries, total.value), total.derivation)

    ideas = (
        idea("forgot-bias", (inputs * units for inputs, units in sizes)),
        idea("bias-per-input", (inputs * units + inputs for inputs, units in sizes)),
        idea("first-inputs-everywhere", (I * units + units for _, units in sizes)),
    )
    total = concatenated_output([one.value for one in layers])
    lines = (*layers, total)
    return Question(
        kind="parts",
        parts=STACK,
        answer=tuple(one.value for one in lines),
        worked="; ".join(f"{part}: {one.derivation}" for part, one in zip(STACK, lines, strict=True)),
        ideas=ideas,
        carry=_sum_of_three,
    )


def _sum_of_three(at: int, own: Sequence[int | None]) -> Follows | None:
    given = [one for one in own[:3] if one is not None]
    return Follows(concatenated_output(given)) if at == 3 and len(given) == 3 else None


def flat(T: int, F: int) -> Question:
    """The length of flattened feature maps."""
    length = flatten_output((T, T, F))
    without = flatten_output((T, T))
    side = flatten_output((T, F))
    ideas = (
        Idea("flat-without-channels", (without.value,), without.derivation),
        Idea("side-not-squared", (side.value,), side.derivation),
    )
    return Question(kind="number", answer=(length.value,), worked=length.derivation, ideas=ideas)


def network(N: int, C: int, K: int, F: int, U: int) -> Question:
    """Convolution, pooling 2 x 2, flatten, dense: the parameters of each."""
    size = pool_output(conv_output(N, K).value, 2).value
    first, last = conv_params(C, (K, K), F), flatten_output((size, size, F))
    out = dense_params(last.value, U)
    right = (first.value, 0, last.value, 0, out.value)

    def idea(name: str, **changed: int) -> Idea:
        entries = [changed.get(part, value) for part, value in zip(NETWORK, right, strict=False)]
        how = "; ".join(f"{part}: {grouped(value)}" for part, value in changed.items())
        return Idea(name, (*entries, _sum_of_layers(entries).value), how)

    unpooled = flatten_output((conv_output(N, K).value,) * 2 + (F,)).value
    ideas = (
        idea("forgot-bias", conv=first.value - F, dense=out.value - U),
        idea("forgot-channels", conv=F * K * K + F),
        idea("pooling-parameters", pool=2 * 2),
        idea("pooling-parameters", pool=2 * 2 * F),
        idea("flatten-parameters", flatten=last.value),
        idea("flat-without-channels", length=size * size, dense=size * size * U + U),
        idea("forgot-pooling", length=unpooled, dense=unpooled * U + U),
    )
    total = _sum_of_layers(right)
    lines = (first.derivation, "0", last.derivation, "0", out.derivation, total.derivation)
    return Question(
        kind="parts",
        parts=NETWORK,
        answer=(*right, total.value),
        worked="; ".join(f"{part}: {line}" for part, line in zip(NETWORK, lines, strict=True)),
        ideas=ideas,
        carry=partial(_next_entry, U),
    )


def _sum_of_layers(entries: Sequence[int]) -> Worked:
    conv, pool, _, flatten, dense = entries[:5]
    return concatenated_output((conv, pool, flatten, dense))


def _next_entry(units: int, at: int, own: Sequence[int | None]) -> Follows | None:
    """Parameters of the dense layer by the own length, and the total by the own layers."""
    if at == NETWORK.index("dense"):
        length = own[NETWORK.index("length")]
        return Follows(dense_params(length, units)) if length is not None and length > 0 else None
    given = [one for one in own[:5] if one is not None]
    return Follows(_sum_of_layers(given)) if at == NETWORK.index("total") and len(given) == 5 else None


# ---------------------------------------------------------------- what their numbers can be


def _conv_rows(seed: bytes) -> Iterator[Row]:
    rows = grid((12, 14, 16, 20, 24, 28, 32), (4, 6, 8, 12, 16, 32), (3, 5), (8, 10, 12, 16, 20, 24, 32))(seed)
    return (row for row in rows if row[1] != row[3])


SLOTS = (
    Slot(
        name="dense", fields=("I", "U"), ask=dense,
        candidates=grid(
            (100, 120, 128, 144, 150, 196, 200, 225, 240, 256, 300, 324, 400, 484, 500, 512, 576, 600, 676, 784, 900),
            (10, 12, 15, 16, 20, 24, 25, 30, 32, 40, 50, 64),
        ),
    ),
    Slot(
        name="mlp", fields=("I", "A", "B", "U"), ask=mlp,
        candidates=grid((100, 144, 196, 225, 256, 400), (20, 24, 30, 32, 40, 50), (15, 16, 18, 25, 28), (10,)),
    ),
    Slot(name="conv", fields=("N", "C", "K", "F"), ask=conv, candidates=_conv_rows),
    Slot(
        name="flat", fields=("T", "F"), ask=flat,
        candidates=grid(range(5, 15), (8, 12, 15, 16, 20, 24, 30, 32, 40, 48, 64)),
    ),
    Slot(
        name="network", fields=("N", "C", "K", "F", "U"), ask=network,
        candidates=grid(range(16, 33), (3,), (3, 5), (4, 6, 8, 10, 12, 16), (10,)),
    ),
)  # fmt: skip
