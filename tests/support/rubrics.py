"""A good rubric with every key, and single mistakes in it: (old, new, line, what the refusal says)."""

from __future__ import annotations

GOOD = """\
exercise: mnist-mlp
title: {es: "Una red", en: "A network"}
data: mnist
test: hidden
run: {wall: 12m, cell: 8m, memory: 3GB, seeds: 3}
models: {main: auto, edges: {variable: edges}}
structure:
  - {id: hidden, kind: Dense, activation: relu, repeat: 1+}
  - {id: pool, kind: [MaxPooling2D, "Global*"], repeat: 0-2}
  - {id: out, kind: Dense, units: 10, activation: softmax}
exports: [x_train]
stop_on_error: true
total: 13
criteria:
  - {id: runs, points: 1, check: runs_to_the_end}
  - {id: dense, points: 2, check: layer_kinds, forbidden: ["*Conv*"], required: {Dense: 2}}
  - {id: output, points: 1, check: output_layer, units: 10, activation: softmax}
  - {id: accuracy, points: 5, check: test_accuracy, knots: {0.90: 0, 0.95: 0.5, 0.97: 1}, needs: [dense], when_unmet: 0.4}
  - {id: why, points: 1, check: choice, answer: gap_means, correct: no}
  - {id: flat, points: 0.5, check: number, answer: flat, equals: 400}
  - id: dense_params
    points: 0.5
    check: number
    answer: dense_params
    equals: 4010
    rel: 1e-9
    carry: flat * 10 + 10
    title: {es: "Parámetros", en: "Parameters"}
    hint: {es: "Cuenta", en: "Count"}
    visibility: hidden
    misconceptions:
      - {value: 4000, name: forgot-bias, credit: 0.5, hint: {es: "Sesgos", en: "Biases"}}
  - {id: shown, points: 1, check: array, name: x_train, expected: x_train, atol: 1e-6}
  - {id: edges, points: 1, check: layer, model: edges, layer: out}
mutants: {no-hidden-layer: [dense, accuracy]}
"""  # noqa: E501 - a criterion is one line


