"""A folder of virtual instrument files that need no simulated cell, and the kind of each."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from heterofilm.synthetic.composition import CompositionTruth, write_composition
from heterofilm.synthetic.cycling import write_arbin_csv, write_csv, write_mpt, write_neware_csv
from heterofilm.synthetic.depth_profile import random_stack, write_depth_profile
from heterofilm.synthetic.images import random_cross_section, random_fringes, write_cross_section, write_hrtem
from heterofilm.synthetic.impedance import Sample, Spectrometer, write_gamry, write_zview
from heterofilm.synthetic.raman import RamanTruth, write_labspec, write_series
from heterofilm.synthetic.ups import UpsTruth, write_gold, write_ups
from heterofilm.synthetic.uvvis import UvvisTruth, write_uvvis
from heterofilm.synthetic.voltammetry import Film, Scan, write_gamry_cv
from heterofilm.synthetic.xps import XpsTruth, write_xps
from heterofilm.synthetic.xrd import XrdTruth, write_xrdml, write_xy
from made_cell import made_cell

FREQUENCIES = np.geomspace(1e5, 1e-2, 50)
CIRCUIT = Sample("R0-p(R1,C1)", {"R0": 100.0, "R1": 500.0, "C1": 1e-5})
RAMAN = RamanTruth({"V2O5": 3000.0})
ATOMS = {"V": 0.3, "Cu": 0.0, "O": 0.55, "C": 0.15}
PULSES = 25  # of a titration


def write_titration(path: Path) -> Path:
    """25 pulses of 600 s, each after a rest of 3000 s, as a table of time, voltage and current."""
    rows, t, V = ["time / s,voltage / V,current / A"], 0.0, 3.6
    for _ in range(PULSES):
        for seconds, current in ((3000.0, 0.0), (600.0, 5e-6)):
            for k in range(20):
                rows.append(f"{t + seconds * k / 20:.3f},{V - (0.05 + 0.02 * k / 20) * (current > 0):.6f},{current:g}")
            t += seconds
        V -= 0.05
    path.write_text("\n".join(rows) + "\n")
    return path


FILES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "a.mpt": ("cycling", lambda path: write_mpt(made_cell(3), path)),
    "b.csv": ("cycling", lambda path: write_arbin_csv(made_cell(3), path)),
    "c.csv": ("cycling", lambda path: write_neware_csv(made_cell(3), path)),
    "d.csv": ("cycling", lambda path: write_csv(made_cell(3), path)),
    "e.csv": ("gitt", write_titration),
    "f.DTA": ("cv", lambda path: write_gamry_cv(path, Film(((3.2, 5e-3),), 1e-5), Scan(2.5, 3.8, 1e-3))),
    "g.DTA": ("eis", lambda path: write_gamry(path, FREQUENCIES, CIRCUIT.impedance(FREQUENCIES), Spectrometer())),
    "h.z": ("eis", lambda path: write_zview(path, FREQUENCIES, CIRCUIT.impedance(FREQUENCIES), Spectrometer())),
    "i.vms": ("xps", lambda path: write_xps(XpsTruth({"V5+": 0.8, "V4+": 0.2}, {}, ATOMS), path)),
    "j.csv": ("ups", lambda path: write_ups(UpsTruth(5.2, 1.8), path)),
    "k.csv": ("ups", write_gold),
    "l.txt": ("uvvis", lambda path: write_uvvis(UvvisTruth(2.3), path)),
    "m.txt": ("raman", lambda path: write_labspec(path, RAMAN)),
    "n.txt": (
        "raman map",
        lambda path: write_series(path, RAMAN, (3.8, 3.0, 2.2, 3.0, 3.8), 145.0, (1, 0.5, 0.1, 0.5, 1)),
    ),
    "o.xrdml": ("xrd", lambda path: write_xrdml(path, XrdTruth({"V2O5": 1500.0}))),
    "p.xy": ("xrd", lambda path: write_xy(path, XrdTruth({"V2O5": 1500.0}))),
    "q.txt": ("depth profile", lambda path: write_depth_profile(path, random_stack(1))),
    "r.txt": ("composition", lambda path: write_composition(path, CompositionTruth(0.46))),
    "s.tif": ("hrtem", lambda path: write_hrtem(path, random_fringes(1))),
    "t.tif": ("cross-section", lambda path: write_cross_section(path, random_cross_section(1))),
}
"""Name -> kind, and what writes the file."""


@cache
def _content(name: str) -> bytes:
    """Of a file: the same whenever and wherever it is written, and some take a second."""
    with TemporaryDirectory() as place:
        FILES[name][1](Path(place) / name)
        return (Path(place) / name).read_bytes()


def write_files(folder: Path, *names: str) -> dict[str, str]:
    """Write the files `names` (all without any) to a folder; their kinds by name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or FILES:
        (folder / name).write_bytes(_content(name))
    return {name: FILES[name][0] for name in names or FILES}
