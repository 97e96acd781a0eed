"""Reference patterns of phases: XRD lines and Raman bands, each set with its source.

``data/patterns/xrd`` is computed from crystal structures (``tools/patterns.py``), ``data/patterns/raman`` is written
from the literature. A folder of one's own with files of the same form is read beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import FileFormatError, did_you_mean
from .toml import read_toml

__all__ = ["Pattern", "Technique", "load_patterns", "pattern"]

FOLDER = Path(__file__).parent / "data" / "patterns"
Technique = Literal["xrd", "raman"]


@dataclass(frozen=True, eq=False)
class Pattern:
    """The lines of one phase.

    - `position`: spacing d in angstrom (XRD, falling) or Raman shift in cm-1 (rising), shape (n,);
    - `strength`: of the strongest, 0 to 1; all 1 where no intensities are known; `labels`: (hkl) or the vibration;
    - `spread`: cm-1 by which bands of films and of the literature differ; 0 for XRD;
    - `role`: ``film``, ``substrate`` or ``other``; `kind` and `source`: where the numbers are from;
    - `certain`: False where the pattern alone can never make more than "possible";
    - `settings`: axis settings in use by name, the pattern's own first: places of its axes among a, b, c (XRD);
    - `rir`: I/Ic, the strongest line over that of corundum in a mixture of equal masses, computed; None where unknown;
    - `fringes`: (hkl) of the planes that micrographs of films show, where that is known (XRD).
    """

    name: str
    title: str
    formula: str
    technique: Technique
    role: str
    kind: str
    source: str
    position: NDArray[np.float64]
    strength: NDArray[np.float64]
    spread: NDArray[np.float64]
    labels: tuple[str, ...]
    indices: tuple[tuple[int, int, int], ...] = ()
    cell: tuple[float, ...] = ()
    intensities: bool = True
    certain: bool = True
    fringes: tuple[tuple[int, int, int], ...] = ()
    rir: float | None = None
    settings: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)

    @property
    def strongest(self) -> float:
        """Position of the strongest line."""
        return float(self.position[int(np.argmax(self.strength))])

    def two_theta_deg(self, wavelength_angstrom: float) -> NDArray[np.float64]:
        """Bragg's law: 2 theta = 2 arcsin(lambda / 2 d), in degrees; NaN for lines out of reach."""
        with np.errstate(invalid="ignore"):
            return np.degrees(2.0 * np.arcsin(wavelength_angstrom / (2.0 * self.position)))


@lru_cache
def load_patterns(technique: Technique, folder: Path | None = None) -> tuple[Pattern, ...]:
    """All patterns of a technique, by name; `folder`: one's own instead of the shipped ones.

    Errors: `HeterofilmError` for a folder without patterns or a damaged file.
    """
    place = FOLDER / technique if folder is None else Path(folder)
    files = sorted(place.glob("*.toml"))
    if not files:
        raise FileFormatError(f"There are no patterns (*.toml) in '{place}'.")
    return tuple(_read(file, technique) for file in files)


def pattern(technique: Technique, name: str) -> Pattern:
    """One shipped pattern.

    Errors: `HeterofilmError` for an unknown name.
    """
    known = {p.name: p for p in load_patterns(technique)}
    if name not in known:
        raise FileFormatError(
            f"There is no {technique} pattern '{name}'.{did_you_mean(name, known)} Known: {', '.join(known)}."
        )
    return known[name]


def _read(file: Path, technique: Technique) -> Pattern:
    try:
        entry = read_toml(file, "pattern")
        rows: Sequence[Sequence[Any]] = entry["lines"]
        xrd = technique == "xrd"
        position = np.array([float(row[3 if xrd else 0]) for row in rows])
        strength = np.array([float(row[4 if xrd else 1]) for row in rows]) / 100.0
        known = bool(entry.get("intensities", True))
        if position.size == 0 or not np.all(position > 0.0) or not np.all((strength > 0.0) | (not known)):
            raise ValueError("positions and strengths must be positive")
        indices = tuple((int(r[0]), int(r[1]), int(r[2])) for r in rows) if xrd else ()
        return Pattern(
            name=entry["name"], title=entry["title"], formula=entry["formula"], technique=technique,
            role=entry["role"], kind=entry["kind"], source=entry["source"], position=position,
            strength=strength if known else np.ones_like(strength),
            spread=np.zeros_like(position) if xrd else np.array([float(row[2]) for row in rows]),
            labels=tuple(bracketed(i) for i in indices) if xrd else tuple(str(row[3]) for row in rows),
            indices=indices, cell=tuple(entry.get("cell", ())), intensities=known,
            certain=bool(entry.get("certain", True)),
            settings={str(key): (int(a), int(b), int(c)) for key, (a, b, c) in entry.get("settings", {}).items()},
            rir=float(entry["rir"]) if "rir" in entry else None,
            fringes=tuple((int(h), int(k), int(l)) for h, k, l in entry.get("fringes", ())),  # noqa: E741
        )  # fmt: skip
    except (KeyError, IndexError, TypeError, ValueError, OSError) as error:
        raise FileFormatError(
            f"The pattern '{file}' is damaged ({error}): it needs name, title, formula, role, kind, source and lines."
        ) from None


def bracketed(index: Sequence[int]) -> str:
    """(hkl) as crystallographers write it, with a bar over what is negative.

    >>> bracketed((1, 1, 0))
    '(110)'
    """
    parts = [f"{abs(v)}\u0305" if v < 0 else str(v) for v in index]
    return f"({' '.join(parts)})" if any(abs(v) > 9 for v in index) else f"({''.join(parts)})"
