"""The course that is attacked: a small exercise, and canaries in everything that no student may see."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from tests.support.notebooks import notebook

# Strings that must not come out anywhere; each stands where only the trusted side reads.
CANARIES = {
    "rubric": "canary-rubric-5f1e07",
    "expected": "canary-expected-a9340c",
    "secret": "canary-secret-77d2be",
    "environment": "canary-environment-c0ffe1",
    "reference": "canary-reference-3bd810",
}
NEIGHBOUR = "canary-neighbour-e4a6f2"  # in every honest hand-in of a batch

LIGHT = f"""\
exercise: {{id}}
title: {{{{es: "Objetivo", en: "Target"}}}}
data: digits
test: hidden
run: {{{{time: 60s, cell: 20s, memory: 2GB}}}}          # {CANARIES["rubric"]}
exports: [table]
criteria:
  - {{{{id: runs, points: 1, check: runs_to_the_end}}}}
  - {{{{id: params, points: 2, check: total_params, equals: 7850}}}}
  - {{{{id: output, points: 1, check: output_layer, units: 10, activation: softmax}}}}
  - {{{{id: q1, points: 2, check: number, answer: q1, expected: q1}}}}
  - {{{{id: table, points: 1, check: array, name: table, expected: table}}}}
  - {{{{id: why, points: 1, check: choice, answer: why, correct: b, visibility: hidden,
     hint: {{{{es: "{CANARIES["rubric"]}", en: "{CANARIES["rubric"]}"}}}}}}}}
"""
# Where work is done that a busy machine slows.
PATIENT = LIGHT.replace("time: 60s, cell: 20s", "time: 4m, cell: 2m")
FULL = PATIENT + "  - {{id: accuracy, points: 4, check: test_accuracy, knots: {{0.5: 0, 0.8: 1}}}}\n"
CALLED = LIGHT + (
    "  - {{id: twice, points: 2, check: call, function: twice}}\n"
    "calls: {{twice: [[{{random: [2, 3], dtype: int64}}], [{{random: [4], dtype: float64}}]]}}\n"
)
# For what never ends: short clocks.
SHORT = LIGHT.replace("time: 60s, cell: 20s", "time: 12s, cell: 3s")
# For what takes too much memory: little more than an import of TensorFlow needs.
TIGHT = LIGHT.replace("memory: 2GB", "memory: 1GB")

# The measurement of a model that is too heavy for it.
HEAVY = LIGHT + "  - {{id: accuracy, points: 4, check: test_accuracy, knots: {{0.5: 0, 0.8: 1}}}}\n"

# Trainings with a table of results, on the public test images.
TRAINED = """\
exercise: {id}
title: {{es: "Pruebas", en: "Trials"}}
data: digits
test: public
run: {{time: 4m, cell: 2m, memory: 2GB}}
criteria:
  - {{id: runs, points: 1, check: runs_to_the_end}}
  - {{id: rows, points: 3, check: real_runs, answer: results, min_rows: 2}}
  - {{id: separate, points: 1, check: separate_models, min: 2}}
"""

ODD_ANSWERS = tuple(f"a{number:02d}" for number in range(1, 15))
FILES = tuple(f"m{number:02d}" for number in range(1, 17))
WEIGHTS = tuple(f"w{number}" for number in range(1, 9))


def many(names: Sequence[str], line: str) -> str:
    """The lines of a rubric that differ in a name only."""
    return "".join(line.replace("NAME", name) for name in names)


# Many typed answers, or many models, each with a criterion of its own: many ideas in one hand-in.
TYPED = PATIENT + many(ODD_ANSWERS, "  - {{id: NAME, points: 1, check: number, answer: NAME, equals: 7}}\n")
START_OF_MODELS = """\
exercise: {id}
title: {{es: "Modelos", en: "Models"}}
data: digits
test: hidden
run: {{time: 4m, cell: 2m, memory: 1500MB}}
models:
"""
MODELS = (
    START_OF_MODELS
    + many(FILES, "  NAME: {{variable: NAME}}\n")
    + "criteria:\n"
    + many(FILES, "  - {{id: NAME, points: 1, check: total_params, equals: 7850, model: NAME}}\n")
)
WEIGHED = (
    START_OF_MODELS
    + many(WEIGHTS, "  NAME: {{variable: NAME}}\n")
    + "criteria:\n"
    + many(WEIGHTS, "  - {{id: NAME, points: 1, check: test_accuracy, knots: {{0.5: 0, 0.8: 1}}, model: NAME}}\n")
)
EXERCISES = {
    "light": LIGHT,
    "full": FULL,
    "heavy": HEAVY,
    "trained": TRAINED,
    "called": CALLED,
    "short": SHORT,
    "tight": TIGHT,
    "typed": TYPED,
    "models": MODELS,
    "weighed": WEIGHED,
}
EXPECTED = {"q1": 7850, "table": [0, 1, 4, 9], "unused": CANARIES["expected"]}
MAXIMUM = {
    "light": 8,
    "full": 12,
    "heavy": 12,
    "trained": 5,
    "called": 10,
    "short": 8,
    "tight": 8,
    "typed": 8 + len(ODD_ANSWERS),
    "models": len(FILES),
    "weighed": len(WEIGHTS),
}

START = """
    import os, sys
    import keras, numpy as np
    from keras import layers
    answers = {"q1": 7850, "why": "b"}
    table = np.array([0, 1, 4, 9])
    def twice(x):
        return 2 * x
