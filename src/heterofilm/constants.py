"""Physical constants (CODATA 2018; all but the last exact or products of exact ones)."""

from __future__ import annotations

E_CHARGE = 1.602176634e-19  # C, elementary charge
K_B = 1.380649e-23  # J/K, Boltzmann's constant
N_A = 6.02214076e23  # 1/mol, Avogadro's constant
F = 96485.33212  # C/mol, Faraday's constant e N_A, rounded at the tenth digit
R = 8.31446261815324  # J/(mol K), gas constant k N_A
K_B_EV = 8.617333262e-5  # eV/K, Boltzmann's constant over the elementary charge, rounded at the tenth digit
EPS_0 = 8.8541878128e-12  # F/m, permittivity of vacuum, measured
