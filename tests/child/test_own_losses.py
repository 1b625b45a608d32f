"""What a loss of the notebook's own is in effect; keras is needed."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("keras")


@pytest.fixture(scope="module")
def losses() -> Any:
    import keras

    return keras.losses


def test_a_loss_that_gives_the_same_numbers_is_the_same(losses: Any) -> None:
    from grader.child.recorder.own_losses import alike

    def wrapped(y: Any, p: Any) -> Any:
        print("not seen")
        return losses.categorical_crossentropy(y, p)

    class Twice(losses.Loss):
        def call(self, y_true: Any, y_pred: Any) -> Any:
            return 2 * losses.mean_squared_error(y_true, y_pred)

    assert alike(wrapped) == "categorical_crossentropy"
    assert alike(lambda y, p: 3 * losses.sparse_categorical_crossentropy(y, p)) == "categorical_crossentropy"
    assert alike(Twice()) == "mean_squared_error"
    assert alike(lambda y, p: losses.categorical_crossentropy(y, p) + losses.mean_squared_error(y, p)) == ""


def test_what_is_keras_own_or_cannot_be_asked_is_like_none(losses: Any) -> None:
    from grader.child.recorder.own_losses import alike

    def raises(y: Any, p: Any) -> Any:
        raise RuntimeError

    for loss in (None, "mse", losses.mean_squared_error, losses.CategoricalCrossentropy(), raises, {"a": "mse"}, 7):
        assert alike(loss) == ""
