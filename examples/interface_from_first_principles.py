"""An interface of your own from first principles: where does lithium sit?

A slab of V2O5 on Li3PO4, a stand-in for LiPON: the smallest cell that fits both, relaxed, then one Li in the film, at
the interface and in the substrate. Put two other crystals (library names or CIF files) in place of these. With CHGNet
on one core it takes some minutes; what was computed is kept in `heterofilm-atoms`, and a second run looks it up.
"""

from heterofilm.atomistic import tasks
from heterofilm.atomistic.engines import base as engines
from heterofilm.atomistic.results.bias import insertion_error
from heterofilm.atomistic.results.evidence import evidence
from heterofilm.atomistic.results.interface_record import SIDES
from heterofilm.atomistic.results.reduction import sides_of
from heterofilm.atomistic.store import Store
from heterofilm.atomistic.structures.interface import InterfaceBuilder
from heterofilm.atomistic.structures.library import load
from heterofilm.plots.atoms import adsorption_figure

FILM, SUBSTRATE = ("V2O5", (0, 0, 1)), ("gamma-Li3PO4", (0, 0, 1))


def main(
    engine: engines.Engine | None = None, store: str = "heterofilm-atoms", figure: str = "lithium.png", tries: int = 3
) -> dict[str, float]:
    """Print what is found, draw it, and return the energy of Li (eV) by side."""
    engine = engine or engines.get("chgnet")
    kept = Store(store)
    film, substrate = load(FILM[0]).atoms, load(SUBSTRATE[0]).atoms
    builder = InterfaceBuilder(film, substrate, FILM[1], SUBSTRATE[1], layers=(1, 1), max_area=130.0)
    match = builder.matches[0]
    built = builder.build(match, 0, gap=2.0)
    print(f"{len(built.atoms)} atoms on {match.area_A2:.0f} A2, worst strain {100 * match.strain:.1f} %")
    slab = tasks.relax(built.atoms, engine, cell=False, fmax=0.1, store=kept).atoms

    z = slab.positions[:, 2]
    top, bottom = z[list(built.substrate)].max(), z[list(built.film)].min()
    plane = float(top + bottom) / 2.0  # in the middle between the last atom of one and the first of the other
    found = {}
    sites = tasks.interstitial_sites(slab, smallest=1.6, largest=2.9)
    for k, side in enumerate(SIDES):
        here = [s for s in sites if sides_of(tasks.insert(slab, [s.position]), plane, 2.0)[-1] == k]
        inside = [s for s in here if z.min() + 1.0 < s.position[2] < z.max() - 1.0][:tries]
        if not inside:
            print(f"{side}: no interstitial site of 1.6 to 2.9 A")
            continue
        best = tasks.screen(slab, inside, engine, store=kept)[0][1]
        one = tasks.insertion_energy(slab, best.position, engine, fmax=0.1, store=kept)
        found[side] = one.energy_eV
        print(
            f"{side}: {one.energy_eV:.2f} eV, that is {-one.energy_eV:.2f} V against Li; it moved {one.moved_A:.1f} A, "
            f"and the slab itself fell by {max(-one.framework_eV, 0.0):.2f} eV, which is not counted"
        )
    lowest = min(found, key=lambda side: found[side])
    others = [E for side, E in found.items() if side != lowest]
    gain = min(others) - found[lowest] if others else 0.0
    error, words = insertion_error(evidence().numbers)
    sure = "beyond" if gain > error else "within"
    print(f"Li prefers the {lowest}, by {gain:.2f} eV: {sure} the error of {error:.2g} eV ({words}; {engine.level})")
    adsorption_figure(found, f"Li in {FILM[0]} on {SUBSTRATE[0]}", engine.level).save(figure)
    return found


if __name__ == "__main__":
    main()
