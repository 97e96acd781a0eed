"""Why a row of the paper has no simulated value yet."""

_REASONS = {
    "which phase an anneal at 773 K gives (an input of growth)": ("anneal",),
    "Raman spectra": ("raman",),
    "diffraction and lattice fringes": ("xrd", "fringe"),
    "depth profiles of composition (the surface share of copper enters as a library value)": ("tofsims",),
    "bending": ("bend", "polyimide"),
    "loads such as a light-emitting diode": ("led",),
    "energy of devices": ("iot",),
}


def reason(claim: str) -> str:
    """A short sentence for a claim id."""
    for topic, beginnings in _REASONS.items():
        if claim.startswith(beginnings):
            return f"not part of this version: {topic}"
    return "not part of this version"
