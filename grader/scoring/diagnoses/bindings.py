"""What each statement of a cell binds, uses, changes and writes, from its syntax tree. Pure and linear.

A cell is a sequence of steps: its simple statements, and the first line of each ``if``, ``for``, ``with``, ``try``.
What is bound inside a function, a class or a comprehension is local to it and no binding of the cell.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grader.scoring.diagnoses import written_paths
from grader.scoring.diagnoses.written_paths import PathParts

NESTED_CAP = 50  # scopes or blocks around something: what lies deeper is nobody's code
CHAIN_CAP = 20  # attributes of one name: a.b.c

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Function = ast.FunctionDef | ast.AsyncFunctionDef
Import = ast.Import | ast.ImportFrom
OPENING = Function | ast.Lambda | ast.ClassDef | Comprehension
CHAINED = ast.Attribute | ast.Subscript
NAMING = ast.ExceptHandler | ast.MatchAs | ast.MatchStar
# Most nodes are of a kind that says nothing, or only holds others.
SILENT = frozenset({ast.Load, ast.Store, ast.Del, ast.Constant})
HOLDING = frozenset(
    {ast.Expr, ast.Tuple, ast.List, ast.Dict, ast.keyword, ast.BinOp, ast.Compare, ast.UnaryOp, ast.Slice}
)
Block = tuple[int, int, bool]  # number of a compound statement, which of its blocks, whether it is a loop


@dataclass(kw_only=True, slots=True, eq=False)
class Step:
    """One step of a cell, from ``line`` to ``end`` (1-based); names in the order of the source.

    ``local``: name -> kind and name of the function, class or comprehension outside of which it is unknown.
    ``changes``: (name, method) of calls on a name; the method is "" for ``name[...] =`` and ``name.attribute =``.
    ``writes`` are files, ``keeps`` those that a training writes through a callback, ``texts`` a path that the bound
    names stand for.
    """

    line: int
    end: int
    blocks: tuple[Block, ...] = ()
    defines: bool = False  # a function or class
    binds: dict[str, None] = field(default_factory=dict)
    uses: dict[str, None] = field(default_factory=dict)
    deletes: list[str] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)
    stars: list[str] = field(default_factory=list)  # modules of ``from module import *``
    local: dict[str, tuple[str, str]] = field(default_factory=dict)
    changes: list[tuple[str, str]] = field(default_factory=list)
    calls: set[str] = field(default_factory=set)
    writes: list[PathParts] = field(default_factory=list)
    keeps: list[PathParts] = field(default_factory=list)
    texts: PathParts | None = None
    alias: str = ""  # of a name, for ``other = name``


def steps_of(tree: ast.Module) -> Iterator[Step]:
    """The steps of a cell in the order of the source."""
    waiting: list[tuple[ast.stmt, tuple[Block, ...]]] = [(statement, ()) for statement in reversed(tree.body)]
    compounds = 0
    while waiting:
        statement, blocks = waiting.pop()
        heads, bodies = _parts(statement)
        step = Step(line=statement.lineno, end=statement.end_lineno or statement.lineno, blocks=blocks)
        step.defines = isinstance(statement, Function | ast.ClassDef)
        if bodies:
            compounds += 1
            step.end = max(step.line, bodies[0][0].lineno - 1)
            is_loop = isinstance(statement, ast.For | ast.AsyncFor | ast.While)
            for place, body in reversed(list(enumerate(bodies))):
                inside = (*blocks, (compounds, place, is_loop))[:NESTED_CAP]
                waiting += [(inner, inside) for inner in reversed(body)]
        _Reading(step).read(heads)
        yield step


def _parts(statement: ast.stmt) -> tuple[list[ast.AST], list[list[ast.stmt]]]:
    """What a compound statement does itself, and its blocks; of any other statement itself, and no blocks."""
    is_compound = hasattr(statement, "body") or hasattr(statement, "cases")
    if not is_compound or isinstance(statement, Function | ast.ClassDef):
        return [statement], []
    heads: list[ast.AST] = []
    bodies: list[list[ast.stmt]] = []
    for _, value in ast.iter_fields(statement):
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.ExceptHandler | ast.match_case):
                heads += _heads(part)
                bodies.append(part.body)
            elif isinstance(part, ast.AST) and not isinstance(part, ast.stmt):
                heads.append(part)
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            bodies.append(value)
    return heads, bodies


def _heads(part: ast.ExceptHandler | ast.match_case) -> list[ast.AST]:
    if isinstance(part, ast.match_case):
        return [part.pattern, *([part.guard] if part.guard else [])]
    name = [ast.Name(id=part.name, ctx=ast.Store())] if part.name else []
    return [*([part.type] if part.type else []), *name]


class _Scope:
    """A function, class or comprehension; ``bound`` holds its own names."""

    __slots__ = ("bound", "declared", "kind", "name", "outer")

    def __init__(self, kind: str, name: str, outer: _Scope | None) -> None:
        self.kind, self.name, self.outer = kind, name, outer
        self.bound: set[str] = set()
        self.declared: set[str] = set()  # global


class _Reading:
    """One walk over the nodes of a step. Not by recursion: a stranger's tree may be deep."""

    def __init__(self, step: Step) -> None:
        self.step = step
        self.loads: list[tuple[str, _Scope | None]] = []
        self.waiting: list[tuple[ast.AST, _Scope | None]] = []

    def read(self, nodes: Sequence[ast.AST]) -> None:
        self._later(nodes, None)
        while self.waiting:
            node, scope = self.waiting.pop()
            kind = type(node)
            if kind in SILENT:
                continue
            if isinstance(node, ast.Name):
                self._name(node, scope)
            elif kind in HOLDING:
                self._later(list(ast.iter_child_nodes(node)), scope)
            elif isinstance(node, OPENING):
                self._open(node, scope)
            elif isinstance(node, Import):
                self._import(node, scope)
            else:
                self._other(node, scope)
        own = self.step.binds if self.step.defines else {}
        self.step.uses = {name: None for name, scope in self.loads if name not in own and not _is_local(name, scope)}

    def _later(self, nodes: Sequence[ast.AST], scope: _Scope | None) -> None:
        self.waiting += [(node, scope) for node in reversed(nodes)]

    def _name(self, node: ast.Name, scope: _Scope | None) -> None:
        if isinstance(node.ctx, ast.Load):
            self.loads.append((node.id, scope))
        elif isinstance(node.ctx, ast.Store):
            self._bind(node.id, scope)
        elif scope is None:
            self.step.deletes.append(node.id)

    def _bind(self, name: str, scope: _Scope | None) -> None:
        if scope is None or name in scope.declared:
            self.step.binds[name] = None
        else:
            scope.bound.add(name)
            self.step.local.setdefault(name, (scope.kind, scope.name))

    def _open(self, node: Function | ast.Lambda | ast.ClassDef | Comprehension, scope: _Scope | None) -> None:
        """A scope of its own; what stands around its body belongs to the outer one."""
        if isinstance(node, Comprehension):
            self._later(list(ast.iter_child_nodes(node)), _Scope("comprehension", "", scope))
            return
        name = getattr(node, "name", "lambda")
        inner = _Scope("class" if isinstance(node, ast.ClassDef) else "function", name, scope)
        if not isinstance(node, ast.Lambda):
            self._bind(name, scope)
        body = node.body if isinstance(node.body, list) else [node.body]
        around: list[ast.AST] = [*getattr(node, "decorator_list", []), *getattr(node, "bases", [])]
        around += getattr(node, "keywords", [])
        if not isinstance(node, ast.ClassDef):
            arguments = node.args
            around += [*arguments.defaults, *(one for one in arguments.kw_defaults if one is not None)]
            every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
            for argument in every:
                if argument is not None:
                    self._bind(argument.arg, inner)
        self._later(body, inner)
        self._later(around, scope)

    def _import(self, node: Import, scope: _Scope | None) -> None:
        for alias in node.names:
            if alias.name == "*" and isinstance(node, ast.ImportFrom):
                self.step.stars.append(node.module or "")
                continue
            name = alias.asname or (alias.name.partition(".")[0] if isinstance(node, ast.Import) else alias.name)
            self._bind(name, scope)
            if scope is None:
                self.step.imports.add(name)

    def _other(self, node: ast.AST, scope: _Scope | None) -> None:
        children = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.Call):
            self._call(node, scope)
        elif isinstance(node, CHAINED):
            if scope is None and not isinstance(node.ctx, ast.Load):
                self.step.changes += [(root, "") for root in _root(node)]
        elif isinstance(node, ast.Assign):
            self.step.texts = written_paths.of(node.value)
            self.step.alias = node.value.id if isinstance(node.value, ast.Name) else ""
        elif isinstance(node, ast.Global) and scope is not None:
            scope.declared.update(node.names)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            self.loads.append((node.target.id, scope))
        elif isinstance(node, ast.AnnAssign) and node.value is None:
            children = [node.annotation]  # it gives the name a type, and no value
        elif isinstance(node, ast.NamedExpr):
            children = [node.value]
            self._bind(node.target.id, _outside_comprehensions(scope))
        else:
            self._bind_as(node, scope)
        self._later(children, scope)

    def _bind_as(self, node: ast.AST, scope: _Scope | None) -> None:
        """A name that stands in the node itself: ``except Error as name``, ``case [*name]``, ``case {**name}``."""
        name = node.name if isinstance(node, NAMING) else node.rest if isinstance(node, ast.MatchMapping) else None
        if name:
            self._bind(name, scope)

    def _call(self, node: ast.Call, scope: _Scope | None) -> None:
        if isinstance(node.func, ast.Attribute):
            root = _root(node.func)
            if root != ["re"]:
                self.step.calls.add(node.func.attr)
            if scope is None or scope.kind == "comprehension":
                self.step.changes += [(name, node.func.attr) for name in root]
        elif isinstance(node.func, ast.Name):
            self.step.calls.add(node.func.id)
        self.step.writes += written_paths.by_call(node)
        self.step.keeps += written_paths.by_callback(node)


def _is_local(name: str, scope: _Scope | None) -> bool:
    for _ in range(NESTED_CAP):
        if scope is None:
            return False
        if name in scope.bound:
            return True
        scope = scope.outer
    return False


def _outside_comprehensions(scope: _Scope | None) -> _Scope | None:
    while scope is not None and scope.kind == "comprehension":
        scope = scope.outer
    return scope


def _root(node: ast.Attribute | ast.Subscript) -> list[str]:
    """The name that ``a.b[0].c`` begins with, if it begins with one."""
    inner: ast.expr = node.value
    for _ in range(CHAIN_CAP):
        if not isinstance(inner, ast.Attribute | ast.Subscript):
            break
        inner = inner.value
    return [inner.id] if isinstance(inner, ast.Name) else []
