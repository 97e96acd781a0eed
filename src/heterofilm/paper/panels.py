"""Every panel of the paper: what it shows, and where that is on the page or why it is not."""

from __future__ import annotations

from .claims import Claim

__all__ = ["FIGURES", "FILM", "OF_KIND", "PANELS", "figure_of"]

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

FIGURES = {
    "film_thickness": "growth", "cu_target_power": "growth", "cu_to_v_atomic_ratio": "growth",
    "anneal_temperature": "crystallisation", "crystallisation_temperature": "crystallisation",
    "domain_diameter": "microstructure", "work_function": "bands", "electron_transfer": "bands",
    "oxidation_states": "oxidation-voc1", "v4_fraction": "oxidation-voc1", "cu_states": "oxidation-voc1",
    "voltage_window": "profiles-{kind}", "initial_discharge_capacity": "profiles-{kind}",
    "discharge_plateau_onset": "profiles-{kind}", "discharge_plateaus": "dqdv-{kind}",
    "plateaus_and_peaks": "dqdv-{kind}", "against_half_cell": "profiles-{kind}",
    "charge_transfer_resistance": "eis-{kind}", "low_frequency_slope": "eis-{kind}",
    "cv_scan_rates": "cv-{film}-{kind}", "capacity_retention": "cycling-{kind}-{current}",
    "maximum_capacity": "cycling-{kind}-{current}", "retention_of_maximum": "cycling-{kind}-{current}",
    "stability": "cycling-{kind}-{current}", "average_capacity_in_rate_test": "rate-test-{kind}",
    "order_of_capacity": "rate-test-{kind}", "capacity_change": "device-bending",
    "substrate_thickness": "device-stack", "lights_blue_led": "device-lamp", "energy_need": "device-ragone-area",
}  # fmt: skip
"""The figure of the study's page that shows a quantity of the paper."""


def figure_of(claim: Claim) -> str:
    """The name of the page's figure that shows a row, "" where none does."""
    kind = "atfb" if claim.cell.lower() == "atfb" else "half"
    try:
        current = f"{claim.current:g}"
    except ValueError:  # its condition names none
        current = ""
    return FIGURES.get(claim.quantity, "").format(kind=kind, film=claim.sample.lower(), current=current)