def with_line(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


MISTAKES = [
    # names
    ("check: choice, answer", "check: choise, answer", 19, "no check 'choise'; did you mean 'choice'?"),
    ("forbidden: [", "forbiden: [", 16, "no parameter 'forbiden'; did you mean 'forbidden'?"),
    ("stop_on_error: true", "stop_on_eror: true", 12, "no key 'stop_on_eror'; did you mean 'stop_on_error'?"),
    ("kind: Dense, activation", "kind: Desne, activation", 8, "no layer kind 'Desne'; did you mean 'Dense'?"),
    ("units: 10, activation: softmax}\ne", "unit: 10}\ne", 10, "no layer has a setting 'unit'; did you mean 'units'?"),
    ("activation: relu, repeat", "activation: rellu, repeat", 8, "no activation 'rellu'; did you mean 'relu'?"),
    ("needs: [dense]", "needs: [dens]", 18, "no criterion 'dens'; did you mean 'dense'?"),
    ("layer: out", "layer: uot", 34, "`structure` has no layer 'uot'; did you mean 'out'?"),
    ("model: edges", "model: egdes", 34, "`models` has no 'egdes'; did you mean 'edges'?"),
    ("name: x_train", "name: x_trian", 33, "`exports` does not list 'x_trian'; did you mean 'x_train'?"),
    ("[dense, accuracy]", "[dense, acuracy]", 35, "no criterion 'acuracy'; did you mean 'accuracy'?"),
    ("carry: flat", "carry: flta", 27, "no criterion asks for 'flta'; did you mean 'flat'?"),
    ("required: {Dense: 2}", "required: {Dens: 2}", 16, "no layer kind 'Dens'; did you mean 'Dense'?"),
    ("- {value: 4000, name", "- {value: 4000, nam", 32, "no key 'nam' here; did you mean 'name'?"),
    # types
    ("points: 2", "points: two", 16, "points: a number is needed, 'two' was found"),
    ("equals: 400}", "equals: [400]}", 20, "equals: a number is needed, a list was found"),
    (
        "required: {Dense: 2}",
        "required: [Dense]",
        16,
        "required: `text: a whole number` lines is needed, a list was found",
    ),
    (
        "units: 10, activation: softmax}\n  - {id: acc",
        "units: 10.5}\n  - {id: acc",
        17,
        "a whole number is needed, 10.5 was found",
    ),
    ("stop_on_error: true", "stop_on_error: 1", 12, "true or false is needed, 1 was found"),
    ("needs: [dense]", "needs: {dense: 1}", 18, "needs: a list of texts is needed, a mapping"),
    ("answer: flat, equals", "answer: , equals", 20, "answer: text is needed, nothing was found"),
    ("0.90: 0", "ninety: 0", 18, "knots: a number is needed, 'ninety' was found"),
    ("correct: no", "correct: {a: 1}", 19, "text or a list of texts is needed"),
    ("visibility: hidden", "visibility: hiden", 30, "'hiden' is not one of visible, hidden; did you mean 'hidden'?"),
    ("test: hidden", "test: secret", 4, "'secret' is not one of hidden, public"),
    # values
    ("points: 2", "points: 0", 16, "points: 0 is not possible"),
    ("points: 2", "points: -1", 16, "points: -1 is not possible"),
    ("total: 13", "total: 12", 13, "`total` is 12, but the points of the criteria make 13"),
    ("0.97: 1}", "0.93: 1}", 18, "knots must increase: 0.93: 1 after 0.95: 0.5"),
    ("0.95: 0.5", "0.95: 50", 18, "accuracies and credits lie in 0 to 1"),
    ("{0.90: 0, 0.95: 0.5, 0.97: 1}", "{0.90: 0}", 18, "no accuracy earns any credit"),
    ("{0.90: 0, 0.95: 0.5, 0.97: 1}", "{}", 18, "`knots` is empty"),
    ("when_unmet: 0.4", "when_unmet: 40", 18, "40 is not a share from 0 to below 1"),
    (", needs: [dense], when_unmet", ", when_unmet", 18, "when_unmet says nothing without `needs`"),
    ("needs: [dense]", "needs: [accuracy]", 18, "run in a circle: accuracy"),
    ("wall: 12m", "wall: 12", 5, "'12' is not a time; write 90s, 12m or 1h30m"),
    ("wall: 12m", "wall: 48h", 5, "48h is out of range"),
    ("cell: 8m", "cell: 20m", 5, "`run: cell` (1200 s) is longer than `run: wall` (720 s)"),
    ("memory: 3GB", "memory: 3", 5, "'3' is not a size; write 3GB or 1500MB"),
    ("memory: 3GB", "memory: 1MB", 5, "1MB is out of range"),
    ("seeds: 3", "seeds: 0", 5, "`run: seeds` is 0"),
    ("repeat: 1+", "repeat: many", 8, "'many' is not a number of layers"),
    ("repeat: 0-2", "repeat: 3-2", 9, "repeat: 3-2 is not possible"),
    ("main: auto", "main: most", 6, "'most' is no rule; there are auto, best, last"),
    ("variable: edges", "variable: 3dges", 6, "'3dges' cannot be looked up; a variable is needed"),
    ("exports: [x_train]", "exports: [x_train, x_train]", 11, "'x_train' stands there twice"),
    ("exports: [x_train]", "exports: ['x train']", 11, "'x train' is not a variable's name"),
    ("id: hidden, kind", "id: out, kind", 10, "two layers have the id 'out'"),
    ("{id: dense, points", "{id: runs, points", 16, "two criteria have the id 'runs' (the other is on line 15)"),
    ("{id: runs, points", "{id: Runs!, points", 15, "lower-case letters, digits, - and _ are needed"),
    ('title: {es: "Una red", en: "A network"}', 'title: {es: "Una red"}', 2, "`title` lacks `en`; both languages"),
    ('title: {es: "Parámetros", en: "Parameters"}', 'title: {en: "P"}', 28, "title lacks `es`"),
    ("exercise: mnist-mlp\n", "", 1, "`exercise` is missing"),
    ("check: runs_to_the_end", "needs: []", 15, "a criterion lacks `check`"),
    ("knots: {0.90: 0, 0.95: 0.5, 0.97: 1}, ", "", 18, "the check 'test_accuracy' needs `knots`"),
    (
        "equals: 400}",
        "equals: 400, expected: x}",
        20,
        "exactly one of `equals`, `from_key`, `expected`, `equals_measured`",
    ),
    ("units: 10, activation: softmax}\n  - {id: acc", "}\n  - {id: acc", 17, "`units` or `activation` is needed"),
    ('forbidden: ["*Conv*"], required: {Dense: 2}', "", 16, "one of `allowed`, `required`, `forbidden` is needed"),
    ("value: 4000", "value: 4010", 31, "forgot-bias is the right value itself"),
    ("credit: 0.5", "credit: 1", 31, "credit lies in 0 to 1"),
    ("carry: flat * 10 + 10", "carry: open('x')", 27, "only numbers, answers and"),
    # hidden inputs
    ("stop_on_error: true", "calls: []", 12, "`calls` needs `key: value` lines, a list was found"),
    ("stop_on_error: true", "calls: {f: 3}", 12, "`calls: f` needs a list, 3 was found"),
    ("stop_on_error: true", "calls: {f: []}", 12, "`calls: f` has 0 cases; 1 to 20 are possible"),
    ("stop_on_error: true", "calls: {f g: [[1]]}", 12, "'f g' is not a function's name"),
    ("stop_on_error: true", "calls: {f: [[]]}", 12, "has 0 arguments"),
    ("stop_on_error: true", "calls: {f: [{arg: [1]}]}", 12, "no key 'arg'; did you mean 'args'?"),
    ("stop_on_error: true", "calls: {f: [{kwargs: {if: 1}}]}", 12, "'if' is not an argument's name"),
    ("stop_on_error: true", "calls: {f: [[{random: [3], dtyp: int8}]]}", 12, "no key 'dtyp'; did you mean 'dtype'?"),
    ("stop_on_error: true", "calls: {f: [[{dtype: int8}]]}", 12, "either `random` (a shape) or `array`"),
    ("stop_on_error: true", "calls: {f: [[{random: [3], array: [1]}]]}", 12, "either `random` (a shape) or `array`"),
    ("stop_on_error: true", "calls: {f: [[{random: [3], dtype: unit8}]]}", 12, "'unit8'; did you mean 'uint8'?"),
    ("stop_on_error: true", "calls: {f: [[{random: [3], dtype: complex64}]]}", 12, "no dtype 'complex64'"),
    ("stop_on_error: true", "calls: {f: [[{random: [0, 3]}]]}", 12, "[0, 3] is not a shape"),
    ("stop_on_error: true", "calls: {f: [[{random: [900, 900], dtype: float64}]]}", 12, "6480000 bytes; at most"),
    ("stop_on_error: true", "calls: {f: [[{random: [3], low: 2, high: 1}]]}", 12, "low 2 is above high 1"),
    ("stop_on_error: true", "calls: {f: [[{random: [3], dtype: uint8, high: 256}]]}", 12, "256 is no uint8"),
    ("stop_on_error: true", "calls: {f: [[{random: [3], dtype: int8, low: 0.5}]]}", 12, "0.5 is no int8"),
    ("stop_on_error: true", "calls: {f: [[{array: [[1, 2], [3]]}]]}", 12, "rows are not equally long"),
    ("stop_on_error: true", "calls: {f: [[{array: [a]}]]}", 12, "a list of numbers"),
    ("stop_on_error: true", "calls: {f: [[{array: [1, 256], dtype: uint8}]]}", 12, "not all of its values are uint8"),
    ("stop_on_error: true", "calls: {f: [[{array: [1.5], dtype: int8}]]}", 12, "not all of its values are int8"),
    ("stop_on_error: true", "calls: {f: [[{array: [1], low: 3}]]}", 12, "`low` says nothing about an `array`"),
    ("stop_on_error: true", "calls: {f: [[[{array: [1]}]]]}", 12, "an array stands inside a list"),
    ("stop_on_error: true", "predict_on: x", 12, "`predict_on` needs `key: value` lines, 'x' was found"),
    ("stop_on_error: true", "predict_on: {egdes: {}}", 12, "no 'egdes'; did you mean 'edges'?"),
    ("stop_on_error: true", "predict_on: {main: {}}", 12, "the model needs a name in the notebook"),
    ("stop_on_error: true", "predict_on: {edges: {image: 3}}", 12, "no key 'image'; did you mean 'images'?"),
    ("stop_on_error: true", "predict_on: {edges: {images: 0}}", 12, "images: 0; 1 to 64 are possible"),
    ("stop_on_error: true", "predict_on: {edges: {low: 1, high: 1}}", 12, "low 1 is not below high 1"),
    # what this version does not do
    ("stop_on_error: true", "amend: x", 12, "`amend` is not supported by this version"),
    # YAML
    ("stop_on_error: true", "data: other", 12, "the key 'data' stands here and on line 3; keep one"),
    ("test: hidden", "test: !!python/name:os.system hidden", 4, "the tag"),
    ("test: hidden", "test: &a hidden", 4, "anchors (&) and aliases (*)"),
    ('forbidden: ["*Conv*"]', "forbidden: [*Conv]", 16, "in quotes if it begins"),
    ("stop_on_error: true", "\tstop_on_error: true", 12, "a tab stands here; indent with spaces"),
    ("stop_on_error: true", "stop_on_error: [true", 13, "this is not YAML"),
    ("stop_on_error: true", "---\nstop_on_error: true", 12, "a second document"),
    ("stop_on_error: true", "? [a, b]\n: true", 12, "a key is a single word or number"),
]
