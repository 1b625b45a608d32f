"""Loaded into the student's kernel before the first cell: it looks on and changes nothing that counts.

Every model that is compiled, trained, evaluated or asked for predictions is noted, with what it
was fed, and saved when a training returns and when a cell ends. What a student does to this
recorder can only lose him evidence.
"""

from __future__ import annotations

import functools
import inspect
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import keras

from grader.child.clock import Clock, of_this_process_s
from grader.child.paths import inside
from grader.child.recorder import answers, calls, input_stats, metrics, model_discovery, quick, saving, shims
from grader.child.recorder.budget import TimeKeeper, allowed
from grader.child.recorder.events import Events
from grader.child.recorder.exports import Delivered
from grader.child.recorder.figures import Screen
from grader.child.recorder.imports import Imports
from grader.child.recorder.known_images import KnownImages
from grader.child.recorder.looks import Looks
from grader.child.recorder.model_registry import (
    Book,
    Record,
    callback_names,
    compile_facts,
    refreshed,
    seconds_since,
)
from grader.child.recorder.mounted_labels import MountedLabels
from grader.child.recorder.own_losses import alike
from grader.child.recorder.pictures import Gallery
from grader.child.spool import KINDS, Spool, plain

SAVING_SHARE = 0.1  # of the time so far that saving after each training may take
FREE_SAVING_S = 2.0
LEAST_ROWS = 64  # of an evaluation where no training happens


