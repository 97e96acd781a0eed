"""The rooms of the house: a room imports only from below, and never in a circle."""

import ast
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src" / "heterofilm"
FLOORS = {
    "errors": 0, "files": 1, "_version": 0, "units": 1, "engine": 1, "library": 2, "protocol": 2, "record": 2,
    "atomistic": 3, "film": 4, "junction": 5, "cell": 6, "drive": 7, "impedance": 7, "journal": 2, "simulate": 8,
    "batch": 8, "analysis": 7, "spectra": 3, "instruments": 3, "virtual": 8, "bench": 9, "commands": 10,
    "inference": 9, "study": 9, "report": 9, "cli": 10, "__main__": 10,
    "__init__": 11,
}  # fmt: skip


def room(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return parts[0]


def imports(path: Path) -> set[str]:
    """Rooms that a module imports from, inside functions too."""
    depth = len(path.relative_to(SOURCE).parts)
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level == depth:  # the package itself
                found |= {module.split(".")[0]} if module else {alias.name for alias in node.names}
            elif node.level == 0 and module.startswith("heterofilm."):
                found.add(module.split(".")[1])
    return found


def test_a_room_imports_only_from_its_own_floor_or_below() -> None:
    for path in SOURCE.rglob("*.py"):
        if path.name == "__init__.py" and path.parent == SOURCE:
            continue
        for used in imports(path):
            assert FLOORS[used] <= FLOORS[room(path)], f"{path} imports {used} from above"


def test_every_room_has_a_floor() -> None:
    for path in SOURCE.rglob("*.py"):
        assert room(path) in FLOORS, path


def test_the_engine_knows_nothing_of_files_and_tables() -> None:
    for path in (SOURCE / "engine").glob("*.py"):
        text = path.read_text()
        for word in ("polars", "pydantic", "toml", "xarray"):
            assert word not in text, f"{path} speaks of {word}"
