"""What is asked of an engine: atoms in, a frozen result out, the same for every engine.

What did not converge is refused with one sentence, never returned.
"""

from .adsorption import Adsorption, adsorption, screen
from .barrier import Barrier, Hop, barrier, hops, largest_climb
from .oxidation import Oxidation, oxidation_states
from .relax import Energy, Relaxed, energy, relax
from .voids import Void, insert, moved, voids
from .voltage import Voltage, check_ion, intercalation_voltage, metal

__all__ = [
    "Adsorption", "Barrier", "Energy", "Hop", "Oxidation", "Relaxed", "Void", "Voltage", "adsorption", "barrier",
    "check_ion", "energy", "hops", "insert", "intercalation_voltage", "largest_climb", "metal", "moved",
    "oxidation_states", "relax", "screen", "voids",
]  # fmt: skip
