"""Where the measured files for tests lie: they are read in place and are no part of the project."""

import os
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(os.environ.get("HETEROFILM_REAL_DATA", Path(__file__).parent.parent.parent / "shared" / "data"))


def real_file(name: str) -> Path:
    """The file `name` of the folder, or a skipped test."""
    path = FOLDER / name
    if not path.is_file():
        pytest.skip(f"measured data '{name}' not found in '{FOLDER}': set HETEROFILM_REAL_DATA to their folder")
    return path


def impedance_file(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Frequency (Hz) and impedance (ohm) from a table whose last three columns are f, Z', Z''."""
    rows = []
    for line in real_file(name).read_text().splitlines():
        words = line.replace(",", " ").split()
        try:
            rows.append([float(word) for word in words[-3:]])
        except ValueError:
            continue  # a header
    f, real, imag = np.array(rows).T
    return f, real + 1j * imag
