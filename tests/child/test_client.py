"""What is kept of a cell's messages, however many and whatever a kernel sends; and what a run does with the outputs."""

from __future__ import annotations

import asyncio
import gc
import json
from pathlib import Path
from typing import Any

import pytest
import zmq
from nbclient.exceptions import CellExecutionComplete
from nbformat.v4 import new_code_cell

from grader.child.clock import Clock
from grader.child.runner import client
from grader.child.runner.client import CellClient, settled
from grader.child.runner.kernel import Kernel
from grader.child.runner.outputs import ROOM, Outputs, fits
from grader.untrusted import frames


@pytest.mark.parametrize(("written", "shown"), [
    ("a\nb", "a\nb"), ("1\r2\r3", "3"), ("1\r2\n3\r4\n", "2\n4\n"), ("a\r\nb", "a\nb"), ("5/5 done\r", "5/5 done\r"),
    ("5/5\r\r", "5/5\r"), ("", ""), ("\r", "\r"), ("a\b\b\n", "a\n"),
])  # fmt: skip
def test_text_is_as_a_terminal_shows_it_in_the_end(written: str, shown: str) -> None:
    assert settled(written) == shown


def heard(*messages: tuple[str, Any]) -> tuple[CellClient, Any]:
    """A client that took these messages for one cell, and that cell."""
    cells = CellClient(None, None, Clock(1, lambda: 0.0))
    cell = new_code_cell("x")
    cells.nb.cells = [cell]
    for kind, content in messages:
        message = {"msg_type": kind, "header": {"msg_type": kind}, "content": content, "parent_header": {"msg_id": "a"}}
        cells.process_message(message, cell, 0)
    return cells, cell


def stream(text: str, name: str = "stdout") -> tuple[str, Any]:
    return "stream", {"name": name, "text": text}


def test_the_pieces_of_a_stream_are_one_output_and_progress_is_settled() -> None:
    pieces = [
        stream("Epoch 1\n"),
        stream("1/3\r"),
        stream("2/3\r"),
        stream("3/3\r"),
        stream("\nend"),
        stream("w", "stderr"),
    ]
    cells, cell = heard(*pieces)
    assert [(one["name"], one["text"]) for one in cell.outputs] == [("stdout", "Epoch 1\n3/3\nend"), ("stderr", "w")]
    assert cells.printed == "Epoch 1\n3/3\nendw"


def test_a_flood_is_cut_and_the_progress_of_a_long_training_is_not() -> None:
    _, cell = heard(*[stream("x" * 50_000 + "\n")] * 20)
    assert len(cell.outputs[0]["text"]) <= client.STREAM_CAP
    _, cell = heard(*[stream(f"\r{step}/99999 " + "━" * 100) for step in range(10_000)], stream("\nfinished"))
    assert cell.outputs[0]["text"].endswith("9999/99999 " + "━" * 100 + "\nfinished")


def test_a_cell_has_at_most_a_thousand_outputs() -> None:
    _, cell = heard(*[stream("a", name) for _ in range(client.COUNT_CAP) for name in ("stdout", "stderr")])
    assert len(cell.outputs) == client.COUNT_CAP
    _, cell = heard(*[("display_data", {"data": {"text/plain": "a"}, "metadata": {}})] * (client.COUNT_CAP + 5))
    assert len(cell.outputs) == client.COUNT_CAP


def test_only_text_and_pictures_are_kept_and_no_more_than_fits() -> None:
    data = {"text/plain": "a", "text/html": "<b>", "image/png": "AAAA"}
    cells, cell = heard(
        ("display_data", {"data": data, "metadata": {"own": 1}}),
        ("execute_result", {"data": {"text/plain": "5"}, "metadata": {}, "execution_count": 3}),
        ("comm_open", {"data": {"state": {"_model_name": "a"}}, "comm_id": "1", "target_name": "jupyter.widget"}),
        ("display_data", {"data": {"text/plain": "z" * client.OUTPUTS_CAP}, "metadata": {}}),
    )
    assert [dict(one) for one in cell.outputs] == [
        {"output_type": "display_data", "metadata": {}, "data": {"text/plain": "a", "image/png": "AAAA"}},
        {"output_type": "execute_result", "metadata": {}, "data": {"text/plain": "5"}, "execution_count": 3},
    ]
    assert cells.widget_state == {}


def test_cleared_outputs_are_gone() -> None:
    _, cell = heard(stream("a"), ("clear_output", {"wait": True}), stream("b"))
    assert [one["text"] for one in cell.outputs] == ["b"]
    _, cell = heard(stream("a"), ("clear_output", {"wait": False}))
    assert cell.outputs == []


@pytest.mark.parametrize(
    "content", [{}, {"data": 5}, {"name": []}, {"execution_state": []}, {"data": {"text/plain": {}}}]
)
@pytest.mark.parametrize(
    "kind", ["stream", "display_data", "execute_result", "error", "status", "clear_output", "x", "comm_msg"]
)
def test_what_is_no_message_of_the_protocol_is_passed_over(kind: str, content: Any) -> None:
    _, cell = heard((kind, content), stream("next"))
    assert cell.outputs[-1]["text"].endswith("next")


class Unstarted:
    """A kernel's process that notes what there was when it was asked to start, and never answers."""

    def __init__(self) -> None:
        self.found: list[Any] = []

    def start_kernel(self, *, cwd: str) -> None:
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()
        self.found.append((self.kernel.loop, zmq.Context._instance, len(gc_of(zmq.Context))))

    def is_alive(self) -> bool:
        return False

    def client(self) -> Any:
        raise RuntimeError("no kernel")


def gc_of(kind: type) -> list[Any]:
    return [one for one in gc.get_objects() if isinstance(one, kind)]


def test_the_kernels_process_starts_before_an_event_loop_or_a_context_exists(tmp_path: Path) -> None:
    """It may be a copy of this very process."""
    manager = Unstarted()
    manager.kernel = Kernel(str(tmp_path), Clock(1, lambda: 0.0), lambda _: manager)
    contexts = len(gc_of(zmq.Context))
    with pytest.raises(RuntimeError, match="no kernel"):
        manager.kernel.start()
    assert manager.found == [(None, None, contexts)]
    assert manager.kernel.loop is not None
    manager.kernel.loop.close()


def test_an_idle_kernel_ends_the_cell() -> None:
    with pytest.raises(CellExecutionComplete):
        heard(("status", {"execution_state": "idle"}))


def test_outputs_of_all_cells_fit_into_one_room() -> None:
    outputs, long = Outputs(), {"output_type": "stream", "name": "stdout", "text": "ñ" * (ROOM // 5)}
    told = [json.loads(outputs.frame(number, [long, long])) for number in range(1, 4)]
    assert [(one["cell"], len(one["outputs"]), one["left_out"]) for one in told] == [(1, 2, 0), (2, 0, 2), (3, 0, 2)]
    assert told[0]["outputs"] == [long, long]
    assert json.loads(outputs.frame(4, [{"text": "\ud800"}]))["outputs"] == [{"text": "?"}]


def test_a_frame_is_sent_only_where_one_can_be() -> None:
    assert fits(frames.NUMBERS_CAP - 1, b"")
    assert not fits(frames.NUMBERS_CAP, b"")
    assert not fits(0, bytes(frames.CAPS["outputs"] + 1))
