"""Compute the XRD lines of the reference library from crystal structures.

    python tools/patterns.py FOLDER_WITH_CIFS

writes ``src/heterofilm/library/data/patterns/xrd/*.toml``. Needs pymatgen, which the package itself does not.
Structures that are not in a file stand below as cell, space group and positions.
"""

from __future__ import annotations

import sys
import warnings
from math import gcd
from pathlib import Path
from typing import Any

from pymatgen.analysis.diffraction.xrd import XRDCalculator
from pymatgen.core import Lattice, Structure

OUT = Path(__file__).parent.parent / "src" / "heterofilm" / "library" / "data" / "patterns" / "xrd"
ANGLES = (8.0, 90.0)
WEAKEST = 1.0  # % of the strongest line
MOST = 45

AUTOANALYZER = "a CIF of XRD-AutoAnalyzer (MIT) on the measured cell of handbooks"
# name: (title, role, file, where the structure is from)
FILES = {
    "V2O5": ("alpha-V2O5, Pmmn, c along the stacking of layers", "film", "structures/V2O5_alpha.cif",
             "Enjalbert and Galy, Acta Cryst. C42 (1986) 1467"),
    "beta-Cu2V2O7": ("beta-Cu2V2O7 (ziesite), C2/c", "film", "structures/Cu2V2O7_beta.cif",
                     "measured cell (7.687, 8.007, 10.09 angstrom, 110.27 deg) with positions relaxed by CHGNet 0.3.0: "
                     "line positions are those of the measured cell, intensities are approximate"),
    "alpha-Cu2V2O7": ("alpha-Cu2V2O7 (blossite), Fdd2", "film", "cif/alpha-Cu2V2O7_Fdd2_blossite.cif",
                      "blossite, numbers of AFLOW prototype entry L_D9YZ (COD 9007585)"),
    "epsilon-LixV2O5": ("epsilon-LixV2O5, Pmmn", "film", "cif/epsilon-LiV2O5_Pmmn_ICSD88643.cif",
                        "ICSD 88643 by way of AFLOW"),
    "delta-LiV2O5": ("delta-LiV2O5, Cmcm", "film", "cif/delta-LiV2O5_Cmcm_ICSD50980.cif",
                     "ICSD 50980 by way of AFLOW (COD 1529744)"),
    "gamma-LiV2O5": ("gamma-LiV2O5", "film", "cif/gamma-LiV2O5_Cmc21_ICSD23817_check.cif",
                     "cell 9.702 x 3.607 x 10.664 angstrom of ICSD 23817; the stored positions are in doubt: line "
                     "positions only"),
    "LiMn2O4": ("LiMn2O4 (spinel)", "film", "cif/autoanalyzer_LiMn2O4_227.cif", AUTOANALYZER),
    "anatase-TiO2": ("TiO2, anatase", "other", "cif/autoanalyzer_TiO2_141.cif", AUTOANALYZER),
    "rutile-TiO2": ("TiO2, rutile", "other", "cif/autoanalyzer_TiO2_136.cif", AUTOANALYZER),
    "MnO": ("MnO (manganosite)", "other", "cif/autoanalyzer_MnO_225.cif", AUTOANALYZER),
    "beta-Li3PO4": ("beta-Li3PO4, Pmn21", "film", "cif/beta-Li3PO4_Pmn21_AMCSD0012673.cif", "AMCSD 0012673"),
    "gamma-Li3PO4": ("gamma-Li3PO4, Pnma", "film", "cif/gamma-Li3PO4_Pnma_AMCSD0013843.cif", "AMCSD 0013843"),
}  # fmt: skip
POSITIONS_ONLY = {"gamma-LiV2O5"}
# the CIFs of these are relaxed by density functional theory, 0.1 to 0.8 % off: measured cells, handbook
CELLS_MEASURED = {
    "anatase-TiO2": (3.7845, 3.7845, 9.5143),
    "rutile-TiO2": (4.5937, 4.5937, 2.9587),
    "LiMn2O4": (8.2476, 8.2476, 8.2476),
    "MnO": (4.4457, 4.4457, 4.4457),
}


def _c(a: float) -> Lattice:
    return Lattice.cubic(a)


def _h(a: float, c: float) -> Lattice:
    return Lattice.hexagonal(a, c)


