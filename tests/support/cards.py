"""Cards for tests: a rubric, a class as it comes in real life, and random cards (hypothesis)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from grader.records import (
    Accuracy,
    Criterion,
    DiagnosisText,
    FailedCellText,
    GradedModel,
    LayerFacts,
    Provenance,
    Rubric,
    RunSpec,
    Scorecard,
    State,
    Text,
    Verdict,
)
from grader.untrusted.text import slug_of

HOSTILE = "<script>document.title='x'</script>"
HOSTILE_NAMES = (
    HOSTILE,
    '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://127.0.0.1/","ok")',
    "@SUM(A1)",
    "\x1b]52;c;ZXZpbA==\x07\x1b[31mred",
    "Ana\u202eanA",
    "{{ 7 * 7 }}",
    "../../etc/passwd",
    "javascript:alert(1)",
    'a\nb,c;d"e',
    "x" * 300,
)


def said(en: str, es: str = "", key: str = "checks.sample", **values: Any) -> Text:
    """A text with its renderings; Spanish is the English one where a test does not care."""
    return Text(key=key, values=values, en=en, es=es or en)


def _criterion(name: str, points: float, en: str, es: str, hint: tuple[str, str]) -> Criterion:
    title = {"en": en, "es": es}
    check = "test_accuracy" if name == "accuracy" else "manual"
    return Criterion(id=name, points=points, check=check, title=title, hint={"en": hint[0], "es": hint[1]})


RUBRIC = Rubric(
    exercise="mnist-mlp",
    title={"en": "MNIST with a dense network", "es": "MNIST con una red densa"},
    data="mnist",
    test="hidden",
    run=RunSpec(),
    criteria=(
        _criterion(
            "runs",
            1,
            "The notebook runs to the end",
            "El cuaderno llega hasta el final",
            (
                "Restart the kernel and run all cells in order before you hand in.",
                "Reinicia el núcleo y ejecuta todas las celdas en orden antes de entregar.",
            ),
        ),
        _criterion(
            "dense",
            2,
            "At least one hidden Dense layer, no convolution",
            "Al menos una capa oculta densa, sin convoluciones",
            (
                'Put another Dense before the output layer, for instance Dense(512, activation="relu").',
                'Antes de la capa de salida hace falta otra Dense, por ejemplo Dense(512, activation="relu").',
            ),
        ),
        _criterion(
            "output",
            1,
            "Output of 10 units with softmax",
            "Salida de 10 unidades con softmax",
            (
                "There are ten classes: softmax shares a total probability of 1 among the ten.",
                "Hay diez clases: softmax reparte una probabilidad total de 1 entre las diez.",
            ),
        ),
        _criterion(
            "compile",
            1,
            "Cross-entropy as the loss",
            "Función de pérdida de entropía cruzada",
            (
                "With integer labels, sparse_categorical_crossentropy.",
                "Con etiquetas enteras, sparse_categorical_crossentropy.",
            ),
        ),
        _criterion(
            "accuracy",
            5,
            "97 % accuracy on new images",
            "97 % de exactitud en imágenes nuevas",
            (
                "Divide the pixels by 255 and train for about 5 epochs.",
                "Divide los píxeles entre 255 y entrena unas 5 épocas.",
            ),
        ),
        _criterion(
            "gap",
            1,
            "The gap between training and test",
            "La brecha entre entrenamiento y prueba",
            (
                "Training accuracy minus test accuracy, in percentage points.",
                "Exactitud de entrenamiento menos exactitud de prueba, en puntos porcentuales.",
            ),
        ),
        _criterion(
            "gap_means",
            1,
            "What a large gap signals",
            "Qué indica una brecha grande",
            (
                "Think what a network knows by heart that gets the seen images right and new ones wrong.",
                "Piensa qué sabe de memoria la red que acierta las imágenes vistas y falla las nuevas.",
            ),
        ),
    ),
)

_WHY: dict[tuple[str, State], Text] = {
    ("runs", "full"): said("All 14 cells ran without an error.", "Las 14 celdas se ejecutaron sin errores."),
    ("runs", "lost"): said(
        "Cell 12 did not end well: ZeroDivisionError.", "La celda 12 no terminó bien: ZeroDivisionError."
    ),
    ("dense", "full"): said(
        "Your model has 2 Dense layers and no convolution.", "Tu modelo tiene 2 capas Dense y ninguna convolución."
    ),
    ("dense", "lost"): said(
        "Your model has 1 Dense layer; at least 2 are needed.", "Tu modelo tiene 1 capa Dense; hacen falta al menos 2."
    ),
    ("output", "full"): said("The last layer has 10 units and softmax.", "La última capa tiene 10 unidades y softmax."),
    ("output", "lost"): said(
        "The last layer has 10 units but sigmoid.", "La última capa tiene 10 unidades, pero con sigmoid."
    ),
    ("compile", "full"): said("Compiled with categorical_crossentropy.", "Compilado con categorical_crossentropy."),
    ("compile", "lost"): said(
        "Compiled with mse, which is a loss for numbers, not for classes.",
        "Compilado con mse, una función de pérdida para números, no para clases.",
    ),
    ("accuracy", "full"): said(
        "97.92 % of 10 000 test images are right.", "Se acierta el 97,92 % de 10 000 imágenes de prueba."
    ),
    ("accuracy", "partial"): said(
        "95.41 % of 10 000 test images are right: between 95 % and 97 %.",
        "Se acierta el 95,41 % de 10 000 imágenes de prueba: entre el 95 % y el 97 %.",
    ),
    ("accuracy", "lost"): said(
        "No model was trained, so there is no accuracy.", "No se entrenó ningún modelo, así que no hay exactitud."
    ),
    ("accuracy", "blocked"): said(
        "99.10 % of 10 000 test images are right, but not with a dense network.",
        "Se acierta el 99,10 % de 10 000 imágenes de prueba, pero no con una red densa.",
    ),
    ("accuracy", "unjudged"): said(
        "The model uses operations of TensorFlow that we do not read.",
        "El modelo usa operaciones de TensorFlow que no leemos.",
    ),
    ("gap", "full"): said(
        "0.95 is within 0.3 points of the gap that we measured.",
        "0,95 está a menos de 0,3 puntos de la brecha que medimos.",
    ),
    ("gap", "lost"): said(
        "There is no answer 'gap' in the notebook.", "No hay ninguna respuesta 'gap' en el cuaderno."
    ),
    ("gap_means", "full"): said(
        "Yes: the network knows the training images by heart.",
        "Sí: la red se sabe de memoria las imágenes de entrenamiento.",
    ),
    ("gap_means", "lost"): said(
        "A network that has learnt too little misses the training images as well.",
        "Una red que ha aprendido poco también falla las imágenes de entrenamiento.",
    ),
}
_NOT_READ = said(
    "The notebook could not be read, so this was not judged.",
    "El cuaderno no se pudo leer, así que esto no se ha juzgado.",
)


def verdict(criterion: Criterion, state: State, credit: float | None = None, **more: Any) -> Verdict:
    """A verdict with a fitting sentence."""
    usual: dict[State, float | None] = {"full": 1.0, "partial": 0.6, "lost": 0.0, "blocked": 0.4, "unjudged": None}
    share = usual[state] if credit is None else credit
    why = more.pop("why", None) or _WHY.get((criterion.id, state), _NOT_READ)
    return Verdict(
        criterion=criterion.id,
        state=state,
        points=criterion.points * (share or 0),
        max_points=criterion.points,
        credit=share,
        why=why,
        **more,
    )


LAYERS = (
    LayerFacts(
        name="input_layer",
        kind="InputLayer",
        input_shape=(784,),
        output_shape=(784,),
        params=0,
        trainable=True,
        config={"batch_shape": [None, 784]},
    ),
    LayerFacts(
        name="dense",
        kind="Dense",
        input_shape=(784,),
        output_shape=(512,),
        params=401_920,
        trainable=True,
        config={"units": 512, "activation": "relu", "use_bias": True},
        trainable_params=401_920,
        shape_derivation="512 units",
        params_derivation="784 x 512 + 512 = 401 920",
    ),
    LayerFacts(
        name="dense_1",
        kind="Dense",
        input_shape=(512,),
        output_shape=(10,),
        params=5_130,
        trainable=True,
        config={"units": 10, "activation": "softmax", "use_bias": True},
        trainable_params=5_130,
        shape_derivation="10 units",
        params_derivation="512 x 10 + 10 = 5 130",
    ),
)
CNN_LAYERS = (
    LayerFacts(
        name="conv2d",
        kind="Conv2D",
        input_shape=(28, 28, 1),
        output_shape=(26, 26, 32),
        params=320,
        trainable=True,
        trainable_params=320,
        shape_derivation="floor((28 + 2*0 - 3) / 1) + 1 = 26; 32 filters",
        params_derivation="32 x 3 x 3 x 1 + 32 = 320",
        config={"filters": 32, "kernel_size": [3, 3], "strides": [1, 1], "padding": "valid", "activation": "relu"},
    ),
    LayerFacts(
        name="max_pooling2d",
        kind="MaxPooling2D",
        input_shape=(26, 26, 32),
        output_shape=(13, 13, 32),
        params=0,
        trainable=True,
        shape_derivation="floor((26 - 2) / 2) + 1 = 13",
        config={"pool_size": [2, 2], "strides": [2, 2], "padding": "valid"},
    ),
    LayerFacts(
        name="dropout",
        kind="Dropout",
        input_shape=(13, 13, 32),
        output_shape=(13, 13, 32),
        params=0,
        trainable=True,
        config={"rate": 0.25},
    ),
    LayerFacts(
        name="flatten",
        kind="Flatten",
        input_shape=(13, 13, 32),
        output_shape=(5408,),
        params=0,
        trainable=True,
        config={},
        shape_derivation="13 x 13 x 32 = 5 408",
    ),
    LayerFacts(
        name="dense",
        kind="Dense",
        input_shape=(5408,),
        output_shape=(10,),
        params=54_090,
        trainable=False,
        config={"units": 10, "activation": "softmax", "use_bias": False},
        params_derivation="5 408 x 10 + 10 = 54 090",
    ),
)


def model(correct: int = 9792, layers: tuple[LayerFacts, ...] = LAYERS, **more: Any) -> GradedModel:
    """A graded model that gets ``correct`` of 10 000 test images right."""
    usual: dict[str, Any] = {
        "found": said(
            "The variable model, the last one that was trained.", "La variable model, la última que se entrenó."
        ),
        "layers": layers,
        "total_params": sum(layer.params for layer in layers),
        "trainable_params": sum(layer.trainable_params for layer in layers),
        "source": "file",
        "preprocessing": said(
            "Pixels divided by 255, flattened to 784 values.", "Píxeles divididos entre 255, aplanados en 784 valores."
        ),
        "test": Accuracy(correct=correct, n=10_000),
        "train": Accuracy(correct=min(10_000, correct + 95), n=10_000),
    }
    return GradedModel(**{**usual, **more})


PROVENANCE = Provenance(
    submission="5d41402abc4b2a76b9719d911017c592" * 2,
    rubric="7d793037a0760186574b0282f2f435e7" * 2,
    data="mnist",
    data_sha256="9e107d9d372bb6826bd81d3542a419d6" * 2,
    versions={"python": "3.11.7", "keras": "3.15.1", "tensorflow": "2.21.0", "numpy": "2.4.6"},
    seed=0,
    isolation="bubblewrap 0.8.0, user namespace",
    memory_limit="watchdog on PSS",
    seconds=73.4,
    peak_memory=1_240_000_000,
)


def card(student: str, states: str = "fffffff", **more: Any) -> Scorecard:
    """A card; ``states`` has a letter per criterion of RUBRIC: f, p, l, b or u."""
    letters: dict[str, State] = {"f": "full", "p": "partial", "l": "lost", "b": "blocked", "u": "unjudged"}
    verdicts = more.pop("verdicts", None) or tuple(
        verdict(criterion, letters[letter]) for criterion, letter in zip(RUBRIC.criteria, states, strict=True)
    )
    usual: dict[str, Any] = {
        "student": student,
        "slug": slug_of(student),
        "exercise": RUBRIC.exercise,
        "status": more.get("ended", "ok"),
        "verdicts": verdicts,
        "points": sum(one.points for one in verdicts),
        "unjudged": sum(one.max_points for one in verdicts if one.credit is None),
        "max_points": RUBRIC.max_points,
        "review": (),
        "notices": (),
        "failed": (),
        "model": model(),
        "provenance": PROVENANCE,
        "origin": f"{student}.ipynb",
    }
    return Scorecard(**{**usual, **more})


def _crash(cell: int = 12) -> FailedCellText:
    return FailedCellText(
        cell=cell,
        kind="error",
        error="ValueError",
        text='Input 0 of layer "sequential" is incompatible with the layer: expected shape=(None, 784), '
        "found shape=(32, 28, 28)",
        line="model.predict(x_test)",
        cause=said(
            "The model was trained on flat rows of 784 values and is now given images of 28 x 28.",
            "El modelo se entrenó con filas de 784 valores y ahora recibe imágenes de 28 x 28.",
        ),
        cure=said(
            "Use the same preprocessing for x_test as for x_train: x_test.reshape(-1, 784) / 255.",
            "Prepara x_test igual que x_train: x_test.reshape(-1, 784) / 255.",
        ),
    )


def _unscaled() -> DiagnosisText:
    return DiagnosisText(
        id="unscaled",
        cause=said(
            "The network was trained on values up to 255; networks learn better from small ones.",
            "La red se entrenó con valores de hasta 255; las redes aprenden mejor con valores pequeños.",
        ),
        cure=said("Divide the images by 255 before training.", "Divide las imágenes entre 255 antes de entrenar."),
    )


def a_class() -> list[Scorecard]:
    """Fourteen cards, in no order: every status, every state, long and hostile names among them."""
    dense, accuracy = RUBRIC.criteria[1], RUBRIC.criteria[4]
    review = said("At least one criterion could not be judged.", "Al menos un criterio no se pudo juzgar.")
    stopped = said(
        "Training was stopped after 14 of 5 000 epochs, because time was running out.",
        "El entrenamiento se detuvo tras 14 de 5 000 épocas, porque se acababa el tiempo.",
    )
    convolution = tuple(
        replace(
            one,
            expected=said("no *Conv* layer, at least 2 Dense", "ninguna capa *Conv*, al menos 2 Dense"),
            actual=said("1 Conv2D, 1 Dense"),
        )
        if one.criterion == dense.id
        else replace(one, blocked_by=(dense.id,))
        if one.criterion == accuracy.id
        else one
        for one in card("x", "flffbff").verdicts
    )
    other = said("model_2 would have earned 7 points.", "model_2 habría obtenido 7 puntos.")
    renamed = said("The answer 'Gap ' was taken for 'gap'.", "La respuesta 'Gap ' se tomó por 'gap'.")
    twice = said("Two hand-ins carry the id carla.", "Hay dos entregas con el identificador carla.")
    no_file = said("The file is not a notebook: it is empty.", "El archivo no es un cuaderno: está vacío.")
    return [
        card("Óscar Núñez", group="B", name="Óscar Núñez Álvarez"),
        card(
            "ana",
            name="Ana Belén García-Rodríguez de la Torre",
            group="A",
            email="ana@example.org",
            model=model(others=(other,)),
        ),
        card("student 10", "fffffll", notices=(renamed,)),
        card("student 2", "ffffpff", model=model(9541), diagnoses=(_unscaled(),)),
        card("convolution", verdicts=convolution, model=model(9910, CNN_LAYERS)),
        card("crash", "lffffll", ended="error", failed=(_crash(),)),
        card(
            "loop",
            "lffffff",
            ended="timeout",
            failed=(FailedCellText(cell=9, kind="timeout", error="", text="", line="while True: pass"),),
        ),
        card("epochs-5000", "fffffff", notices=(stopped,)),
        card("empty", "uuuuuuu", ended="unreadable", model=None, review=(no_file, review)),
        card("raw-tensorflow", "fffful" + "f", model=model(source="claim", test=None, train=None), review=(review,)),
        card(
            "nobody",
            "lllllll",
            ended="missing",
            model=None,
            origin="",
            verdicts=tuple(
                verdict(one, "lost", why=said("Nothing was handed in.", "No se ha entregado nada."))
                for one in RUBRIC.criteria
            ),
        ),
        card("carla", "fffflfl", status="duplicate", review=(twice,), model=model(8830)),
        card("carla", "ffllpff", slug="carla~2", status="duplicate", review=(twice,), model=model(9466)),
        hostile_card(HOSTILE_NAMES[0]),
    ]


def hostile_card(name: str) -> Scorecard:
    """A card on which everything that a student can write is ``name``."""
    text = said(name, name, key="checks.sample", answer=name)
    layers = (replace(LAYERS[1], name=name, kind=name, config={"activation": name, "units": name}),)
    verdicts = tuple(replace(verdict(one, "lost"), why=text, expected=text, actual=text) for one in RUBRIC.criteria)
    failed = FailedCellText(cell=3, kind="error", error=name, text=name, line=name, cause=text, cure=text)
    noticed = DiagnosisText(id="unscaled", cause=text, cure=text, cell=4, line=name)
    return card(
        name,
        verdicts=verdicts,
        name=name,
        group=name,
        email=name,
        origin=name,
        notices=(text,),
        review=(text,),
        failed=(failed,),
        diagnoses=(noticed,),
        model=model(layers=layers, found=text, preprocessing=text, others=(text,)),
        provenance=replace(PROVENANCE, isolation=name, versions={name: name}),
    )


# ---------------------------------------------------------------- random cards

numbers = st.floats(allow_nan=False, allow_infinity=False)
whole = st.integers(-(2**53), 2**53)
words = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
shares = st.floats(0, 1)
points = st.integers(0, 10_000).map(lambda n: n / 100)
json_data = st.recursive(
    st.none() | st.booleans() | whole | numbers | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
message_data = st.fixed_dictionaries({"key": words, "values": st.just({"n": 3})})
nested = st.dictionaries(words, json_data | message_data, max_size=2)
said_texts = st.builds(Text, key=words, values=nested, en=words, es=words)
maybe_texts = st.none() | said_texts
shapes = st.lists(st.integers(0, 512), max_size=3).map(tuple)


def _some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=3).map(tuple)


accuracies = st.integers(1, 10_000).flatmap(lambda n: st.builds(Accuracy, correct=st.integers(0, n), n=st.just(n)))
layers = st.builds(
    LayerFacts,
    name=words,
    kind=words,
    input_shape=shapes,
    output_shape=shapes,
    params=st.integers(0, 10**9),
    trainable=st.booleans(),
    config=st.dictionaries(words, json_data, max_size=3),
    shape_derivation=words,
    params_derivation=words,
    trainable_params=st.integers(0, 10**9),
)
models = st.builds(
    GradedModel,
    found=said_texts,
    layers=_some(layers),
    total_params=st.integers(0, 10**9),
    trainable_params=st.integers(0, 10**9),
    source=st.sampled_from(["file", "claim"]),
    preprocessing=maybe_texts,
    test=st.none() | accuracies,
    train=st.none() | accuracies,
    others=_some(said_texts),
)
verdicts = st.builds(
    Verdict,
    criterion=st.sampled_from([one.id for one in RUBRIC.criteria]) | words,
    state=st.sampled_from(["full", "partial", "lost", "blocked", "unjudged"]),
    points=points,
    max_points=points,
    credit=st.none() | shares,
    why=said_texts,
    expected=maybe_texts,
    actual=maybe_texts,
    blocked_by=_some(words),
)
failed_cells = st.builds(
    FailedCellText,
    cell=st.integers(1, 5000),
    kind=st.sampled_from(["error", "timeout", "died", "syntax"]),
    error=words,
    text=words,
    line=words,
    cause=maybe_texts,
    cure=maybe_texts,
)
diagnosis_texts = st.builds(
    DiagnosisText,
    id=words,
    cause=said_texts,
    cure=said_texts,
    cell=st.none() | st.integers(1, 5000),
    line=words,
)
provenances = st.builds(
    Provenance,
    submission=words,
    rubric=words,
    data=words,
    data_sha256=words,
    versions=st.dictionaries(words, words, max_size=3),
    seed=st.integers(0, 100),
    isolation=words,
    memory_limit=words,
    seconds=points,
    peak_memory=st.integers(0, 10**11),
)
scorecards = st.builds(
    Scorecard,
    student=words | st.sampled_from(HOSTILE_NAMES),
    slug=st.from_regex(r"[a-z0-9]{1,12}", fullmatch=True),
    exercise=words,
    status=st.sampled_from(["ok", "error", "duplicate", "missing"]),
    verdicts=_some(verdicts),
    points=points,
    unjudged=points,
    max_points=points,
    review=_some(said_texts),
    notices=_some(said_texts),
    failed=_some(failed_cells),
    diagnoses=_some(diagnosis_texts),
    model=st.none() | models,
    provenance=provenances,
    ended=st.sampled_from(["ok", "error", "missing"]),
    name=words,
    email=words,
    group=words,
    origin=words,
)
