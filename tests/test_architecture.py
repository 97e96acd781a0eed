"""The house: rooms import only from below, nothing in a circle, the paper from nowhere, no module too long.

``python tests/test_architecture.py`` prints the imports between rooms and the circles among them.
"""

from __future__ import annotations

import ast
import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

PACKAGE = "heterofilm"
SOURCE = Path(__file__).parent.parent / "src" / PACKAGE
FLOORS = (
    (
        "_version",
        "constants",
        "elements",
        "errors",
        "units",
        "files",
        "fingerprint",
        "text_tables",
        "wording",
        "bars",
        "cycle_count",
        "engine",
    ),
    ("library", "protocol", "records"),
    ("instruments", "atomistic", "film"),
    ("analysis", "junction", "growth", "figures"),
    ("plots", "cell", "device"),
    ("simulation",),
    ("calibration", "study", "sweeps", "synthetic"),
    ("paper", "designs"),
    ("reports", "samples"),
    ("app",),
    ("commands",),
    ("cli", "__main__"),
)  # the ground floor first
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
MAY_KNOW_THE_PAPER = {"commands", "paper"}
LONGEST = 400  # lines of a module


def module_of(path: Path, source: Path) -> str:
    parts = path.relative_to(source).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(source: Path) -> dict[str, set[str]]:
    """Modules of the package that each module imports, wherever it does: at the top, in a function, for types.

    The package's own ``__init__`` is left out: it names what users import, and loads nothing by itself.
    """
    files = {module_of(path, source): path for path in source.rglob("*.py")}
    graph: dict[str, set[str]] = {}
    for module, path in files.items():
        if not module:
            continue
        package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
        found = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ImportFrom):
                continue
            if node.level:
                base = ".".join([*package[: len(package) - node.level + 1], *filter(None, [node.module])])
            elif (node.module or "").split(".")[0] == PACKAGE:
                base = ".".join((node.module or "").split(".")[1:])
            else:
                continue
            for alias in node.names:
                full = f"{base}.{alias.name}".lstrip(".")
                found.add(full if full in files else base)
        graph[module] = {target for target in found if target and target != module}
    return graph


def rooms(graph: Mapping[str, set[str]]) -> dict[str, set[str]]:
    between: dict[str, set[str]] = defaultdict(set)
    for module, targets in graph.items():
        room = module.split(".")[0]
        between[room] |= {target.split(".")[0] for target in targets} - {room}
    return dict(between)


def circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Sets of two and more that reach each other (Tarjan 1972)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in sorted(graph.get(node, ())):
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            cut = stack.index(node)
            members = stack[cut:]
            del stack[cut:]
            if len(members) > 1:
                found.append(sorted(members))

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found


@pytest.fixture(scope="module")
def graph() -> dict[str, set[str]]:
    return imports(SOURCE)


def test_no_circle_among_modules(graph: dict[str, set[str]]) -> None:
    assert circles(graph) == []


def test_no_circle_among_rooms(graph: dict[str, set[str]]) -> None:
    assert circles(rooms(graph)) == []


def test_a_room_imports_only_from_its_own_floor_or_below(graph: dict[str, set[str]]) -> None:
    above = [
        f"{module} imports {target}"
        for module, targets in graph.items()
        for target in sorted(targets)
        if FLOOR[target.split(".")[0]] > FLOOR[module.split(".")[0]]
    ]
    assert above == []


def test_every_room_has_a_floor(graph: dict[str, set[str]]) -> None:
    assert {module.split(".")[0] for module in graph} <= set(FLOOR)


def test_nothing_general_imports_the_paper(graph: dict[str, set[str]]) -> None:
    found = {m for m, targets in graph.items() if any(t.split(".")[0] == "paper" for t in targets)}
    assert {m.split(".")[0] for m in found} <= MAY_KNOW_THE_PAPER


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("from .b import y\n", "from .a import x\n"),
        ("def f():\n    from .b import y\n", "from .a import x\n"),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .b import y\n",
            "def g():\n    from . import a\n",
        ),
    ],
)
def test_an_injected_circle_is_found(first: str, second: str, tmp_path: Path) -> None:
    """At the top, in a function, for types: every import counts."""
    room = tmp_path / PACKAGE / "room"
    room.mkdir(parents=True)
    (room / "__init__.py").touch()
    (room / "a.py").write_text(first)
    (room / "b.py").write_text(second)
    assert circles(imports(tmp_path / PACKAGE)) == [["room.a", "room.b"]]