ZERO = [0.0, 0.0, 0.0]
# name: (title, role, space group, lattice, species, positions, source)
WRITTEN: dict[str, tuple[str, str, str, Lattice, list[Any], list[list[float]], str]] = {
    "LiCoO2": ("LiCoO2, R-3m (hexagonal cell)", "film", "R-3m", _h(2.8156, 14.0542), ["Co", "Li", "O"],
               [ZERO, [0, 0, 0.5], [0, 0, 0.2605]],
               "a 2.8156, c 14.0542 angstrom, z(O) 0.2605: Akimoto et al., J. Solid State Chem. 141 (1998) 298"),
    "LiFePO4": ("LiFePO4 (triphylite), Pnma", "film", "Pnma", Lattice.orthorhombic(10.332, 6.010, 4.692),
                ["Li", "Fe", "P", "O", "O", "O"],
                [ZERO, [0.2822, 0.25, 0.9747], [0.0948, 0.25, 0.4182], [0.0968, 0.25, 0.7428], [0.4571, 0.25, 0.2060],
                 [0.1656, 0.0465, 0.2848]],
                "a 10.332, b 6.010, c 4.692 angstrom: Streltsov et al., Acta Cryst. B49 (1993) 147"),
    "V2O3": ("V2O3 (karelianite)", "film", "R-3c", _h(4.9515, 14.003), ["V", "O"], [[0, 0, 0.3463], [0.3118, 0, 0.25]],
             "a 4.9515, c 14.003 angstrom, z(V) 0.3463, x(O) 0.3118: Dernier, J. Phys. Chem. Solids 31 (1970) 2569"),
    "CuO": ("CuO (tenorite), C2/c", "film", "C2/c", Lattice.monoclinic(4.6837, 3.4226, 5.1288, 99.54), ["Cu", "O"],
            [[0.25, 0.25, 0], [0, 0.4184, 0.25]], "Asbrink and Norrby, Acta Cryst. B26 (1970) 8"),
    "Cu2O": ("Cu2O (cuprite)", "film", "Pn-3m", _c(4.2696), ["Cu", "O"], [[0.25, 0.25, 0.25], ZERO],
             "a 4.2696 angstrom: Neuburger, Z. Krist. 77 (1931) 169"),
    "Si": ("silicon", "substrate", "Fd-3m", _c(5.4310), ["Si"], [ZERO],
           "a 5.4310 angstrom: certified line positions of NIST SRM 640"),
    "Pt": ("platinum", "substrate", "Fm-3m", _c(3.9231), ["Pt"], [ZERO], "a 3.9231 angstrom: handbook"),
    "Au": ("gold", "substrate", "Fm-3m", _c(4.0786), ["Au"], [ZERO], "a 4.0786 angstrom: handbook"),
    "Cu": ("copper", "substrate", "Fm-3m", _c(3.6149), ["Cu"], [ZERO], "a 3.6149 angstrom: handbook"),
    "Al": ("aluminium", "substrate", "Fm-3m", _c(4.0495), ["Al"], [ZERO], "a 4.0495 angstrom: handbook"),
    "Ti": ("titanium", "substrate", "P6_3/mmc", _h(2.9511, 4.6843), ["Ti"], [[1 / 3, 2 / 3, 0.25]],
           "a 2.9511, c 4.6843 angstrom: handbook"),
    "ferrite": ("iron, ferritic steel", "substrate", "Im-3m", _c(2.8665), ["Fe"], [ZERO],
                "a 2.8665 angstrom: handbook"),
    "austenite": ("austenitic stainless steel (304, 316)", "substrate", "Fm-3m", _c(3.593), ["Fe"], [ZERO],
                  "a 3.593 angstrom, 3.587 to 3.600 by composition: handbook; iron for all metals"),
    "corundum": ("Al2O3 (corundum, sapphire)", "substrate", "R-3c", _h(4.7587, 12.9929), ["Al", "O"],
                 [[0, 0, 0.35216], [0.30624, 0, 0.25]], "a 4.7587, c 12.9929 angstrom: NIST SRM 676"),
    "quartz": ("SiO2 (alpha-quartz)", "substrate", "P3_221", _h(4.9134, 5.4052), ["Si", "O"],
               [[0.4697, 0, 2 / 3], [0.4133, 0.2672, 0.7855]], "Levien et al., Am. Mineral. 65 (1980) 920"),
    "ITO": ("indium tin oxide, as In2O3 (bixbyite)", "substrate", "Ia-3", _c(10.117), ["In", "In", "O"],
            [[0.25, 0.25, 0.25], [0.4662, 0, 0.25], [0.3905, 0.1529, 0.3832]],
            "Marezio, Acta Cryst. 20 (1966) 723; tin widens the cell by up to 0.5 %"),
    "SrTiO3": ("SrTiO3 (cubic perovskite)", "substrate", "Pm-3m", _c(3.905), ["Sr", "Ti", "O"],
               [ZERO, [0.5, 0.5, 0.5], [0.5, 0.5, 0]], "a 3.905 angstrom: handbook"),
    "MgO": ("MgO (periclase)", "substrate", "Fm-3m", _c(4.2117), ["Mg", "O"], [ZERO, [0.5, 0.5, 0.5]],
            "a 4.2117 angstrom: handbook"),
    "SnO2": ("SnO2 (cassiterite), as in FTO", "substrate", "P4_2/mnm", Lattice.tetragonal(4.738, 3.187), ["Sn", "O"],
             [ZERO, [0.307, 0.307, 0]],
             "a 4.738, c 3.187 angstrom, x(O) 0.307: handbook; fluorine moves the lines by less than 0.1 %"),
    "ZnO": ("ZnO (zincite)", "other", "P6_3mc", _h(3.2498, 5.2066), ["Zn", "O"],
            [[1 / 3, 2 / 3, 0], [1 / 3, 2 / 3, 0.3821]], "Kihara and Donnay, Can. Mineral. 23 (1985) 647"),
    "NiO": ("NiO (bunsenite)", "other", "Fm-3m", _c(4.1771), ["Ni", "O"], [ZERO, [0.5, 0.5, 0.5]],
            "a 4.1771 angstrom: handbook"),
    "ZrO2": ("ZrO2 (baddeleyite, monoclinic)", "other", "P2_1/c", Lattice.monoclinic(5.1505, 5.2116, 5.3173, 99.23),
             ["Zr", "O", "O"], [[0.2754, 0.0395, 0.2083], [0.0700, 0.3317, 0.3447], [0.4496, 0.7569, 0.4792]],
             "Howard, Hill and Reichert, Acta Cryst. B44 (1988) 116"),
    "Cr2O3": ("Cr2O3 (eskolaite)", "other", "R-3c", _h(4.9587, 13.5942), ["Cr", "O"],
              [[0, 0, 0.3475], [0.3058, 0, 0.25]], "a 4.9587, c 13.5942 angstrom: handbook"),
}  # fmt: skip
# cell only: name: (title, role, lattice, source); every line within the range, no intensities
CELLS = {
    "gamma-Cu2V2O7": ("gamma-Cu2V2O7, P-1 (high pressure)", "film",
                      Lattice.from_parameters(5.0873, 5.8233, 9.4020, 99.780, 97.253, 97.202),
                      "Krivovichev et al., Can. Mineral. 43 (2005) 671: cell only"),
}  # fmt: skip


