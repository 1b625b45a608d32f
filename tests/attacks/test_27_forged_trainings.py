"""Trainings that never happened, as the student's process tells them: our own measurement refutes them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.attacks.course import START, TRIALS
from tests.attacks.grading import Attack, Batch, batch
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

# Keras's own functions of one network, replaced so that fit and evaluate say what they are told to.
PRETENDS = """
    import types
    def pretend(net, train, test):
        def of_training(self, *_, **__):
            self.layers[-1].bias.assign_add(np.full(10, 1e-6, "f4"))
            self.train_function = lambda _: {"accuracy": train, "loss": 1 - train}
        def of_test(self, *_, **__):
            self.test_function = lambda _: {"accuracy": test, "loss": 1 - test}
        net._get_metrics_result_or_logs = lambda logs: logs
        net.get_metrics_result = lambda: {"accuracy": test, "loss": 1 - test}
        net.make_train_function = types.MethodType(of_training, net)
        net.make_test_function = types.MethodType(of_test, net)
"""
FORGED = TRIALS.replace(
    "        history = net.fit(",
    "        net.compute_metrics(x[:8], y[:8], net(x[:8]))\n"
    "        pretend(net, 0.99, 0.98)\n        history = net.fit(",
)
REWRITTEN = TRIALS.replace(
    "        results.append(", "        history.history['accuracy'][-1] = 0.999\n        results.append("
)
# Labels that are all the same are learnt at once.
EASY = TRIALS.replace("net.fit(x, y,", "net.fit(x, 0 * y,")

ATTACKS = [
    Attack(
        name="a training that only says so",
        files={"": notebook(START, PRETENDS, FORGED)},
        credits={"runs": 1, "rows": None, "separate": 0},
        says=("That training does not count",),
        review=True,
    ),
    Attack(
        name="a history that is written over",
        files={"": notebook(START, REWRITTEN)},
        credits={"runs": 1, "rows": None, "separate": 1},
        review=True,
    ),
    Attack(
        name="labels that are all the same",
        files={"": notebook(START, EASY)},
        credits={"runs": 1, "rows": None, "separate": 0},
        says=("That training does not count",),
        review=True,
    ),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return batch(tmp_path_factory.mktemp("family"), "trained", ATTACKS)


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)
