"""The methods section of a sample in sentences, and the references of what was done as BibTeX.

What only the experimenter knows stands in the sample file::

    preparation = "Sputtered from a V2O5 target at 100 W onto platinised silicon"

    [instruments]
    xps = "a Kratos Axis Ultra DLD (Al Kalpha, pass energy 20 eV)"

    [cell]
    counter = "lithium"
    electrolyte = "1 M LiPF6 in EC:DMC (1:1)"

What is missing of it is said, and not made up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from .._version import __version__
from ..records.result import Result
from .findings import Findings
from .sample_file import CellDetails, SampleFile

__all__ = ["bibtex", "methods_text"]

WORDS = {  # of the kinds, as the subject of a sentence
    "cycling": "Charge and discharge", "cv": "Cyclic voltammograms", "eis": "Impedance spectra",
    "gitt": "Titrations (GITT)", "xps": "X-ray photoelectron spectra", "ups": "Ultraviolet photoelectron spectra",
    "uvvis": "UV-vis spectra", "photoluminescence": "Photoluminescence spectra",
    "energy spectrum": "Energy spectra", "raman": "Raman spectra", "raman map": "Raman series",
    "xrd": "X-ray diffraction patterns", "depth profile": "ToF-SIMS depth profiles", "ion maps": "ToF-SIMS images",
    "composition": "Compositions (EDS)", "line scan": "Line scans (EDS)", "element maps": "Element maps (EDS)",
    "hrtem": "High-resolution micrographs", "cross-section": "Cross-sections",
    "surface": "Micrographs of the surface",
}  # fmt: skip
IN_A_CELL = ("cycling", "cv", "eis", "gitt")


@dataclass(frozen=True)
class Reference:
    """A paper, and the kinds of measurement whose analysis rests on it."""

    kinds: tuple[str, ...]
    author: str
    title: str
    journal: str
    volume: int
    pages: int
    year: int
    doi: str


REFERENCES = {
    "weppner1977": Reference(
        ("gitt",), "W. Weppner and R. A. Huggins", "Determination of the kinetic parameters of mixed-conducting "
        "electrodes and application to the system Li3Sb", "J. Electrochem. Soc.", 124, 1569, 1977, "10.1149/1.2133112",
    ),
    "wang2007": Reference(
        ("cv",), "J. Wang and J. Polleux and J. Lim and B. Dunn", "Pseudocapacitive contributions to electrochemical "
        "energy storage in TiO2 (anatase) nanoparticles", "J. Phys. Chem. C", 111, 14925, 2007, "10.1021/jp074464w",
    ),
    "boukamp1995": Reference(
        ("eis",), "B. A. Boukamp", "A linear Kronig-Kramers transform test for immittance data validation",
        "J. Electrochem. Soc.", 142, 1885, 1995, "10.1149/1.2044210",
    ),
    "akaike1974": Reference(
        ("eis",), "H. Akaike", "A new look at the statistical model identification", "IEEE Trans. Autom. Control", 19,
        716, 1974, "10.1109/TAC.1974.1100705",
    ),
    "shirley1972": Reference(
        ("xps",), "D. A. Shirley", "High-resolution X-ray photoemission spectrum of the valence bands of gold",
        "Phys. Rev. B", 5, 4709, 1972, "10.1103/PhysRevB.5.4709",
    ),
    "scofield1976": Reference(
        ("xps",), "J. H. Scofield", "Hartree-Slater subshell photoionization cross-sections at 1254 and 1487 eV",
        "J. Electron Spectrosc. Relat. Phenom.", 8, 129, 1976, "10.1016/0368-2048(76)80015-1",
    ),
    "tauc1966": Reference(
        ("uvvis",), "J. Tauc and R. Grigorovici and A. Vancu", "Optical properties and electronic structure of "
        "amorphous germanium", "Phys. Status Solidi B", 15, 627, 1966, "10.1002/pssb.19660150224",
    ),
    "baek2015": Reference(
        ("raman", "xrd"), "S.-J. Baek and A. Park and Y.-J. Ahn and J. Choo", "Baseline correction using "
        "asymmetrically reweighted penalized least squares smoothing", "Analyst", 140, 250, 2015, "10.1039/C4AN01061B",
    ),
    "williamson1953": Reference(
        ("xrd",), "G. K. Williamson and W. H. Hall", "X-ray line broadening from filed aluminium and wolfram",
        "Acta Metall.", 1, 22, 1953, "10.1016/0001-6160(53)90006-6",
    ),
}  # fmt: skip


def methods_text(
    sheet: SampleFile,
    findings: Mapping[str, Findings],
    decided: Sequence[str],
    formats: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """The section: how the sample was made, what was measured with what, how it was analysed, what was set by hand.

    ``findings``: by kind of measurement; ``decided``: a sentence for each file that settings were made for;
    ``formats``: by kind, what its files were read as, which tells the maker of an instrument that is not stated.
    """
    opening = [f"{sheet.preparation.rstrip('.')}."] if sheet.preparation else []
    size = [
        f"{name} of {Result(name, value.value, value.sigma or 0.0, value.unit)}"
        for name, value in (("an area", sheet.area), ("a thickness", sheet.thickness))
        if value
    ]
    if size:
        opening.append(f"The sample had {' and '.join(size)}.")
    if any(kind in findings for kind in IN_A_CELL):
        opening.append(_cell(sheet.cell))
    parts = [" ".join(opening)] if opening else []
    for kind, found in findings.items():
        instrument = sheet.instruments.get(kind, "")
        subject = WORDS.get(kind, kind.capitalize())
        measured = f"{subject} were measured with {instrument.rstrip('.')}." if instrument else (
            f"{subject}: [instrument not stated in the sample file{_read_as((formats or {}).get(kind, ()))}]."
        )  # fmt: skip
        parts.append(" ".join([measured, *dict.fromkeys(found.methods)]))
    parts.append(" ".join([*decided, f"Analyses were done with heterofilm {__version__}."]))
    return "\n\n".join(parts)


def _read_as(formats: Sequence[str]) -> str:
    return f"; its files are of the format {' and '.join(formats)}" if formats else ""


def _cell(cell: CellDetails | None) -> str:
    if cell is None:
        return "Electrochemical cells: [not described in the sample file]."
    known = [
        f"{word} {value.rstrip('.')}"
        for word, value in (("a counter electrode of", cell.counter), ("a reference of", cell.reference),
                            ("the electrolyte", cell.electrolyte), ("the separator", cell.separator))
        if value
    ]  # fmt: skip
    kind = cell.kind or "Cells"
    at = f" at {cell.temperature}" if cell.temperature is not None else ""
    with_ = f" with {', '.join(known)}" if known else ""
    return f"{kind[0].upper()}{kind[1:]}{with_} were measured{at}."


def bibtex(kinds: list[str]) -> str:
    """The references of what was done for these kinds of measurement, and the program."""
    entries = [
        "@software{heterofilm,\n  author = {{heterofilm contributors}},\n  title = {heterofilm},\n"
        f"  version = {{{__version__}}}\n}}"
    ]
    for key, one in REFERENCES.items():
        if set(one.kinds) & set(kinds):
            known = asdict(one) | {"title": f"{{{one.title}}}"}  # capitals as they are
            lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in known.items() if name != "kinds")
            entries.append(f"@article{{{key},\n{lines}\n}}")
    return "\n\n".join(entries) + "\n"
