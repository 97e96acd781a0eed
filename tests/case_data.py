"""Where files that once came out wrong lie: they are read in place and are no part of the project."""

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("HETEROFILM_CASES", Path(__file__).parent.parent.parent / "shared" / "cases"))


def case_file(name: str) -> Path:
    """The file `name` of the folder, or a skipped test."""
    path = FOLDER / name
    if not path.is_file():
        pytest.skip(f"case '{name}' not found in '{FOLDER}': set HETEROFILM_CASES to their folder")
    return path
