"""Every panel of the paper: what it shows, and where that is on the page or why it is not."""

from __future__ import annotations

__all__ = ["FILM", "OF_KIND", "PANELS"]

_SAMPLES = "drawn from a synthetic sample by 'heterofilm run --panels'; the page itself simulates no spectra or images"
_TABLE = "in the table of rows: the paper's positions, found in the library's crystals"

FILM = "VOC1"
"""The film whose measurements the paper shows."""
OF_KIND = {
    "raman": ("1b", "Raman spectrum"),
    "xrd": ("1c", "diffraction"),
    "xps": ("1d, f, g; 4b, c", "XPS as made and along a discharge"),
    "cross-section": ("2a", "cross-section"),
    "depth profile": ("2b", "ToF-SIMS depth profile"),
    "hrtem": ("2d", "HRTEM"),
    "ion maps": ("2f, g", "ToF-SIMS volume"),
    "raman map": ("4a", "in-situ Raman"),
    "ups": ("4d", "UPS"),
    "uvvis": ("4e", "UV-vis"),
}
"""Panels of the paper that a kind of measurement on a sample shows, in their order."""

PANELS: tuple[tuple[str, str, str], ...] = (
    ("1a", "how the films are made", "Film growth, and the recipe of the whole cell under 'heterofilm device'"),
    ("1b", "Raman spectra", f"{_TABLE}; {_SAMPLES}"),
    ("1c", "diffraction", f"{_TABLE}; {_SAMPLES}"),
    ("1d, f, g", "XPS of the films", f"the fresh film's states in the table of rows; {_SAMPLES}"),
    ("2a", "cross-section", f"thicknesses under Film growth; {_SAMPLES}"),
    ("2b, f, g", "ToF-SIMS profile and volume", _SAMPLES),
    ("2d", "HRTEM", f"spacings in the table of rows; {_SAMPLES}"),
    ("3", "half-cells: profiles, rates, cycles, voltammograms, impedance", "Discharge and rate, Cycling, Voltammetry, "
     "Impedance"),
    ("4a", "in-situ Raman", f"V5+ along the discharge in the table of rows; {_SAMPLES}"),
    ("4b, c", "ex-situ XPS", "beside the model's oxidation states"),
    ("4d, e", "UPS and UV-vis", f"levels under the junction; {_SAMPLES}"),
    ("4f", "energy levels", "the junction, before and after contact"),
    ("4g to j", "first principles", "First principles, and 'heterofilm atoms' for the recorded fields"),
    ("5a", "the stack", "The stack, drawn from its data"),
    ("5b, c", "cross-section and elements of the cell", "no data of it are given and none are simulated"),
    ("5d to f", "solid cells: profiles, rates, cycles, voltammograms", "Discharge and rate, Cycling, Voltammetry"),
    ("5g", "bending in operation", "Bending"),
    ("5h", "cycles, and the diode", "Cycling, and A light"),
    ("S16, S30", "comparison with other films", "'heterofilm device --compare'"),
)  # fmt: skip
