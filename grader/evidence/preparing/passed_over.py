"""Imports of what is not here, passed over before anything runs, with the lines that only use what they would give.

A line that fails takes the rest of its cell along. What is passed over would have failed for certain; what a later
line needs of it fails there, and is explained by the names that are noted here. Pure, linear in the size of the source;
every line keeps its number.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from grader.evidence.preparing.harmless import Names, is_harmless, reads, stores
from grader.records import PassedOver
from grader.untrusted import cell_lines
from grader.untrusted.libraries import COMPUTES, KNOWN, MAKES_MODELS, SHOWS

CELL_CAP = 200_000  # characters of a cell that is parsed
WHOLE_CAP = 1_000_000  # of all cells that are parsed
WRITTEN_CAP = 200
GRADED = frozenset({"answers", "Answers", "answer", "respuestas", "Respuestas", "respuesta"})
DRAWS = frozenset({"matplotlib", "seaborn", "IPython", "plotly"})  # lines that call these only show
_IMPORTED = re.compile(r"(?:import|from)[ \t]+([\w., \t()]+)")
_WORD = re.compile(r"[A-Za-z_]\w*")
_FAULTS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


def imported_words(text: str) -> frozenset[str]:
    """All words that may be the name of something that ``text`` imports: too many rather than too few."""
    return frozenset(word for found in _IMPORTED.finditer(text) for word in _WORD.findall(found[1]))


def passed_over(
    cells: Mapping[int, str], absent: Collection[str], *, files: Collection[str] = (), kept: Collection[str] = ()
) -> tuple[Mapping[int, str], tuple[PassedOver, ...]]:
    """The cells (number -> source) as they run, and what is passed over in them.

    ``absent``: names that may be imported and are not installed where the cells run; ``files``: names of the
    submission's files; ``kept``: names of variables that are graded, whose lines are left as they stand.
    """
    wanted = _Wanted.of(cells, absent, files)
    if not wanted.libraries and not wanted.downloaded:
        return cells, ()
    try:
        return _read(cells, wanted, GRADED | set(kept))
    except RecursionError:  # nested deeper than anybody writes
        return cells, ()


def _read(
    cells: Mapping[int, str], wanted: _Wanted, kept: frozenset[str]
) -> tuple[Mapping[int, str], tuple[PassedOver, ...]]:
    reading = _Reading(wanted, kept)
    changed = dict(cells)
    room = WHOLE_CAP
    for number, source in cells.items():
        room -= len(source)
        tree = parsed(source) if room > 0 and len(source) <= CELL_CAP else None
        if tree is None:
            reading.forget(source)
            continue
        lines = _Lines(source)
        for statement in tree.body:
            reading.read(statement, number, lines)
        changed[number] = lines.text()
    return changed, tuple(reading.found)


def parsed(source: str) -> ast.Module | None:
    """The syntax tree of a cell, magics left out; None when it has none."""
    for text in (source, cell_lines.only_python(source)):
        try:
            if text is not None:
                return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wanted:
    """The names whose imports are passed over: libraries, and what a skipped download may have brought."""

    libraries: frozenset[str]
    downloaded: frozenset[str]
    first: int  # the first cell that downloads

    @classmethod
    def of(cls, cells: Mapping[int, str], absent: Collection[str], files: Collection[str]) -> _Wanted:
        own = {part.partition(".")[0] for name in files for part in name.replace("\\", "/").split("/")}
        text = "\n".join(cells.values())
        words = imported_words(text) & frozenset(absent) - own
        words = frozenset(word for word in words if f"{word}.py" not in _written(text))
        downloads = [number for number, source in cells.items() if any(cell_lines.download_lines(source))]
        return cls(
            libraries=words & (COMPUTES | MAKES_MODELS),
            downloaded=words - KNOWN if downloads else frozenset(),
            first=downloads[0] if downloads else 0,
        )

    def name_of(self, module: str | None, cell: int) -> str:
        """The root of a module that is passed over in this cell; "" for any other."""
        root = (module or "").partition(".")[0]
        known = root in self.libraries or (root in self.downloaded and cell >= self.first)
        return root if known else ""


def _written(text: str) -> frozenset[str]:
    """Modules that the notebook names, and so may write itself, outside of lines that download."""
    lines = (line for line in text.split("\n") if ".py" in line and not cell_lines.downloads(line))
    return frozenset(found for line in lines for found in re.findall(r"\w+\.py\b", line))


@dataclass(slots=True)
class _Lines:
    """The lines of a cell, in which statements become ``pass``."""

    source: str
    lines: list[str] = field(default_factory=list)
    moved: dict[int, int] = field(default_factory=dict)  # by how much what follows on a line has moved

    def text(self) -> str:
        return "\n".join(self.lines) if self.lines else self.source

    def replace(self, node: ast.stmt, new: str) -> bool:
        """Whether ``node`` could become ``new``, on as many lines; not where another statement follows its last one."""
        if not self.lines:
            self.lines = self.source.split("\n")
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        if last >= len(self.lines):  # other line ends than ours
            return False
        begin = self._at(first, node.col_offset)
        end = self._at(last, node.end_col_offset or 0)
        rest = self.lines[last][end:]
        if first == last:
            whole = self.lines[first][:begin] + new + rest
            self.moved[first] = self.moved.get(first, 0) + len(whole.encode()) - len(self.lines[first].encode())
            self.lines[first] = whole
            return True
        if rest.strip() and not rest.lstrip().startswith("#"):
            return False
        self.lines[first] = self.lines[first][:begin] + new
        self.lines[first + 1 : last + 1] = [""] * (last - first)
        return True

    def _at(self, line: int, offset: int) -> int:
        """Where a byte of a line, as it was parsed, is among its characters now."""
        return len(self.lines[line].encode()[: offset + self.moved.get(line, 0)].decode("utf-8", "ignore"))


@dataclass(slots=True)
class _Reading:
    """What is known of the names while the statements are read in order."""

    wanted: _Wanted
    kept: frozenset[str]
    names: Names = field(default_factory=Names)
    found: list[PassedOver] = field(default_factory=list)

    def forget(self, source: str) -> None:
        """A cell that cannot be parsed may give any of its words a value."""
        for word in _WORD.findall(source) if self.names.gone else ():
            self.names.gone.pop(word, None)

    def read(self, statement: ast.stmt, cell: int, lines: _Lines) -> None:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            self._import(statement, cell, lines)
        elif isinstance(statement, ast.Try) and self._second_try(statement, cell, lines):
            return
        elif self._is_passed(statement, cell, lines):
            return
        else:
            for name in stores(statement):
                self.names.gone.pop(name, None)
                self.names.alive.add(name)

    def _import(self, node: ast.Import | ast.ImportFrom, cell: int, lines: _Lines) -> None:
        if isinstance(node, ast.ImportFrom):
            root = "" if node.level else self.wanted.name_of(node.module, cell)
            absent = {root: [alias.asname or alias.name for alias in node.names]} if root else {}
            left = [] if root else node.names
        else:
            absent = {}
            for alias in node.names:
                if root := self.wanted.name_of(alias.name, cell):
                    absent.setdefault(root, []).append(alias.asname or root)
            left = [alias for alias in node.names if not self.wanted.name_of(alias.name, cell)]
        new = ast.unparse(ast.Import(names=left)) if absent and left else "pass"
        if absent and lines.replace(node, new):
            for root, bound in absent.items():
                self._note(node, cell, lines, root, bound)
        for alias in left:
            name = alias.asname or alias.name.partition(".")[0]
            self.names.gone.pop(name, None)
            self.names.alive.add(name)
            module = node.module if isinstance(node, ast.ImportFrom) else alias.name
            if (module or "").partition(".")[0] in DRAWS | SHOWS:
                self.names.shows.add(name)

    def _second_try(self, node: ast.Try, cell: int, lines: _Lines) -> bool:
        """``except ImportError: !pip install x; import x``: the second import would fail where nothing catches it."""
        imports = [part for part in node.body if isinstance(part, ast.Import)]
        roots = {self.wanted.name_of(alias.name, cell) for part in imports for alias in part.names} - {""}
        caught = [one for one in node.handlers if _catches_import(one)]
        again = [part for one in caught for part in one.body if isinstance(part, ast.Import | ast.ImportFrom)]
        if not roots or len(imports) != len(node.body) or not again:
            return False
        for part in again:
            self._import(part, cell, lines)
        return True

    def _is_passed(self, node: ast.stmt, cell: int, lines: _Lines) -> bool:
        """Whether a statement rests on what is not here, and nothing else on it; then it is passed over."""
        drawing = self._drawing_needed(node, cell)
        if drawing and lines.replace(node, "pass"):
            self._note(node, cell, lines, drawing, ())
            return True
        used = reads(node) & self.names.gone.keys() if self.names.gone else set()
        if not used:
            return False
        roots = {self.names.gone[name] for name in used}
        bound = stores(node)
        fresh = not (bound & (self.kept | self.names.alive))
        if not (roots <= COMPUTES and fresh and is_harmless(node, self.names)) or not lines.replace(node, "pass"):
            return False
        self._note(node, cell, lines, min(roots), sorted(bound))
        return True

    def _drawing_needed(self, node: ast.stmt, cell: int) -> str:
        """The library of a drawing of this cell that was passed over, when ``node`` is its colour bar; else ""."""
        call = node.value if isinstance(node, ast.Expr) else None
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "colorbar"):
            return ""
        lines = [one.library for one in self.found if one.cell == cell and not one.names and not call.args]
        return lines[-1] if lines else ""

    def _note(self, node: ast.stmt, cell: int, lines: _Lines, root: str, bound: Collection[str]) -> None:
        for name in bound:
            self.names.gone[name] = root
            self.names.alive.discard(name)
        self.found.append(
            PassedOver(
                cell=cell,
                line=node.lineno,
                written=lines.source.split("\n", node.lineno)[node.lineno - 1].strip()[:WRITTEN_CAP],
                library=root,
                names=tuple(bound),
                download=self.wanted.first if root in self.wanted.downloaded else None,
            )
        )


def _catches_import(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id in _FAULTS) for kind in kinds)