def lines(structure: Structure, intensities: bool) -> list[tuple[int, int, int, float, float]]:
    pattern = XRDCalculator("CuKa1").get_pattern(structure, scaled=True, two_theta_range=ANGLES)
    rows = []
    for strength, hkls, d in zip(pattern.y, pattern.hkls, pattern.d_hkls, strict=True):
        index = max((reduced(entry["hkl"]) for entry in hkls), key=lambda i: (min(i) >= 0, i))
        rows.append((*index, round(float(d), 5), round(float(strength), 1)))
    rows = [row for row in rows if row[4] >= WEAKEST]
    if len(rows) > MOST:
        cut = sorted((row[4] for row in rows), reverse=True)[MOST - 1]
        rows = [row for row in rows if row[4] >= cut]
    return rows if intensities else [(*row[:4], 0.0) for row in rows]


def reduced(index: tuple[int, ...]) -> tuple[int, int, int]:
    """Three indices of four (hexagonal); of hkl and -h-k-l the one that begins with a positive index."""
    h, k, m = (index[0], index[1], index[-1])
    first = next((v for v in (h, k, m) if v), 1)
    return (h, k, m) if first > 0 else (-h, -k, -m)


FRINGES = {  # planes that micrographs show, with where it was seen
    "V2O5": "[[1, 1, 0]]  # HRTEM of a sputtered film: 0.34 nm, (101) in the a-b layered setting "
    "(Yu et al., Adv. Funct. Mater. 2025)",
    "beta-Cu2V2O7": "[[2, 0, 0]]  # HRTEM of domains in a film: 0.36 nm (Yu et al., Adv. Funct. Mater. 2025)",
}


