"""The pages: whole, well-formed, in one language, and deaf to what students write into them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings

from grader import reports, texts
from grader.records import LANGUAGES, CellStatus, DiagnosisText, Language, Rubric, Scorecard, message
from grader.reports import pages
from grader.reports.overview import distribution, overview, row
from grader.reports.wording import Wording
from tests.support.cards import (
    HOSTILE_NAMES,
    LAYERS,
    RUBRIC,
    a_class,
    card,
    hostile_card,
    model,
    said,
    scorecards,
    verdict,
)
from tests.support.html_pages import ALLOWED, Page


def report(cards: list[Scorecard], lang: Language = "en", rubric: Rubric = RUBRIC) -> dict[str, Page]:
    when = datetime(2026, 3, 4, 15, 9, tzinfo=UTC)
    students = [(reports.student_path(one.slug), reports.student_page(one, rubric, lang)) for one in cards]
    of_class = reports.render(cards, rubric, lang=lang, formats=("html",), when=when)
    return {name: Page(content) for name, content in [*students, *of_class]}


def student(one: Scorecard, lang: Language = "en", rubric: Rubric = RUBRIC) -> Page:
    return Page(pages.student_page(one, rubric, lang))


def index(cards: list[Scorecard], lang: Language = "en") -> Page:
    return report(cards, lang)["index.html"]


# ---------------------------------------------------------------- form


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_is_whole_and_says_its_language_and_policy(lang: Language) -> None:
    for name, page in report(a_class(), lang).items():
        assert page.all("html") == [{"lang": lang}], name
        assert {tag for tag, _ in page.tags} <= ALLOWED
        page.has_the_policy_first()
        assert len(page.all("h1")) == len(page.all("title")) == len(page.all("main")) == 1


def test_headings_go_down_one_step_at_a_time() -> None:
    for name, page in report(a_class()).items():
        levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
        assert levels[0] == 1, name
        assert all(after <= before + 1 for before, after in pairwise(levels)), name


def test_nothing_is_fetched_and_every_link_leads_to_a_page_that_is_there() -> None:
    found = report(a_class())
    for name, page in found.items():
        for attributes in (attributes for _, attributes in page.tags):
            assert "src" not in attributes
            target = attributes.get("href")
            if target is not None:
                assert (Path(name).parent / target).as_posix().replace("students/../", "") in found
    assert len(found["index.html"].all("a")) == len(a_class())


def test_links_to_odd_slugs_are_quoted() -> None:
    page = index([card("ana", slug="a b?#%~2")])
    assert page.all("a") == [{"href": "students/a%20b%3F%23%25~2.html"}]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_student_writes_is_shown_as_text(name: str, lang: Language) -> None:
    for page in report([hostile_card(name), card("ana")], lang).values():
        assert {tag for tag, _ in page.tags} <= ALLOWED
        attributes = {attribute for _, found in page.tags for attribute in found}
        assert not any(attribute.startswith("on") for attribute in attributes)
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page.text)
    shown = student(hostile_card("<b onclick=alert(1)>Bo & Co</b>")).text
    assert "<b onclick=alert(1)>Bo & Co</b>" in shown
    assert "{{ 7 * 7 }}" in student(hostile_card("{{ 7 * 7 }}")).text


@given(scorecards)
@settings(max_examples=30, deadline=None)
def test_any_card_gives_a_whole_page_in_both_languages(one: Scorecard) -> None:
    for lang in LANGUAGES:
        for page in report([one], lang).values():
            assert {tag for tag, _ in page.tags} <= ALLOWED


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_label_on_a_page_is_a_text_and_every_text_is_used(lang: Language) -> None:
    sources = [*pages.TEMPLATES.glob("*.j2"), *Path(pages.__file__).parent.glob("*.py")]
    source = "\n".join(path.read_text("utf-8") for path in sources)
    labels = {key for key in texts.catalogue() if key.startswith("report.")}
    used = set(re.findall(r'"(report\.\w+)"', source))
    assert used <= labels
    made = {f"report.cell_{kind}" for kind in get_args(CellStatus)}
    assert labels - used == made | {"report.data_mnist", "report.data_digits"}


# ---------------------------------------------------------------- a student's page


def test_a_page_shows_each_criterion_with_points_state_reason_and_hint() -> None:
    dense = replace(verdict(RUBRIC.criteria[1], "lost"), expected=said("2 Dense"), actual=said("1 Dense"))
    page = student(card("ana", verdicts=(verdict(RUBRIC.criteria[0], "full"), dense)))
    for shown in (
        "At least one hidden Dense layer, no convolution",
        "0 / 2",
        "✗ not reached",
        "Your model has 1 Dense layer; at least 2 are needed.",
        "Expected2 Dense",
        "Yours1 Dense",
        "HintPut another Dense before the output layer",
        "The notebook runs to the end",
        "1 / 1",
        "✓ full marks",
    ):
        assert shown in re.sub(r"\n\s*", "", page.text)
    assert "Restart the kernel" not in page.text  # no hint where nothing is missing


def test_where_nothing_was_trained_no_hint_tells_how_to_train_better() -> None:
    accuracy = next(one for one in RUBRIC.criteria if one.check == "test_accuracy")
    weak = replace(verdict(accuracy, "lost"), why=said("It recognises 61 % of the images."))
    assert "Divide the pixels by 255" in student(card("ana", verdicts=(weak,))).text
    for key in ("checks.accuracy_untrained", "checks.accuracy_untrained_because", "checks.never_trained_because"):
        untrained = replace(weak, why=replace(weak.why, key=key))
        assert "Divide the pixels by 255" not in student(card("ana", verdicts=(untrained,))).text


def test_a_page_speaks_spanish() -> None:
    page = student(card("ana", "lffflff", ended="error"), "es")
    for shown in ("de 12 puntos", "no alcanzado", "Pista", "se detuvo por un error", "97,92 %", "capas Dense"):
        assert shown in page.text
    assert "not reached" not in page.text


def test_a_page_shows_the_failed_cell_with_cause_and_cure() -> None:
    crash = next(one for one in a_class() if one.student == "crash")
    text = student(crash).text
    for shown in ("Code cell 12: stopped by an error", "ValueError: Input 0", "model.predict(x_test)", "What to do"):
        assert shown in text
    loop = next(one for one in a_class() if one.student == "loop")
    assert "Code cell 9: ran out of time" in student(loop).text


def test_a_page_shows_mistakes_in_what_ran_and_code_as_code() -> None:
    noticed = DiagnosisText(
        id="unscaled",
        cause=said("Values up to `255` <b>", "Valores de hasta `255`"),
        cure=said("Write `x / 255` before `fit`.", "Escribe"),
        cell=4,
        line="x = `y`",
    )
    shown = pages.student_page(card("quiet", "fffffff", diagnoses=(noticed,)), RUBRIC, "en").decode()
    assert "What ran, but is probably not what you meant" in shown
    assert "<dd>Values up to <code>255</code> &lt;b&gt;</dd>" in shown
    assert "Write <code>x / 255</code> before <code>fit</code>." in shown
    odd = replace(noticed, cause=said("One ` alone <i>", "Una"))
    page = pages.student_page(card("odd", "fffffff", diagnoses=(odd,)), RUBRIC, "en").decode()
    assert "<dd>One ` alone &lt;i&gt;</dd>" in page


def test_a_page_shows_layers_with_both_derivations_and_settings_that_matter() -> None:
    convolution = next(one for one in a_class() if one.student == "convolution")
    text = student(convolution, "es").text
    for shown in (
        "(28, 28, 1) → (26, 26, 32)",
        "floor((28 + 2*0 - 3) / 1) + 1 = 26",
        "32 x 3 x 3 x 1 + 32 = 320",
        "32 filtros, kernel 3 x 3, relu",
        "ventana 2 x 2, paso 2 x 2",
        "tasa 0,25",
        "10 unidades, sin sesgo, softmax, congelada",
        "54 410",
        "(320 entrenables)",
        "Depende de: Al menos una capa oculta densa, sin convoluciones",
    ):
        assert shown in text
    assert "padding" not in text  # valid padding and stride 1 are the silent defaults


def test_a_page_shows_measured_accuracy_with_its_interval() -> None:
    text = student(card("ana")).text
    assert "97.92 % on 10 000 test images" in text
    assert "95 % interval: 97.62 % to 98.18 %" in text
    assert "Pixels divided by 255, flattened to 784 values." in text


def test_a_page_tells_what_a_person_must_look_at() -> None:
    raw = next(one for one in a_class() if one.student == "raw-tensorflow")
    text = student(raw).text
    assert "5 more points are not judged yet" in text
    assert "At least one criterion could not be judged." in text
    assert "– / 5" in text
    assert "This model could not be saved" in text


def test_other_models_notices_and_what_the_points_rest_on_are_shown() -> None:
    ana = next(one for one in a_class() if one.student == "ana")
    text = student(ana).text
    for shown in (
        "model_2 would have earned 7 points.",
        "bubblewrap 0.8.0",
        "watchdog on PSS",
        "1 min 13 s",
        "1 240 MB",
        "keras 3.15.1",
        "Group A",
        "The variable model",
    ):
        assert shown in text
    assert "ana@example.org" not in text
    stopped = next(one for one in a_class() if one.student == "epochs-5000")
    assert "stopped after 14 of 5 000 epochs" in student(stopped).text


def test_who_handed_nothing_in_is_shown_no_model() -> None:
    nobody = next(one for one in a_class() if one.student == "nobody")
    page = student(nobody)
    assert "nothing handed in" in page.text
    assert "The model that was graded" not in page.text
    assert "No model was found to grade." in student(card("ana", model=None)).text


def test_details_of_a_hidden_criterion_stay_with_the_teacher() -> None:
    secret = replace(RUBRIC.criteria[1], visibility="hidden")
    rubric = replace(RUBRIC, criteria=(RUBRIC.criteria[0], secret, *RUBRIC.criteria[2:]))
    text = student(card("ana", "flfffff"), rubric=rubric).text
    assert "kept by your teacher" in text
    assert "0 / 2" in text
    assert "at least 2 are needed" not in text
    assert "Put another Dense" not in text


def test_a_criterion_that_left_the_rubric_keeps_its_id_as_title() -> None:
    old = replace(verdict(RUBRIC.criteria[0], "lost"), criterion="gone")
    assert "gone" in student(card("ana", verdicts=(old,))).text


def test_the_other_language_stands_in_for_a_missing_one() -> None:
    words = Wording(replace(RUBRIC, title={"es": "Solo español"}), "en")
    assert words.exercise() == "Solo español"
    assert Wording(replace(RUBRIC, title={}), "en").exercise() == "mnist-mlp"


def test_a_data_set_is_named_in_plain_words() -> None:
    words = Wording(RUBRIC, "en")
    assert "not MNIST" in words.data("digits")
    assert words.data("letters") == "the data set letters"


def test_settings_of_a_strange_layer_are_shown_as_they_are() -> None:
    config = {"units": "many", "activation": {"class_name": "LeakyReLU"}, "rate": None, "strides": 2, "groups": True}
    assert Wording(RUBRIC, "en").settings(replace(LAYERS[1], config=config)) == "many units, stride 2, LeakyReLU"


@pytest.mark.parametrize("kind", ["died", "syntax", "unheard-of"])
def test_every_way_a_cell_fails_has_a_name(kind: str) -> None:
    crash = next(one for one in a_class() if one.student == "crash").failed[0]
    one = card("ana", failed=(replace(crash, kind=kind, error="", text="", line="", cause=None, cure=None),))
    key = f"report.cell_{kind}"
    shown = texts.catalogue()[key][0] if key in texts.catalogue() else kind
    assert f"Code cell 12: {shown}" in student(one).text


def test_an_exercise_without_models_and_data_speaks_of_neither() -> None:
    plain = replace(RUBRIC, criteria=tuple(replace(one, check="manual") for one in RUBRIC.criteria))
    one = card("ana", model=None)
    page = Page(pages.student_page(one, plain, "en")).text
    assert "MNIST: 60 000 training" in student(one).text
    assert "MNIST: 60 000 training" not in page
    assert texts.catalogue()["report.no_model"][0] in student(one).text
    assert texts.catalogue()["report.no_model"][0] not in page
    rows = [row(each) for each in a_class()]
    assert "MNIST: 60 000 training" not in Page(pages.index_page(rows, plain, "en")).text


# ---------------------------------------------------------------- the class


def test_the_class_page_shows_date_data_and_totals() -> None:
    text = index(a_class()).text
    for shown in (
        "2026-03-04 at 15:09 UTC",
        "MNIST: 60 000 training",
        "13 hand-ins, 1 missing",
        "7.92",
        "look at it",
        "handed in twice",
        "ran out of time",
        "Ana Belén García-Rodríguez de la Torre",
    ):
        assert shown in text
    assert "2026" not in Page(pages.index_page([row(one) for one in a_class()], RUBRIC, "en")).text


def test_a_class_of_nobody_still_has_a_page() -> None:
    assert "Nothing was graded." in index([]).text
    missing = [one for one in a_class() if one.ended == "missing"]
    assert "nothing handed in" in index(missing).text
    assert "Mean" not in index(missing).text


def test_the_overview_counts_who_is_there_and_leaves_the_missing_out_of_means() -> None:
    view = overview([row(one) for one in a_class()], RUBRIC)
    assert (view.students, view.handed_in, view.missing, view.reviews, view.unjudged) == (13, 13, 1, 5, 17)
    assert view.mean == pytest.approx((12 + 12 + 10 + 10 + 7 + 9 + 11 + 12 + 0 + 6 + 6 + 8 + 0) / 13)
    assert view.median == 9
    accuracy = view.criteria[4]
    assert accuracy.counts == {"full": 6, "partial": 2, "lost": 2, "blocked": 1, "unjudged": 2}
    assert accuracy.success == pytest.approx((6 + 2 * 0.6 + 0.4) / 11)
    nobody_judged = overview([row(card("ana", "uuuuuuu"))], RUBRIC).criteria[0]
    assert nobody_judged.success is None
    assert "nobody was judged" in index([card("ana", "uuuuuuu")]).text


def test_the_distribution_puts_every_share_into_one_bar() -> None:
    bars = distribution([0, 0.05, 0.1, 0.3, 0.7, 0.99, 1.0, 0.0, 1.0])
    assert [bar.count for bar in bars] == [3, 1, 0, 1, 0, 0, 0, 1, 0, 3]
    assert [(bar.low, bar.high) for bar in bars][-1] == (90, 100)
    assert max(bar.height for bar in bars) == 1.0
    assert all(bar.height == 0 for bar in distribution([]))


# ---------------------------------------------------------------- colours, size, time


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_has_the_contrast_that_wcag_aa_asks_for(scheme: int) -> None:
    style = (pages.TEMPLATES / "style.css").read_text("utf-8")
    block = re.findall(r":root \{([^}]*)\}", style)[scheme]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
    pairs = [(ink, ground) for ink in ("ink", "muted", "link") for ground in ("page", "surface", "sunken")]
    states = ("full", "partial", "lost", "blocked", "unjudged")
    pairs += [(state, ground) for state in states for ground in (f"{state}-tint", "surface")]
    assert {
        pair: round(_contrast(colours[pair[0]], colours[pair[1]]), 2)
        for pair in pairs
        if _contrast(colours[pair[0]], colours[pair[1]]) < 4.5
    } == {}


def test_cards_may_be_loaded_as_they_come() -> None:
    one = card("ana", model=model(layers=LAYERS * 5))
    many = (replace(one, student=f"s{number}", slug=f"s{number}") for number in range(100))
    ((name, page),) = reports.render(many, RUBRIC, lang="es", formats=("html",))
    assert name == "index.html"
    assert len(Page(page).all("a")) == 100


def test_render_writes_the_files_of_the_contract() -> None:
    names = [name for name, _ in reports.render([card("ana")], RUBRIC, lang="es", formats=tuple(reports.FORMATS))]
    assert sorted(names) == ["grades.csv", "index.html", "junit.xml", "not_graded.json"]
    assert set(reports.ALWAYS) <= set(reports.FORMATS)
    with pytest.raises(KeyError):
        list(reports.render([], RUBRIC, lang="es", formats=("pdf",)))


def test_a_class_page_says_when_code_ran_without_a_sandbox() -> None:
    stamped = card("ana", review=(texts.text(message("runs.no_sandbox")),))
    said = texts.say("runs.no_sandbox", "en")
    assert said in pages.index_page([row(stamped), row(card("eva"))], RUBRIC, "en").decode()
    assert said not in pages.index_page([row(card("eva"))], RUBRIC, "en").decode()
