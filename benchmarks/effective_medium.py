"""Effective-medium laws against resolved microstructures: ``python -m benchmarks.effective_medium``.

For each family, fraction and contrast: the resolved conductivity in units of the matrix, its spread over seeds, the
error of the grid, and (law - resolved)/resolved of every law, in percent. Twenty minutes on one
core; the last run is in ``effective_medium.md``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from heterofilm.film.conduction import resolved
from heterofilm.film.effective_medium import bruggeman, hashin_shtrikman, maxwell_garnett, torquato
from heterofilm.film.microstructure import PACKED

FRACTIONS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.58, 0.7)
CONTRASTS = (10.0, 100.0, 0.1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--voxels", type=int, default=18, help="per domain")
    options = parser.parse_args()
    print("| family | fraction | contrast | resolved | spread % | grid % | bounds | MG % | Torquato % | Bruggeman % |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for family in ("packed spheres", "levelled field"):
        for fraction in FRACTIONS:
            if family == "packed spheres" and fraction > PACKED:
                continue
            for contrast in CONTRASTS:
                found = resolved(
                    family, fraction, 1e-8, 1.0, contrast, seeds=options.seeds, voxels=options.voxels, across=6.0
                )
                low, high = hashin_shtrikman(1.0, contrast, fraction)
                laws = (
                    maxwell_garnett(1.0, contrast, fraction, extrapolate=True),
                    torquato(1.0, contrast, fraction) if fraction <= PACKED else None,
                    bruggeman(1.0, contrast, fraction),
                )
                errors = " | ".join("" if law is None else f"{100.0 * (law / found.mean - 1.0):+.1f}" for law in laws)
                spread, grid = (100.0 * part / found.mean for part in (found.spread, found.grid))
                print(
                    f"| {family} | {fraction:g} | {contrast:g} | {found.mean:.4g} | {spread:.1f} | {grid:.1f} "
                    f"| {low:.4g} to {high:.4g} | {errors} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
