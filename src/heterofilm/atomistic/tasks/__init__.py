"""What is asked of an engine: atoms in, a frozen result out, the same for every engine.

What did not converge is refused with one sentence, never returned.
"""

from .insertion import Insertion, insertion_energy, screen
from .interstitials import InterstitialSite, insert, interstitial_sites, moved
from .migration import Barrier, Hop, barrier, hops, largest_climb
from .oxidation import Oxidation, oxidation_states
from .relaxation import Energy, Relaxed, energy, relax
from .scan import ScanPoint, scan_interfaces
from .sides import Joined, join, split
from .voltage import Voltage, check_ion, intercalation_voltage, metal

__all__ = [
    "Barrier", "Energy", "Hop", "Insertion", "InterstitialSite", "Joined", "Oxidation", "Relaxed", "ScanPoint",
    "Voltage", "barrier", "check_ion", "energy", "hops", "insert", "insertion_energy", "intercalation_voltage",
    "interstitial_sites", "join", "largest_climb", "metal", "moved", "oxidation_states", "relax", "scan_interfaces",
    "screen", "split",
]  # fmt: skip
