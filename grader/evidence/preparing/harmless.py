"""Whether a statement does nothing but what is not here would do: which names it reads and gives values to.

Pure, and linear in the size of the statement.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

# Calls of these leave nothing behind.
PLAIN = frozenset(
    """
    abs all any bool dict display enumerate filter float format hasattr int isinstance len list map max min print range
    repr reversed round set sorted str sum tuple type zip
    """.split()
)
_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_ODD = (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)


@dataclass(slots=True)
class Names:
    """What is known of names at one place of a notebook.

    ``gone`` would have been given a value by a library that is not here, by the library; ``alive`` have one; ``shows``
    are modules and functions that only draw.
    """

    gone: dict[str, str] = field(default_factory=dict)
    alive: set[str] = field(default_factory=set)
    shows: set[str] = field(default_factory=set)


def reads(node: ast.stmt) -> set[str]:
    """The names that a statement needs when it is reached; not those that the body of a function needs."""
    return {part.id for part in _walk(node) if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Store)}


def stores(node: ast.stmt) -> set[str]:
    """The names that a statement gives a value to, takes it from, or declares."""
    found = set()
    for part in _walk(node):
        if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
            found.add(part.id)
        elif isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(part.name)
        elif isinstance(part, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name.partition(".")[0] for alias in part.names}
        elif isinstance(part, ast.ExceptHandler) and part.name:
            found.add(part.name)
    return found


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """``ast.walk`` without the bodies of functions; what they are decorated with, and their defaults, is there."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += [*part.decorator_list, *part.args.defaults, *(one for one in part.args.kw_defaults if one)]
        elif isinstance(part, ast.ClassDef):
            waiting += [*part.decorator_list, *part.bases, *(word.value for word in part.keywords)]
        elif isinstance(part, ast.Lambda):
            continue
        else:
            waiting += ast.iter_child_nodes(part)


def is_harmless(node: ast.stmt, names: Names) -> bool:
    """Whether nothing is missing when a statement is passed over but what its own names would have held."""
    if isinstance(node, ast.Expr):
        return _calls_nothing_else(node.value, names)
    if isinstance(node, ast.Assign):
        return all(_is_own(target, names) for target in node.targets) and _calls_nothing_else(node.value, names)
    if isinstance(node, ast.AnnAssign | ast.AugAssign):
        return _is_own(node.target, names) and (node.value is None or _calls_nothing_else(node.value, names))
    if isinstance(node, ast.Delete):
        return all(_root(target)[0] in names.gone for target in node.targets)
    if isinstance(node, ast.For | ast.If):
        head, own = (node.iter, _is_own(node.target, names)) if isinstance(node, ast.For) else (node.test, True)
        return own and _calls_nothing_else(head, names) and all(is_harmless(one, names) for one in _body(node))
    return isinstance(node, ast.Pass)


def _body(node: ast.For | ast.If) -> Sequence[ast.stmt]:
    return (*node.body, *node.orelse)


def _is_own(target: ast.expr, names: Names) -> bool:
    """Whether a target is a plain name, several of them, or a part of what is not here."""
    if isinstance(target, ast.Tuple | ast.List):
        return all(_is_own(one, names) for one in target.elts)
    if isinstance(target, ast.Starred):
        return _is_own(target.value, names)
    return isinstance(target, ast.Name) or _root(target)[0] in names.gone


def _root(node: ast.AST) -> tuple[str, list[ast.AST]]:
    """The name that a chain ``a.b(c)[d]`` begins with, "" when there is none; and all that stands inside the chain."""
    inside: list[ast.AST] = []
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        if isinstance(node, ast.Call):
            inside += [*node.args, *(word.value for word in node.keywords)]
            node = node.func
        else:
            inside += [node.slice] if isinstance(node, ast.Subscript) else []
            node = node.value
    if isinstance(node, ast.Name):
        return node.id, inside
    return "", [*inside, node]


def _calls_nothing_else(expression: ast.expr, names: Names) -> bool:
    """Whether it calls only what is not here, what shows something, and what leaves nothing behind."""
    waiting: list[ast.AST] = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _ODD):
            return False
        if isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
            root, inside = _root(node)
            if root in names.gone:  # it fails there, before anything behind it
                continue
            if _has_call(node) and root not in PLAIN | names.shows:
                return False
            waiting += inside
        elif not isinstance(node, _INNER):
            waiting += ast.iter_child_nodes(node)
    return True


def _has_call(node: ast.AST) -> bool:
    """Whether a chain calls something."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        if isinstance(node, ast.Call):
            return True
        node = node.value
    return False