def test_an_injected_circle_of_rooms_is_found(tmp_path: Path) -> None:
    """Two rooms in a circle, though no two of their modules are."""
    for room, line in (("one", "from ..two import lower\n"), ("two", "from ..one import upper\n")):
        folder = tmp_path / PACKAGE / room
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
        for name in ("upper", "lower"):
            (folder / f"{name}.py").touch()
        (folder / "importing.py").write_text(line)
    found = imports(tmp_path / PACKAGE)
    assert circles(found) == [] and circles(rooms(found)) == [["one", "two"]]


def test_the_engine_knows_nothing_of_files_and_tables() -> None:
    for path in (SOURCE / "engine").glob("*.py"):
        text = path.read_text()
        for word in ("polars", "pydantic", "toml", "xarray"):
            assert word not in text, f"{path} speaks of {word}"


def test_no_module_is_too_long() -> None:
    long = {str(p.relative_to(SOURCE)): n for p in SOURCE.rglob("*.py") if (n := p.read_text().count("\n")) > LONGEST}
    assert long == {}


def measured_numbers() -> set[float]:
    """Numbers of the paper with three significant digits or more, as its rows write them."""
    with (SOURCE / "paper" / "claims.csv").open(encoding="utf-8") as file:
        texts = [text for row in csv.DictReader(file) for text in re.findall(r"\d+\.?\d*(?:e-?\d+)?", row["value"])]
    return {float(text) for text in texts if len(text.partition("e")[0].replace(".", "").strip("0")) >= 3}


def literals(tree: ast.AST) -> Iterator[tuple[int, float]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            yield node.lineno, float(node.value)


# numbers that are equal to one of the paper's by chance: what they are instead
COINCIDENCES = {
    ("atomistic/structures/checks.py", 165.0): "degrees, an angle beyond which a cell is nearly flat",
    ("elements.py", 145.0): "the mass number of promethium",
}


def test_no_number_of_the_paper_stands_in_the_code() -> None:
    """Its numbers are read from claims.csv: a page cannot show one and compute with another."""
    numbers = measured_numbers()
    found = []
    for path in SOURCE.rglob("*.py"):
        name = str(path.relative_to(SOURCE))
        for line, value in literals(ast.parse(path.read_text(encoding="utf-8"))):
            if value in numbers and (name, value) not in COINCIDENCES:
                found.append(f"{name}:{line} {value:g}")
    assert found == []


def test_an_injected_number_of_the_paper_is_found() -> None:
    row = next(iter(sorted(measured_numbers())))
    assert any(value in measured_numbers() for _, value in literals(ast.parse(f"x = {row!r}")))


def conversions(tree: ast.AST) -> list[tuple[int, float]]:
    """Seconds in an hour or a day, and their powers of ten, as 36 C/m2 in a uAh/cm2 has them: where one multiplies or
    divides, and every one that is written as a float."""
    products = [n for n in ast.walk(tree) if isinstance(n, ast.BinOp) and isinstance(n.op, ast.Mult | ast.Div)]
    factors = {id(side) for product in products for side in (product.left, product.right)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            digits = f"{abs(node.value):.14e}".partition("e")[0].rstrip("0")
            if digits in ("3.6", "8.64") and (isinstance(node.value, float) or id(node) in factors):
                found.append((node.lineno, float(node.value)))
    return found


def test_units_are_converted_in_units_alone() -> None:
    found = [
        f"{path.relative_to(SOURCE)}:{line} {value:g}"
        for path in SOURCE.rglob("*.py")
        for line, value in conversions(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize("code", ["q / 36.0", "1 / 36", "3.6e7 * x", "HOUR = 3600.0", "86400 * d", "x / 3.6e-3"])
def test_an_injected_conversion_is_found(code: str) -> None:
    assert len(conversions(ast.parse(code))) == 1
    assert conversions(ast.parse("file.text(at, 36)")) == []


if __name__ == "__main__":
    known = imports(SOURCE)
    for room, targets in sorted(rooms(known).items(), key=lambda item: FLOOR[item[0]]):
        print(f"{FLOOR[room] + 1:2d} {room:12s} {' '.join(sorted(targets, key=lambda r: (FLOOR[r], r)))}")
    turning = circles(rooms(known)) + circles(known)
    print(f"{len(turning)} circles", *turning)
    sys.exit(bool(turning))
