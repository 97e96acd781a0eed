"""Physical constants: exact by the definition of the SI (2019), or CODATA 2018 (Tiesinga et al., Rev. Mod. Phys. 93,
025010, 2021).
"""

E_CHARGE = 1.602176634e-19  # C, exact
K_B = 1.380649e-23  # J/K, exact
N_A = 6.02214076e23  # 1/mol, exact
F = 96485.33212  # C/mol, E_CHARGE N_A, rounded at the tenth digit
R = 8.31446261815324  # J/(mol K), K_B N_A
K_B_EV = 8.617333262e-5  # eV/K, K_B / E_CHARGE, rounded at the tenth digit
EPSILON_0 = 8.8541878128e-12  # F/m, CODATA 2018
HARTREE_EV = 27.211386245988  # eV, CODATA 2018
BOHR_A = 0.529177210903  # angstrom, CODATA 2018

EV_IN_K = E_CHARGE / K_B  # K in one eV
EV_A2_IN_J_M2 = E_CHARGE / 1e-20  # J/m2 in one eV/angstrom2
EV_A3_IN_GPA = E_CHARGE / 1e-30 * 1e-9  # GPa in one eV/angstrom3