RATIO = "I/Ic: strongest line over that of corundum in a mixture of equal masses"
SETTINGS = {  # axis settings in use, the own one first, then the one whose indices are told beside
    "V2O5": "# axis settings in use, the own one first, then the one whose indices are told beside: places of the axes "
    "of 1.15 nm, of\n# 0.36 nm and of the stacking of layers (0.44 nm) among a, b, c; the line of 0.34 nm is (110) in "
    'Pmmn, (101) in the PDF\nsettings = { Pmmn = [0, 1, 2], "PDF 001-0359" = [0, 2, 1], Pmn21 = [0, 2, 1], '
    '"Pmmn, a short" = [1, 0, 2] }',
}


def absolute(structure: Structure) -> float:
    """Strength of the strongest line per mass: m |F|^2 LP / (V^2 rho), arbitrary units."""
    pattern = XRDCalculator("CuKa1").get_pattern(structure, scaled=False, two_theta_range=ANGLES)
    return float(max(pattern.y)) / (structure.volume**2 * float(structure.density))


def write(name: str, title: str, role: str, formula: str, lattice: Lattice, rows: list[Any], source: str,
          intensities: bool = True, rir: float | None = None) -> None:  # fmt: skip
    how = "positions and powder intensities computed" if intensities else "positions computed"
    text = [
        f'name = "{name}"', f'title = "{title}"', f'formula = "{formula}"', f'role = "{role}"', 'kind = "computed"',
        f'source = "{how} (kinematical, Cu K-alpha1) from the structure of {source}"',
        f"cell = [{', '.join(f'{v:.5g}' for v in lattice.parameters)}]  # angstrom, deg",
        f"intensities = {str(intensities).lower()}",
        *([f"rir = {rir:.2f}  # {RATIO}"] if rir else []),
        *([SETTINGS[name]] if name in SETTINGS else []),
        *([f"fringes = {FRINGES[name]}"] if name in FRINGES else []),
        "# h, k, l, d / angstrom, I / % of the strongest",
        "lines = [", *(f"  [{h}, {k}, {m}, {d:.5f}, {i:.1f}]," for h, k, m, d, i in rows), "]", "",
    ]  # fmt: skip
    (OUT / f"{name}.toml").write_text("\n".join(text), encoding="utf-8")


def main(folder: Path) -> None:
    warnings.simplefilter("ignore")
    OUT.mkdir(parents=True, exist_ok=True)
    _, _, group, lattice, species, places, _ = WRITTEN["corundum"]
    corundum = absolute(Structure.from_spacegroup(group, lattice, species, places))
    for name, (title, role, file, source) in FILES.items():
        structure = Structure.from_file(folder / file)
        if name in CELLS_MEASURED:
            ratios = [new / old for new, old in zip(CELLS_MEASURED[name], structure.lattice.abc, strict=True)]
            assert all(abs(r - 1) < 0.02 for r in ratios), (name, structure.lattice.abc)
            structure.lattice = Lattice.orthorhombic(*CELLS_MEASURED[name])
        sure = name not in POSITIONS_ONLY
        write(name, title, role, structure.composition.reduced_formula, structure.lattice, lines(structure, sure),
              source, sure, absolute(structure) / corundum if sure else None)  # fmt: skip
    for name, (title, role, group, lattice, species, places, source) in WRITTEN.items():
        structure = Structure.from_spacegroup(group, lattice, species, places)
        write(name, title, role, structure.composition.reduced_formula, lattice, lines(structure, True), source,
              rir=absolute(structure) / corundum)  # fmt: skip
    for name, (title, role, lattice, source) in CELLS.items():
        rows = []
        reciprocal = lattice.reciprocal_lattice_crystallographic
        for h in range(0, 5):
            for k in range(-5, 6):
                for m in range(-8, 9):
                    if reduced((h, k, m)) != (h, k, m) or (h, k, m) == (0, 0, 0):
                        continue
                    d = 1.0 / reciprocal.norm([h, k, m])
                    d = float(d[0] if hasattr(d, "__len__") else d)
                    if d > 2.4 and gcd(gcd(h, abs(k)), abs(m)) == 1:
                        rows.append((h, k, m, d, 0.0))
        write(name, title, role, "Cu2V2O7", lattice, sorted(rows, key=lambda r: -r[3]), source, False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
