"""The first thing that the student's kernel imports: it settles seeds and data, and starts the recorder."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from grader.child.paths import inside
from grader.child.recorder import colab, data_sets, inner_keras, network, pipelines, seeds, shims, stand_ins
from grader.child.recorder.places import Notice, Places
from grader.child.recorder.recorder import Recorder


def begin_in_its_folder(shell: Any, config: dict[str, Any]) -> None:
    """Start where Jupyter and Python do: in the folder of the notebook or module, below that of the submission."""
    entry = f"{config['work']}/{config['entry_name']}"
    folder, name = os.path.split(entry)
    sys.argv = [name]
    if config["kind"] == "module":
        shell.user_ns["__file__"] = entry
    if config["script"]:
        shell.ast_node_interactivity = "none"  # as Python, which shows no value of a statement
    os.chdir(folder)
    sys.path[:] = [folder, *(path for path in sys.path if path not in {"", inside("/opt/child")})]


def open_services(shell: Any, config: dict[str, Any], notice: Notice) -> None:
    """What the notebook expects of the service that it was written for."""
    entry = f"{config['work']}/{config['entry_name']}"
    colab.make_way(os.path.dirname(entry))
    places = Places(os.path.dirname(entry), config["services"], notice)
    places.open()
    if "colab" in config["services"]:
        colab.install(shell, places, entry, notice)


def install(shell: Any, config_json: str) -> None:
    """Set everything up in the kernel of ``shell``; the modules of this package leave no trace by name."""
    config = json.loads(config_json)
    seeds.settle(config["seed"], config["seed_shift"], deterministic=config["deterministic"], threads=config["threads"])
    pipelines.untune()
    recorder = Recorder(shell, config)
    recorder.watch_keras()
    data = inside(f"/in/data/{config['data']}.npz")
    network.fail_at_once()
    if os.path.exists(data):
        data_sets.provide(config["data"], data)
    shims.keyboard(shell, recorder.spool.notice)
    shims.magics(shell, recorder.spool.notice)
    shims.drawing()
    stand_ins.install(recorder.spool.notice)
    inner_keras.watch(recorder.spool.notice)
    recorder.gallery.watch()
    recorder.events.watch_keras()
    shims.tracebacks(shell)
    shell.events.register("pre_run_cell", recorder.before_cell)
    shell.events.register("post_run_cell", recorder.after_cell)
    begin_in_its_folder(shell, config)
    open_services(shell, config, recorder.spool.notice)
    for name in [name for name in sys.modules if name == "grader" or name.startswith("grader.")]:
        del sys.modules[name]
    sys.modules["_recorder"] = recorder  # type: ignore[assignment]
