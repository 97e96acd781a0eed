"""What CHGNet misses of DFT on the same atoms: one Li in V2O5 against the empty crystal, and halfway along b.

    python tools/chgnet_against_dft.py [--u 3.25] [--store heterofilm-atoms]

Everything is relaxed with CHGNet; GPAW then gives the energy of the same positions, with spins where there is Li.
Halfway is the mirror plane between two sites, so that relaxing keeps it; in 14 atoms Li moves together with its images
along b. Results are kept: a run that was stopped goes on. The numbers stand as V2O5-Li-bias and V2O5-path-bias in the
recorded results.
"""

import argparse

from ase.build import bulk

from heterofilm.atomistic import tasks
from heterofilm.atomistic.engines import base as engines
from heterofilm.atomistic.store import Store
from heterofilm.atomistic.structures import library as structures


def main() -> None:
    """Print both energies at both levels, and their differences."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--u", type=float, default=3.25, help="U on V (eV), that of CHGNet's data by default; 0: none")
    parser.add_argument("--store", default="heterofilm-atoms", help="folder of results")
    given = parser.parse_args()
    store, fast = Store(given.store), engines.get("chgnet")

    host = tasks.relax(structures.load("V2O5").atoms, fast, fmax=0.03, store=store)
    site = tasks.interstitial_sites(host.atoms)[0].equivalent[0]
    begun = tasks.insert(host.atoms, [site], "Li")
    filled = tasks.relax(begun, fast, cell=False, fmax=0.05, steps=300, store=store)
    moved = begun.copy()
    moved.positions[-1] = filled.atoms.positions[-1] + 0.5 * host.atoms.cell[1]
    halfway = tasks.relax(moved, fast, cell=False, fmax=0.05, steps=300, store=store)
    metal = tasks.relax(bulk("Li", "bcc", a=3.44), fast, fmax=0.02, steps=200, store=store)

    common = {"cutoff_eV": 450.0, "k_density": 1.5, "smearing_eV": 0.05, "u": {"V": given.u} if given.u else {}}
    spins = engines.get("gpaw", **common, moments={"V": 0.25})
    levels = {
        "host": engines.get("gpaw", **common), "filled": spins, "halfway": spins,
        "metal": engines.get("gpaw", cutoff_eV=450.0, k_density=4.0, smearing_eV=0.1),
    }  # fmt: skip
    relaxed = {"host": host, "filled": filled, "halfway": halfway, "metal": metal}
    slow = {name: tasks.energy(relaxed[name].atoms, level, store=store).energy_eV for name, level in levels.items()}
    quick = {name: one.energy_eV for name, one in relaxed.items()}
    for name, E in (("CHGNet", quick), (spins.level, slow)):
        into, along = E["filled"] - E["host"] - E["metal"], E["halfway"] - E["filled"]
        print(f"{name}: Li in V2O5 {into:.3f} eV against the metal; halfway along b {along:+.3f} eV")


if __name__ == "__main__":
    main()
