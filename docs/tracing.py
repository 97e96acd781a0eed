"""Which value of a file reaches which equation, read from the code: nothing here is a list that could grow old.

Two steps. `sources` follows ``cell/assemble.py``, where every field of a struct of the engine (``Film.i0_h``) is made
from values of the schema (``film.hetero_i0``). `uses` goes through ``engine/`` and finds who reads which field, and
which law it is handed to. Headings of ``docs/equations.md`` name the module of their section.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import heterofilm

PACKAGE = Path(heterofilm.__file__).parent
ROOTS = {"Phase": "phase", "Film": "film", "Interface": "electrolyte.cathode_interface", "Electrolyte": "electrolyte"}
PARTS = {
    "spec": "cell", "film": "film", "matrix": "phase", "domain": "phase", "electrolyte": "electrolyte",
    "anode": "anode",
}  # fmt: skip
TOLD = ("film.cu_to_v", "film.atomic_ratio", "film.domain_fraction")  # one of them
MADE_OF = {  # a mass balance stands between these and the film: film/composition.py
    "molar_density": ("phase.density", "phase.molar_mass", *TOLD),
    "volume_fraction": (*TOLD, "phase.density", "phase.molar_mass"),
}
# numerics serve every section alike; they are no place to look an equation up
NUMERICS = {"bdf", "newton", "linear", "integrate", "state", "structs", "struct_types", "build", "workspace"}
NUMERICS |= {"parameters", "portable", "linking", "store", "jit", "fingerprint", "mesh", "programme", "events"}


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def structs() -> dict[str, dict[str, str]]:
    """Of every struct of ``engine/parameters.py`` its fields with the remark beside them."""
    text = (PACKAGE / "engine" / "parameters.py").read_text(encoding="utf-8")
    lines, found = text.splitlines(), {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef):
            fields = [n for n in node.body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)]
            found[node.name] = {
                str(ast.unparse(n.target)): lines[n.lineno - 1].partition("#")[2].strip() for n in fields
            }
    return found


def sources() -> dict[tuple[str, str], set[str]]:
    """(struct, field) -> the keys of files that it is made from."""
    functions = {n.name: n for n in _tree(PACKAGE / "cell" / "assemble.py").body if isinstance(n, ast.FunctionDef)}
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for function in functions.values():
        reader = _Reader(function, functions)
        for call in (n for n in ast.walk(function) if isinstance(n, ast.Call)):
            name = ast.unparse(call.func).split(".")[0]
            if name not in structs():
                continue
            for word in call.keywords:
                if word.arg and word.arg in structs()[name]:
                    found[name, word.arg] |= set(reader.keys(word.value))
            for field, value in zip(_positional(ast.unparse(call.func)), call.args, strict=False):
                found[name, field] |= set(reader.keys(value))
    return dict(found)


def _positional(call: str) -> tuple[str, ...]:
    return {"Electrolyte.resistance": ("R",), "Film.on": ("x", "r"), "Diffusion.constant": ("D",)}.get(call, ())


class _Reader:
    """The keys of files in an expression of one function: its names are followed back to the entries they came from."""

    def __init__(self, function: ast.FunctionDef, functions: Mapping[str, ast.FunctionDef]) -> None:
        self.functions = functions
        self.names: dict[str, list[ast.expr]] = defaultdict(list)
        self.roots: dict[str, str] = {}
        inner = [n for n in ast.walk(function) if isinstance(n, ast.FunctionDef)]
        for given in (one for each in inner for one in each.args.args):
            kind = ast.unparse(given.annotation).split(" ")[0].rpartition(".")[2] if given.annotation else ""
            if kind in ROOTS:
                self.roots[given.arg] = ROOTS[kind]
        for node in ast.walk(function):
            if isinstance(node, ast.Assign):
                self._assigned(node.targets[0], node.value)
            elif isinstance(node, ast.comprehension) and isinstance(node.target, ast.Name):
                self.names[node.target.id].append(node.iter)

    def _assigned(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.names[target.id].append(value)
        elif isinstance(target, ast.Tuple):
            each = value.elts if isinstance(value, ast.Tuple) else [value] * len(target.elts)
            for one, its in zip(target.elts, each, strict=True):
                if isinstance(one, ast.Name) and not isinstance(its, ast.Constant):
                    self.names[one.id].append(its)

    def keys(self, node: ast.AST, seen: frozenset[str] = frozenset()) -> Iterator[str]:
        if isinstance(node, ast.Attribute):
            path = self._path(node, seen)
            if path:
                yield from MADE_OF.get(path.rpartition(".")[2], (path,) if "." in path else ())
                return
        if isinstance(node, ast.Name) and node.id in self.names and node.id not in seen:
            for value in self.names[node.id]:
                yield from self.keys(value, seen | {node.id})
            return
        if isinstance(node, ast.Subscript) and ast.unparse(node).endswith("couples[:, 0]"):
            yield "phase.couples.lithium"
            return
        if isinstance(node, ast.Call):
            called = self.functions.get(ast.unparse(node.func))
            if called is not None and called.name not in seen and called.name not in ("model", "geometry"):
                inner = _Reader(called, self.functions)
                for given, argument in zip(called.args.args, node.args, strict=False):
                    root = self._path(argument, seen)
                    if given.arg in inner.roots and root:
                        inner.roots[given.arg] = root
                for done in (n for n in ast.walk(called) if isinstance(n, ast.Return) and n.value):
                    yield from inner.keys(done.value, seen | {called.name})  # type: ignore[arg-type]
        for child in ast.iter_child_nodes(node):
            yield from self.keys(child, seen)

    def _path(self, node: ast.AST, seen: frozenset[str] = frozenset()) -> str:
        """``film.thickness.si`` -> "film.thickness", or nothing."""
        if isinstance(node, ast.Name):
            if node.id in self.roots:
                return self.roots[node.id]
            given = () if node.id in seen else self.names.get(node.id, ())
            found = (self._path(value, seen | {node.id}) for value in given)
            return next(filter(None, found), "")
        if isinstance(node, ast.IfExp):
            return self._path(node.body, seen)
        if not isinstance(node, ast.Attribute):
            return ""
        if isinstance(node.value, ast.Name) and node.value.id == "cell":
            return PARTS.get(node.attr, "")
        if node.attr in ("si", "to", "relative"):
            return self._path(node.value, seen)
        if ast.unparse(node).startswith("composition."):
            return f"composition.{node.attr}"
        head = self._path(node.value, seen)
        return f"{head}.{node.attr}" if head else ""


def uses() -> dict[tuple[str, str], set[str]]:
    """(struct, field) -> ``module.function`` of the engine that reads it, laws it is handed to included.

    Where one of the two interfaces alone is read, ``@cathode`` or ``@anode`` follows.
    """
    homes = {}
    trees = {path.stem: _tree(path) for path in sorted((PACKAGE / "engine").glob("*.py"))}
    for module, tree in trees.items():
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                homes[node.name] = module
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for module, tree in trees.items():
        if module in ("parameters", "struct_types", "structs"):
            continue
        for function in (n for n in tree.body if isinstance(n, ast.FunctionDef)):
            kinds = _kinds(function)
            for node in ast.walk(function):
                if isinstance(node, ast.Attribute):
                    for kind in _struct_of(node.value, kinds):
                        if node.attr in structs()[kind]:
                            found[kind, node.attr].add(f"{module}.{function.name}{_side(node.value, function)}")
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in homes:
                    for given in node.args:
                        if isinstance(given, ast.Attribute):
                            for kind in _struct_of(given.value, kinds):
                                if given.attr in structs()[kind]:
                                    found[kind, given.attr].add(f"{homes[node.func.id]}.{node.func.id}")
    return dict(found)


def _side(node: ast.AST, function: ast.FunctionDef) -> str:
    """Gives @cathode for ``model.cathode``, or a name that was assigned it."""
    if isinstance(node, ast.Name):
        for one in (n for n in ast.walk(function) if isinstance(n, ast.Assign)):
            target, value = one.targets[0], one.value
            both = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
            for its, given in zip(target.elts, value.elts, strict=False) if both else [(target, value)]:
                if ast.unparse(its) == node.id and isinstance(given, ast.Attribute):
                    return _side(given, function)
    return f"@{node.attr}" if isinstance(node, ast.Attribute) and node.attr in ("cathode", "anode") else ""


FIELDS = {  # what fields of Model and Ageing hold
    "matrix": ("Phase", "Wear"), "domain": ("Phase", "Wear"), "D_m": ("Diffusion",), "D_d": ("Diffusion",),
    "film": ("Film",), "cathode": ("Interface",), "anode": ("Interface",), "electrolyte": ("Electrolyte",),
}  # fmt: skip
CALLED = {
    "model": "Model", "film": "Film", "f": "Film", "phase": "Phase", "m": "Phase", "d": "Phase", "matrix": "Phase",
    "domain": "Phase", "e": "Electrolyte", "interface": "Interface", "diffusion": "Diffusion", "law": "Diffusion",
    "ageing": "Ageing", "w": "Wear",
}  # fmt: skip


def _kinds(function: ast.FunctionDef) -> dict[str, tuple[str, ...]]:
    """What the names of a function are: by annotation or habit of its arguments, then by assignment."""
    kinds: dict[str, tuple[str, ...]] = {}
    for given in function.args.args:
        said = ast.unparse(given.annotation) if given.annotation else CALLED.get(given.arg, "")
        if said in structs():
            kinds[given.arg] = (said,)
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
            pairs = (
                zip(target.elts, value.elts, strict=False)
                if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
                else [(target, value)]
            )
            for one, its in pairs:
                if isinstance(one, ast.Name) and isinstance(its, ast.Attribute):
                    kind = _struct_of(its, kinds)
                    if kind:
                        kinds[one.id] = kind
    return kinds


def _struct_of(node: ast.AST, kinds: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    if isinstance(node, ast.Name):
        return kinds.get(node.id, ())
    if isinstance(node, ast.Attribute) and node.attr in FIELDS:
        owner = _struct_of(node.value, kinds)
        if owner == ("Model",):
            return FIELDS[node.attr][:1]
        if owner == ("Ageing",):
            return ("Wear",)
    return ()


Section = tuple[int, str]


def sections(page: Path) -> dict[str, list[Section]]:
    """Module -> numbers and titles of the sections of ``docs/equations.md`` that name it."""
    found: dict[str, list[Section]] = defaultdict(list)
    for number, title, rest in re.findall(r"^## (\d+)\. (.+?)(?: — (.*))?$", page.read_text("utf-8"), re.MULTILINE):
        for module in re.findall(r"(\w+)\.py", rest):
            if module not in NUMERICS:
                found[module].append((int(number), title))
    return dict(found)


def section_of(user: str, known: Mapping[str, list[Section]]) -> Section | None:
    """The section of ``module.function``: where a module has several, that whose title is the function's name."""
    module, _, function = user.partition(".")
    places = known.get(module, [])
    return next((place for place in places if place[1].lower() == function), places[0] if places else None)
