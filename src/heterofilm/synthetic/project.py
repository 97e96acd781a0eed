"""A whole project of synthetic data: the films of ``films.toml``, measured by every technique, truth beside the files.

Electrochemistry and oxidation states come from the simulated cells; structure, levels, composition and images from
stated truths. ``truth.json`` in every sample's folder holds what an analysis should find.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..cell import Cell
from ..errors import InputError, did_you_mean
from ..files import atomic
from ..library import Library
from ..library.material import material
from ..library.patterns import pattern
from ..library.shares import CU_TO_V
from ..library.toml import read_toml
from ..records.record import Record
from ..simulation.oxidation import oxidation_states
from ..simulation.run import simulate
from ..units import to_si
from .composition import CompositionTruth, write_composition
from .cycling import SyntheticCycler, write_arbin_csv, write_mpt
from .depth_profile import StackTruth, write_depth_profile
from .images import CrossSectionTruth, random_fringes, write_cross_section, write_hrtem
from .impedance import Spectrometer, write_gamry
from .ion_maps import IonMapTruth, write_ion_maps
from .raman import RamanTruth, write_labspec, write_series
from .ups import UpsTruth, write_gold, write_ups
from .uvvis import UvvisTruth, write_uvvis
from .xps import XpsTruth, write_xps
from .xrd import XrdTruth, write_xrdml

__all__ = ["write_project", "write_sample"]

STOPS = (2.9, 2.5, 2.3)  # V, of the ex-situ series, before the lower cut-off
DOWN, UP = (3.3, 3.0, 2.6, 2.3), (2.4, 2.8, 3.2)  # V, of the in-situ series between the cut-offs
RAMAN_MODE = (1.0, 0.85, 0.7, 0.45, 0.25, 0.1, 0.3, 0.55, 0.8, 0.97)  # of the strongest band of the matrix
SCAN_RATES = (0.1, 0.3, 1.0)  # mV/s
AREA_CM2 = 1.0
ESCAPE_NM = 2.0  # of photoelectrons of 0.5 to 1 keV in oxides, assumed
CARBON = 0.15  # of the atoms that XPS sees, assumed
CRYSTALLITE_NM, PLATINUM_NM = 30.0, 40.0  # crystallites of the film and of the current collector


@dataclass(frozen=True)
class _Film:
    """What the example assumes of a film beyond the library: structure, levels, gap; a table of ``films.toml``."""

    cell: str
    raman: dict[str, float]
    xrd: dict[str, float]
    valence_band_edge: float
    gap: float
    slow: int  # uA/cm2
    work_function: float = 0.0  # eV; 0: that of `solid` in the library
    solid: str = ""
    halo: float = 0.0
    glass: float = 0.0
    fringes: bool = False
    decimal_comma: bool = False
    cu_to_v: float = 0.0

    def of(self, cell: Cell) -> _Film:
        """With the numbers that the library has: Cu/V of the film or its phase, and the work function of its solid."""
        ratio = cell.composition.ratio(CU_TO_V) or 0.0
        level = self.work_function or Library().value(f"semiconductors.{self.solid}.work_function").to("eV")
        return replace(self, cu_to_v=ratio, work_function=level)


FILMS = {name: _Film(**table) for name, table in read_toml(Path(__file__).with_name("films.toml")).items()}


def write_project(
    folder: str | Path, *, seed: int = 0, progress: Callable[[str], None] | None = None
) -> dict[str, dict[str, Any]]:
    """Write the project; return the truth by sample.

    Errors: `HeterofilmError` for a folder that holds something already or cannot be written to.
    """
    place = Path(folder)
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise InputError(f"'{place}' holds something already; name a new folder for the example project.")
    truths = {}
    for k, (name, film) in enumerate(FILMS.items()):
        if progress is not None:
            progress(name)
        truths[name] = _sample(place / name, name, film, 100 * seed + 10 * k)
    return truths


def write_sample(folder: str | Path, name: str, *, seed: int = 0, cycling: bool = True) -> dict[str, Any]:
    """Write one sample of the project, without what a cycler and a potentiostat give unless ``cycling``; its truth.

    Errors: `HeterofilmError` for a name that is none of `FILMS`, or a folder that cannot be written to.
    """
    if name not in FILMS:
        raise InputError(f"There is no synthetic film '{name}'; known: {', '.join(FILMS)}.{did_you_mean(name, FILMS)}")
    return _sample(Path(folder), name, FILMS[name], seed, cycling)


def _sample(folder: Path, name: str, film: _Film, seed: int, cycling: bool = True) -> dict[str, Any]:
    raw = folder / "raw"
    try:
        raw.mkdir(parents=True)
    except OSError as error:
        raise InputError(f"Cannot write to '{folder}': {error.strerror}; name another place.") from None
    cell = Cell.load(film.cell)
    film = film.of(cell)
    rng = np.random.default_rng(seed)
    thickness = 1e9 * cell.thickness
    truth: dict[str, Any] = {"thickness_nm": thickness, "area_cm2": AREA_CM2, "cu_to_v": film.cu_to_v}
    lines = [
        f'name = "{name}"', f'title = "Synthetic {name}: {cell.entries.film.title}"', f'film = "{name}"',
        'substrate = ["Pt"]', f'area = "{AREA_CM2:.2f} +- 0.02 cm2"',
        f'thickness = "{thickness * (1 + 0.02 * rng.standard_normal()):.0f} +- 9 nm"',
    ]  # fmt: skip
    files: list[tuple[str, str, dict[str, str]]] = []
    if cycling:
        record = _electrochemistry(cell, film, raw, files, truth, seed)
    else:
        record = simulate(cell, f"Discharge at {film.slow} uA/cm2 until {cell.window[0]!r} V")
    _photoemission(cell, record, film, raw, files, truth, seed)
    _structure(cell, film, raw, files, truth, seed)
    _images(film, thickness, raw, files, truth, seed)
    for path, what, more in files:
        lines += ["", "[[files]]", f'path = "raw/{path}"', f'what = "{what}"']
        lines += [f'{key} = "{value}"' for key, value in more.items()]
    atomic(folder / "sample.toml", lambda target: target.write_text("\n".join(lines) + "\n", encoding="utf-8"))
    atomic(folder / "truth.json", lambda target: target.write_text(json.dumps(truth, indent=2), encoding="utf-8"))
    return truth


def _electrochemistry(
    cell: Cell, film: _Film, raw: Path, files: list[tuple[str, str, dict[str, str]]], truth: dict[str, Any], seed: int
) -> Record:
    """Five cycles, a rate test, a titration, voltammograms and a spectrum of the simulated cell; returns its first
    discharge.
    """
    i, (low, high) = film.slow, cell.window
    protocol = f"5 x (Discharge at {i} uA/cm2 until {low:g} V; Charge at {i} uA/cm2 until {high:g} V)"
    cycles = simulate(cell, protocol)
    tester = SyntheticCycler(seed=seed)
    write_mpt(cycles, raw / "cycling.mpt", tester, decimal_comma=film.decimal_comma)
    files.append(("cycling.mpt", "cycling", {}))
    truth["first_discharge_uAh_cm2_um"] = cycles.capacity(step=1)
    truth["cycle_5_uAh_cm2_um"] = cycles.capacity(step=-2)
    rates = "\n".join(
        f"3 x (Discharge at {x} uA/cm2 until {low:g} V; Charge at {x} uA/cm2 until {high:g} V)"
        for x in (i, 4 * i, 16 * i, i)
    )
    write_arbin_csv(simulate(cell, rates, detail=False), raw / "rates.csv", replace(tester, seed=seed + 1))
    files.append(("rates.csv", "cycling", {}))
    titration = f"GITT discharge at {i} uA/cm2 for 10 min, rest for 1 h, until {low:g} V"
    write_mpt(simulate(cell, titration, detail=False), raw / "gitt.mpt", replace(tester, seed=seed + 2))
    files.append(("gitt.mpt", "gitt", {}))
    for k, rate in enumerate(SCAN_RATES):
        sweep = simulate(cell, f"CV between {low:g} V and {high:g} V at {rate:g} mV/s for 2 cycles", detail=False)
        name = f"cv_{rate:g}mVs.mpt"
        write_mpt(sweep, raw / name, replace(tester, seed=seed + 3 + k), technique="Cyclic Voltammetry")
        files.append((name, "cv", {}))
    spectrum = simulate(cell, "Discharge at 2 uA/cm2 for 1 h\nRest for 2 h\nEIS from 100 kHz to 10 mHz", detail=False)
    table = spectrum.impedance
    assert table is not None  # the protocol asks for one
    Z = (table["Z_re_ohm_m2"].to_numpy() + 1j * table["Z_im_ohm_m2"].to_numpy()) / to_si(AREA_CM2, "cm2")
    write_gamry(raw / "eis.DTA", table["frequency_Hz"].to_numpy(), Z, Spectrometer(seed=seed))
    files.append(("eis.DTA", "eis", {}))
    truth["series_resistance_ohm"] = float(Z.real[int(np.argmax(table["frequency_Hz"].to_numpy()))])
    return cycles.step(1)


def _photoemission(
    cell: Cell, discharge: Record, film: _Film, raw: Path, files: list[tuple[str, str, dict[str, str]]],
    truth: dict[str, Any], seed: int,
) -> None:  # fmt: skip
    """Core levels as made and at four potentials of the discharge; UPS with gold; UV-vis."""
    V = discharge.frame["voltage_V"].to_numpy()
    shares = oxidation_states(discharge, cell)
    copper = film.cu_to_v > 0.0
    atoms = _surface_atoms(film)
    truth["xps_cu_to_v"] = atoms["Cu"] / atoms["V"]
    metals = sum(atoms[element] for element in ("V", "Cu", "O"))
    truth["xps_at_percent"] = {element: 100.0 * atoms[element] / metals for element in ("V", "Cu", "O")}
    truth["states"] = {}
    for k, potential in enumerate((None, *potentials(cell))):
        place = 0 if potential is None else int(np.argmax(potential + 1e-6 >= V)) or V.size - 1
        row = {name: float(shares[name][place]) for name in shares.columns}
        states = {"V5+": row["V5+"], "V4+": row.get("V4+", 0.0)}
        found = {
            "vanadium": _summing_to_one(states),
            "copper": _summing_to_one({s: row[s] for s in ("Cu2+", "Cu+", "Cu0") if s in row}) if copper else {},
        }
        name = "xps_pristine.vms" if potential is None else f"xps_{potential:g}V.vms"
        shift = float(np.random.default_rng([seed, k]).normal(0.0, 0.3))
        write_xps(XpsTruth(found["vanadium"], found["copper"], atoms, shift_eV=shift, seed=seed + k), raw / name)
        files.append((name, "xps", {} if potential is None else {"potential": f"{potential:g} V"}))
        truth["states"]["pristine" if potential is None else f"{potential:g} V"] = found["vanadium"] | found["copper"]
    write_ups(UpsTruth(film.work_function, film.valence_band_edge, seed=seed), raw / "ups.csv")
    write_gold(raw / "ups_gold.csv", seed=seed)
    files += [("ups.csv", "ups", {}), ("ups_gold.csv", "ups", {})]
    write_uvvis(UvvisTruth(film.gap, thickness_m=cell.thickness, seed=seed), raw / "uvvis.txt")
    files.append(("uvvis.txt", "uvvis", {}))
    truth |= {
        "work_function_eV": film.work_function,
        "valence_band_edge_eV": film.valence_band_edge,
        "gap_eV": film.gap,
    }


def _surface_atoms(film: _Film) -> dict[str, float]:
    """Atomic shares that XPS sees: the film's, as depleted of copper near the surface as the depth profile has it.

    The mean over the escape depth L of what falls off as exp(-z/d) is d/(d + L) of its value at the surface.
    """
    bulk = CompositionTruth(film.cu_to_v).atomic_percent()
    stack = StackTruth()
    near = stack.depletion_nm / (stack.depletion_nm + ESCAPE_NM) if film.cu_to_v > 0.0 else 0.0
    bulk["Cu"] *= 1.0 - stack.depletion * near
    bulk["V"] *= 1.0 + stack.enrichment * near
    return {element: (1.0 - CARBON) * share for element, share in _summing_to_one(bulk).items()} | {"C": CARBON}


def potentials(cell: Cell) -> tuple[float, ...]:
    """Of the ex-situ series (V): some stops of a discharge, and its end."""
    return (*STOPS, cell.window[0])


def _summing_to_one(shares: dict[str, float]) -> dict[str, float]:
    total = sum(shares.values())
    return {state: value / total for state, value in shares.items()}


def _structure(
    cell: Cell, film: _Film, raw: Path, files: list[tuple[str, str, dict[str, str]]], truth: dict[str, Any], seed: int
) -> None:
    """Raman, an in-situ series of a film whose matrix has bands, and diffraction on platinum."""
    raman = RamanTruth(film.raman, glass=film.glass, seed=seed)
    write_labspec(raw / "raman.txt", raman)
    files.append(("raman.txt", "raman", {}))
    phase = material(cell.entries.film.matrix)
    if phase in film.raman:
        low, high = cell.window
        series, band = (high, *DOWN, low, *UP, high), pattern("raman", phase).strongest
        write_series(raw / "raman_insitu.txt", replace(raman, spikes=1), series, band, RAMAN_MODE)
        files.append(("raman_insitu.txt", "raman map", {}))
        truth["raman_mode"] = [[U, share] for U, share in zip(series, RAMAN_MODE, strict=True)]
    sizes = dict.fromkeys(film.xrd, CRYSTALLITE_NM) | {"Pt": PLATINUM_NM}
    write_xrdml(raw / "xrd.xrdml", XrdTruth(film.xrd, {"Pt": 4000.0}, size_nm=sizes, halo=film.halo, seed=seed))
    truth["crystallite_nm"] = sizes
    files.append(("xrd.xrdml", "xrd", {}))
    truth["phases"] = sorted(film.xrd) or ["amorphous"]


def _images(
    film: _Film,
    thickness: float,
    raw: Path,
    files: list[tuple[str, str, dict[str, str]]],
    truth: dict[str, Any],
    seed: int,
) -> None:
    """Depth profile, composition, cross-section, and lattice fringes where there are crystals of both phases."""
    section = CrossSectionTruth(thickness_nm=thickness, shape=(448, 512))
    write_cross_section(raw / "sem.tif", section, seed)
    truth["roughness_nm"] = {"surface": section.rough_top_nm, "interface": section.rough_bottom_nm}
    files.append(("sem.tif", "cross-section", {}))
    if film.cu_to_v > 0.0:
        stack = StackTruth(film_nm=thickness)
        write_depth_profile(raw / "tofsims.txt", stack, seed)
        truth["surface"] = {
            "copper_depletion": stack.depletion,
            "vanadium_enrichment": stack.enrichment,
            "depth_nm": stack.depletion_nm,
            "interface_widths_nm": list(stack.widths_nm),
        }
        maps = IonMapTruth(stack)
        for ion, path in write_ion_maps(raw, maps, seed):
            files.append((path.name, "ion maps", {"name": ion}))
            truth.setdefault("half_of_counts_nm", {})[ion] = maps.half_nm(ion)
        write_composition(raw / "eds.txt", CompositionTruth(film.cu_to_v), seed)
        files += [("tofsims.txt", "depth profile", {}), ("eds.txt", "composition", {})]
    if film.fringes:
        fringes = random_fringes(seed)
        write_hrtem(raw / "hrtem.tif", fringes, seed)
        files.append(("hrtem.tif", "hrtem", {}))
        truth["domain_diameter_nm"] = float(np.mean([d for *_, d in fringes.domains]))
