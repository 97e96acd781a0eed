"""Inside the room of first principles too, each part imports only from those before it."""

import ast
from pathlib import Path

import heterofilm.atomistic

ROOM = Path(heterofilm.atomistic.__file__).parent
ORDER = ("level", "engine", "store", "structures", "fields", "engines", "tasks", "results")


def test_parts_import_only_from_those_before_them() -> None:
    backwards = []
    for path in ROOM.rglob("*.py"):
        inside = path.relative_to(ROOM).parts
        part = inside[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level == len(inside):  # from the room itself
                names = [node.module.split(".")[0]] if node.module else [alias.name for alias in node.names]
                backwards += [f"{path.name}: {name}" for name in names if ORDER.index(name) > ORDER.index(part)]
    assert backwards == []
    assert {p.name.removesuffix(".py") for p in ROOM.iterdir() if p.name[0] != "_"} == set(ORDER)
