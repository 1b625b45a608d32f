"""Whether a network was trained on images of the test set. Pure."""

from __future__ import annotations

from grader.records import FitFacts, ModelFacts

# Images are told apart by the pixels that are inked, and 19 training images of MNIST have those of a test image.
BY_CHANCE = 100


def of_training(fit: FitFacts) -> int:
    """How many images of the test set a training was given; 0 for as few as chance gives."""
    return fit.test_rows if fit.test_rows is not None and fit.test_rows > BY_CHANCE else 0


def of_model(model: ModelFacts) -> int:
    """The most images of the test set that one of a model's trainings was given."""
    return max(map(of_training, model.fits), default=0)
