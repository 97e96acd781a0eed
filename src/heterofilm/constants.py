"""Constants of nature, once: CODATA 2018 (Tiesinga et al., Rev. Mod. Phys. 93 (2021) 025010), in SI unless named.

Since 2019 the elementary charge, Boltzmann's and Avogadro's constants are exact, and with them an electronvolt in J and
K; the Hartree and the Bohr radius are measured (relative uncertainties 1.9e-12 and 1.5e-10).
"""

from __future__ import annotations

__all__ = [
    "BOHR_A", "ELEMENTARY_CHARGE", "EV_A2_IN_J_M2", "EV_A3_IN_GPA", "EV_IN_J", "EV_IN_K", "HARTREE_EV", "K_B",
    "K_B_EV",
]  # fmt: skip

ELEMENTARY_CHARGE = 1.602176634e-19  # C, exact
K_B = 1.380649e-23  # J/K, exact

EV_IN_J = ELEMENTARY_CHARGE  # J in one eV
K_B_EV = K_B / EV_IN_J  # eV/K: 8.617333262...e-5
EV_IN_K = EV_IN_J / K_B  # K in one eV: 11604.51812...

HARTREE_EV = 27.211386245988  # eV
BOHR_A = 0.529177210903  # Å

EV_A2_IN_J_M2 = EV_IN_J / 1e-20  # J/m2 in one eV/Å2
EV_A3_IN_GPA = EV_IN_J / 1e-30 * 1e-9  # GPa in one eV/Å3