class Recorder:
    """One notebook's observer."""

    def __init__(self, shell: Any, config: dict[str, Any]) -> None:
        self.shell = shell
        self.config = config
        self.spool = Spool()
        self.calls = calls.Calls(shell, self.spool)
        self.book = Book(farewell=lambda record: self._quietly(self._save, record))
        self.cells = iter(config["cell_numbers"])
        self.cell = 0  # the one that runs, as the notebook counts
        # Parts of a script draw into the same figures until it shows them, or ends.
        self.last_of_script = max(config["cell_numbers"]) if config["script"] else 0
        self.events = Events(self.book, self.spool, config["work"], cell=lambda: self.cell, quietly=self._quietly)
        self.screen = Screen(shell.display_pub.publish)
        shell.display_pub.publish = self.screen.publish
        self.gallery = Gallery(self.spool, cell=lambda: self.cell, quietly=self._quietly, show=self.screen.show_figures)
        self.printing = shims.Printing(self.spool.notice)
        self.imports = Imports(shell)
        data_file = inside(f"/in/data/{config['data']}.npz")
        self.labels = MountedLabels(data_file)
        self.images = KnownImages(data_file)
        self.looks = Looks(
            self.book,
            self.spool,
            config["sample_rows"],
            self.images,
            is_named=lambda model: any(value is model for value in list(shell.user_ns.values())),
            quietly=self._quietly,
        )
        self.started = time.monotonic()
        self.clock = Clock(config["wall_factor"], of_this_process_s)
        self.begun = self.cell_begun = self.clock.mark()
        self.saving_took = 0.0
        self.trainings = 0  # of this cell
        self.busy = 0
        self.delivered = Delivered(self.spool, config["exports"], config["export_shapes"])
        self.current: dict[int, TimeKeeper] = {}

    # ------------------------------------------------------------ what Keras calls

    def watch_keras(self) -> None:
        after = {
            "fit": self._fit,
            "evaluate": self._evaluate,
            "predict": self._predict,
            "compile": self._compile,
            "train_on_batch": self._train_on_batch,
            "test_on_batch": self._evaluate,
            "predict_on_batch": self._predict,
        }
        for name, observe in after.items():
            owner = next(kind for kind in keras.Model.__mro__ if name in kind.__dict__)
            setattr(owner, name, self._observed(owner.__dict__[name], observe, trains=name == "fit"))
        self.looks.watch_calls(busy=lambda: self.busy > 0)

    def _observed(self, original: Callable[..., Any], observe: Callable[..., None], *, trains: bool) -> Any:
        signature = inspect.signature(original)

        @functools.wraps(original)
        def method(model: Any, *args: Any, **kwargs: Any) -> Any:
            if self.busy:
                return original(model, *args, **kwargs)
            self.busy += 1
            started, history, given = time.monotonic(), getattr(model, "history", None), None
            try:
                with suppress(TypeError):  # wrong arguments: Keras says so itself
                    given = signature.bind_partial(model, *args, **kwargs)
                if given is None:
                    return original(model, *args, **kwargs)
                keeper = self._accompany(model, given) if trains else None
                asked = dict(given.arguments)
                if self.config["quick"]:
                    self._cut(original.__name__, given)
                try:
                    if keeper is not None and self._leaves_out(model):
                        result = keeper.pretend(quick.untrained(model, given.arguments))
                    else:
                        result = original(*given.args, **given.kwargs)
                except BaseException:
                    if keeper is not None and keeper.batches:
                        self._quietly(observe, model, asked, started, history, keeper)
                    raise
                self._quietly(observe, model, asked, started, history, keeper)
                if trains and self.config["quick"]:
                    self._quietly(quick.lengthen, result, asked, self.config["quick"]["epochs"])
                return result
            finally:
                self.busy -= 1
                if trains and id(model) in self.book.records:
                    self.book.of(model).training = 0

        return method

    def _quietly(self, observe: Callable[..., None], *args: Any) -> None:
        try:
            observe(*args)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not become the student's error
            self.spool.notice("runs.recorder_fault", error=f"{type(error).__name__}: {error}"[:200])

    def _accompany(self, model: Any, given: inspect.BoundArguments) -> TimeKeeper:
        """Add the time keeper to the callbacks of a training that is about to begin."""
        record = self.book.of(model)
        record.training = 1
        self._quietly(self.book.begins, record)
        record.sampled = saving.sample(model)
        self._name(record, in_functions=True)
        keeper = TimeKeeper(
            allowed(
                cell_s=float(self.config["cell_s"]),
                cell_used_s=self.clock.since(self.cell_begun),
                run_left_s=float(self.config["run_left_s"]) - self.clock.since(self.begun),
            ),
            self.clock,
            max_epochs=self.config["max_epochs"],
            max_fit_s=self.config["max_fit_s"],
        )
        callbacks = given.arguments.get("callbacks")
        if isinstance(callbacks, keras.callbacks.CallbackList):
            callbacks.append(keeper)
        else:
            listed = list(callbacks) if isinstance(callbacks, (list, tuple)) else [callbacks] if callbacks else []
            given.arguments["callbacks"] = [*listed, keeper]
        return keeper

    def _cut(self, name: str, given: inspect.BoundArguments) -> None:
        """Cut what ``fit`` or ``evaluate`` was asked to do. Raises LookEnds in a cell that trains again and again."""
        if name == "fit":
            self.trainings += 1
            if self.trainings > quick.TRAININGS_CAP:
                raise quick.LookEnds
            self._quietly(self._shorten, given)
        elif name == "evaluate":
            self._quietly(self._shorten_evaluation, given)

    def _shorten_evaluation(self, given: inspect.BoundArguments) -> None:
        rows = self.config["quick"]["rows"] or LEAST_ROWS
        given.arguments.update(quick.cut_evaluation(given.arguments, rows=rows))

    def _shorten(self, given: inspect.BoundArguments) -> None:
        if self.config["quick"]["rows"]:
            given.arguments.update(quick.cut(given.arguments, **self.config["quick"]))
            self.spool.notice("runs.quick", **self.config["quick"])

    def _leaves_out(self, model: Any) -> bool:
        """Whether this training is not to happen; one that Keras would refuse is Keras's."""
        left_out = self.config["quick"] and not self.config["quick"]["rows"] and model.compiled
        if left_out:
            self.spool.notice("runs.untrained")
        return bool(left_out)

    # ------------------------------------------------------------ what is noted

    def _compile(self, model: Any, given: dict[str, Any], *_: Any) -> None:
        record = self.book.of(model)
        facts = compile_facts(model, given.get("loss"), given.get("metrics"))
        record.compiled = plain({**facts, "loss_like": alike(given.get("loss"))})
        self._name(record)

    def _fit(self, model: Any, given: dict[str, Any], started: float, before: Any, keeper: TimeKeeper) -> None:
        record = self.book.of(model)
        record.fits += 1
        self.book.used(record, fit=True)
        x = given.get("x")
        length = input_stats.length_of(x)
        rows = None if length is None else int(length * (1 - float(given.get("validation_split") or 0.0)))
        history = getattr(model, "history", None)
        logs = getattr(history, "history", {}) if history is not before else {}
        asked = max(0, int(given.get("epochs", 1)) - int(given.get("initial_epoch", 0)))
        stopped = keeper.stopped if keeper.epochs_done < asked else ""
        if stopped and keeper.waited:
            self.spool.notice("runs.waited")
        entry = {
            "epochs_asked": asked,
            "epochs_done": keeper.epochs_done,
            "stopped": stopped,
            "batch_size": given.get("batch_size")
            or input_stats.batch_rows(x)
            or (None if input_stats.is_stream(x) else 32),
            "rows": rows,
            **self.images.counts(x, rows),
            "seconds": seconds_since(started),
            "validated_on_test": self.images.may_be_test(given.get("validation_data")),
            "metrics": {str(name): numbers for name, values in logs.items() if (numbers := metrics.as_numbers(values))},
            "compiled": refreshed(record.compiled, model),
            "callbacks": callback_names(given.get("callbacks"), keeper),
            "moved": saving.moved(record.sampled, model),
        }
        record.history.append(plain(entry))
        self.looks.look(record, x, by="fit")
        if keeper.batches:
            self._quietly(self.book.trained, record)
        self._save_now(record)

    def _evaluate(self, model: Any, given: dict[str, Any], *_: Any) -> None:
        record = self.book.of(model)
        record.evaluates += 1
        self.book.used(record, fit=False)
        values = model.get_metrics_result().items()
        results = {name: float(value) for name, value in values if metrics.as_numbers([value])}
        part = self.labels.part_of(input_stats.labels_of(given.get("x"), given.get("y")))
        rows, largest = input_stats.length_of(given.get("x")), input_stats.largest_of(given.get("x"))
        seen = {"rows": rows, "largest": largest, "part": part}
        record.evaluations.append(plain({**seen, "metrics": results, "fits": record.fits}))
        self.looks.look(record, given.get("x"), by="evaluate")

    def _predict(self, model: Any, given: dict[str, Any], *_: Any) -> None:
        record = self.book.of(model)
        record.predicts += 1
        record.ask(given.get("x"), self.images)
        self.looks.look(record, given.get("x"), by="predict")

    def _train_on_batch(self, model: Any, given: dict[str, Any], *_: Any) -> None:
        record = self.book.of(model)
        rows = input_stats.length_of(given.get("x")) or 0
        if record.by_batches is None:
            record.fits += 1
            record.by_batches = {
                "epochs_asked": 1,
                "epochs_done": 1,
                "stopped": "",
                "batch_size": rows,
                "rows": 0,
                "distinct_rows": None,
                "test_rows": 0,
                "seconds": 0.0,
                "validated_on_test": False,
                "metrics": {},
                "compiled": refreshed(record.compiled, model),
                "callbacks": [],
            }
            record.history.append(record.by_batches)
            self.looks.look(record, given.get("x"), by="fit")
        record.by_batches["rows"] += rows
        record.by_batches["test_rows"] += self.images.test_rows(given.get("x"))
        record.stepped = True
        self.book.used(record, fit=True)

    def _name(self, record: Record, *, in_functions: bool = False) -> None:
        """The names by which the notebook knows this model right now; those of its functions come first."""
        frame = inspect.currentframe() if in_functions else None
        while frame is not None:
            if frame.f_globals is self.shell.user_ns and frame.f_locals is not self.shell.user_ns:
                for name, value in list(frame.f_locals.items()):
                    if value is record.model and name != "self":
                        self.book.call_it(record, name)
            frame = frame.f_back
        for name, value in list(self.shell.user_ns.items()):
            if value is record.model and not name.startswith("_"):
                self.book.call_it(record, name)

    # ------------------------------------------------------------ what is saved

    def _save_now(self, record: Record) -> None:
        """Save after a training, unless many short trainings would spend their time on it."""
        if self.saving_took < FREE_SAVING_S + SAVING_SHARE * (time.monotonic() - self.started):
            self._save(record)
        self._drop_models()

    def _save(self, record: Record) -> None:
        started = time.monotonic()
        model = record.model
        mark = saving.fingerprint(model)
        if mark == record.fingerprint:
            return
        record.fingerprint = mark
        record.trained_here = self.book.holds_trained(model)
        try:
            shape = record.fed["shape"] if record.fed else None
            data, record.rebuilt = saving.archive(model, shape)
            record.saved = self.spool.drop("model", record.number, data)
            record.save_error = "" if record.saved else f"there is no room for its {len(data)} bytes"
            if not record.saved and len(data) <= KINDS["model"]:
                record.fingerprint = ""  # the disk is full: later there may be room again
        except saving.CannotSave as error:
            record.saved, record.save_error = False, str(error)
            record.layers = plain(saving.described(model))
        finally:
            self.saving_took += time.monotonic() - started

    def _drop_models(self) -> None:
        self.spool.drop_json("models", 0, self.book.claims())

    def before_cell(self, *_: Any) -> None:
        self.cell_begun = self.clock.mark()
        self.cell = next(self.cells, self.cell)
        self.trainings = 0
        self.printing.begin()
        self.imports.begin()
        self.screen.begin_cell()

    def after_cell(self, result: Any = None) -> None:
        self._quietly(self.imports.end, result)
        self.printing.end()
        self.busy += 1
        try:
            self._quietly(self._collect)
        finally:
            self.busy -= 1

    def _collect(self, over: bool = False) -> None:
        if over or self.cell >= self.last_of_script:
            self._quietly(self.gallery.settle)
            self._quietly(self.screen.show_figures)
        namespace = self.shell.user_ns
        self._quietly(self._name_models)
        self._quietly(answers.drop, self.spool, namespace, self.config["variables"])
        self._quietly(self.delivered.collect, namespace)
        for record in [record for record in self.book.records.values() if record.stepped]:
            self._quietly(self.book.trained, record)
        for record in list(self.book.records.values()):
            self._quietly(self._save, record)
        self._drop_models()

    def _name_models(self) -> None:
        for name, model in model_discovery.models_in(self.shell.user_ns):
            self.book.call_it(self.book.of(model), name)

    def finish(self) -> None:
        """After the last cell: look at the streams that were left alone, then save what that makes possible."""
        self.busy += 1
        for record in self.book.records.values():
            self.looks.look_at_waiting(record)
        self._quietly(self._collect, True)