"""
MODEL = """
    model = keras.Sequential([keras.Input((784,)), layers.Dense(10, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
"""
FIT = """
    (x, y), (xt, yt) = keras.datasets.mnist.load_data()
    model.fit(x[:4000].reshape(-1, 784) / 255.0, y[:4000], epochs=2, batch_size=64, verbose=0)
"""
EACH = """
    for name in {names}:
        globals()[name] = keras.Sequential([keras.Input((784,)), layers.Dense(10, activation="softmax")])
        globals()[name].compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
"""
FIT_EACH = f"""
    (x, y), (xt, yt) = keras.datasets.mnist.load_data()
    for name in {WEIGHTS}:
        globals()[name].fit(x[:4000].reshape(-1, 784) / 255.0, y[:4000], epochs=2, batch_size=64, verbose=0)
"""
TRIALS = """
    (x, y), (xt, yt) = keras.datasets.mnist.load_data()
    x, xt = x.reshape(-1, 784) / 255.0, xt.reshape(-1, 784) / 255.0
    results = []
    def trial(change, units):
        net = keras.Sequential([keras.Input((784,)), layers.Dense(units, activation="relu"),
                                layers.Dense(10, activation="softmax")])
        net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        history = net.fit(x, y, epochs=1, batch_size=256, verbose=0)
        results.append({"change": change, "train": history.history["accuracy"][-1],
                        "test": net.evaluate(xt, yt, verbose=0)[1]})
        return net
    small, large = trial("small", 16), trial("large", 32)
    answers["results"] = results
"""
# What an honest hand-in has besides.
FURTHER = {
    "full": FIT,
    "heavy": FIT,
    "trained": TRIALS,
    "typed": f"answers |= dict.fromkeys({ODD_ANSWERS}, 7)",
    "models": EACH.format(names=FILES),  # two names of one model would ask for a person
    "weighed": EACH.format(names=WEIGHTS) + FIT_EACH,
}
# Lines for the first cell of an attack whose honest reading is "knows nothing, has no model": every answer is wrong.
EMPTY = """
    import os, sys
    answers = {"q1": 1, "why": "a"}
"""


def honest(exercise: str, number: int) -> bytes:
    """A hand-in that earns everything; no two are the same bytes, so none is graded with another's evidence."""
    further = [FURTHER[exercise]] if exercise in FURTHER else []
    return notebook(f"# {number} {NEIGHBOUR}\n", START, MODEL, *further)


def write(root: Path) -> Path:
    """The course in ``root``, with its secret."""
    for name in ("rubrics", "exercises"):
        (root / name).mkdir(parents=True)
    for exercise, rubric in EXERCISES.items():
        (root / "rubrics" / f"{exercise}.yaml").write_text(rubric.format(id=exercise), "utf-8")
        reference = root / "reference" / exercise
        reference.mkdir(parents=True)
        solution = notebook(f"# {CANARIES['reference']}", START, MODEL)
        (reference / "solution.ipynb").write_bytes(solution)
        (reference / "expected.json").write_text(json.dumps(EXPECTED), "utf-8")
    (root / "course.yaml").write_text("secret_file: secret\n", "utf-8")
    secret = root / "secret"
    secret.write_text(CANARIES["secret"], "utf-8")
    secret.chmod(0o600)
    return root
