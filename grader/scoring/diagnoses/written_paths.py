"""The files that a call writes, as far as the source names them. Pure; looks a few levels deep, and no further."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterator, Mapping

# Pieces of a path: the text itself, or a name that stands for one.
PathParts = tuple[tuple[bool, str], ...]

DEEP = 6  # parts of a path within one another
LONG = 300  # characters
ARGUMENTS = 10
WRITERS = frozenset(
    (
        "save save_weights save_model savez savez_compressed savetxt savefig export to_csv to_json to_pickle to_excel "
        "to_hdf dump write_text write_bytes imwrite imsave tofile makedirs mkdir copy copyfile move rename urlretrieve "
        "extractall plot_model"
    ).split()
)
CALLBACKS = frozenset({"ModelCheckpoint", "CSVLogger", "BackupAndRestore", "TensorBoard"})
ADDED = ("", ".npz", ".npy", ".png")  # what NumPy and matplotlib put after a name without a suffix


def of(node: ast.expr | None, deep: int = DEEP) -> PathParts | None:
    """The path that an expression stands for: texts, names, ``+``, ``/``, f-strings, ``os.path.join`` and ``Path``."""
    if node is None or deep == 0:
        return None
    parts: list[ast.expr]
    between = ""
    if isinstance(node, ast.Constant):
        return ((False, node.value),) if isinstance(node.value, str) and len(node.value) <= LONG else None
    if isinstance(node, ast.Name):
        return ((True, node.id),)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Div):
        parts, between = [node.left, node.right], "/" if isinstance(node.op, ast.Div) else ""
    elif isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values[:ARGUMENTS]]
    elif isinstance(node, ast.Call) and _called(node) in ("join", "Path", "str"):
        parts, between = list(node.args[:ARGUMENTS]), "/"
    else:
        return None
    joined: PathParts = ()
    for part in parts:
        inner = of(part, deep - 1)
        if inner is None:
            return None
        joined = (*joined, *(((False, between),) if joined and between else ()), *inner)
    return joined


def by_call(call: ast.Call) -> Iterator[PathParts]:
    """The paths among the arguments of a call that writes files."""
    name = _called(call)
    if name == "open":
        modes = [*call.args[1:2], *(keyword.value for keyword in call.keywords if keyword.arg == "mode")]
        texts = [mode.value for mode in modes if isinstance(mode, ast.Constant)]
        if any(isinstance(text, str) and set(text) & set("wax") for text in texts):
            yield from _paths(call.args[:1])
    elif name in WRITERS:
        method = [call.func.value] if isinstance(call.func, ast.Attribute) and name.startswith(("write", "mk")) else []
        yield from _paths([*method, *_arguments(call)])


def by_callback(call: ast.Call) -> Iterator[PathParts]:
    """The paths of a callback that writes them while a model is trained."""
    if _called(call) in CALLBACKS:
        yield from _paths(_arguments(call))


def filled(path: PathParts, texts: Mapping[str, str]) -> str | None:
    """The path as text, as it is written; None when ``texts`` does not know one of its names."""
    known = [texts.get(text) if is_name else text for is_name, text in path]
    whole = "".join(part for part in known if part is not None)
    return whole if None not in known and 0 < len(whole) <= LONG else None


def normal(path: str) -> str:
    """``./a.keras`` and ``/content/a.keras`` are ``a.keras``."""
    return posixpath.normpath(path.strip().replace("\\", "/")).removeprefix("/content/")


def names_of(file: str) -> Iterator[str]:
    """What may have been written when ``file`` is missing: it, under a name without its suffix, or its folders."""
    for suffix in ADDED:
        if file.endswith(suffix):
            yield file.removesuffix(suffix)
    for _ in range(DEEP):
        file = posixpath.dirname(file)
        if file in ("", "/"):
            return
        yield file


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args[:ARGUMENTS], *(keyword.value for keyword in call.keywords[:ARGUMENTS])]


def _paths(nodes: list[ast.expr]) -> Iterator[PathParts]:
    for node in nodes:
        path = of(node)
        if path is not None:
            yield path
