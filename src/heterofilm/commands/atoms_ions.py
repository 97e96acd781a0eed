"""``heterofilm atoms voltage``, ``insert`` and ``barrier``: ions that enter a structure and move in it."""

from __future__ import annotations

import argparse
from math import inf
from typing import TYPE_CHECKING, Any

from ..atomistic import tasks
from ..errors import InputError
from .atoms_inputs import (
    bar,
    chosen_engine,
    integers,
    numbers,
    oxidation,
    provenance,
    read_structure,
    store_of,
    tell,
    to,
    written,
)
from .atoms_options import STRUCTURE, Action, Renamed, engine_options, pictures_options
from .depends import not_with
from .inputs import lines

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["ACTIONS"]

COMPUTED = "--engine --set --store --fresh --fmax --steps --out --plot"
"""Options of what is computed, which a mere list is not."""


def _site_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--site",
        type=int,
        default=0,
        metavar="N",
        help="which set of interstitial sites, the largest being 0 (default: 0)",
    )
    parser.add_argument("--void", action=Renamed, now="--site", nargs="?", help=argparse.SUPPRESS)


def _voltage_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("host", metavar="HOST", help=STRUCTURE)
    parser.add_argument("--filled", metavar="STRUCTURE", help="the filled host, instead of filling its sites")
    parser.add_argument("--ions", type=int, metavar="N", help="ions per cell (default: all equivalent sites)")
    _site_option(parser)
    parser.add_argument("--ion", default="Li", help="Li, Na, K, Mg or Zn (default: Li)")
    engine_options(parser)
    pictures_options(parser)
    not_with(parser, "--site --ions", "--filled")


def _voltage(given: argparse.Namespace) -> None:
    name, host = read_structure(given.host)
    if given.filled:
        filled = read_structure(given.filled)[1]
    else:
        site = _site(host, given.site)
        many = len(site.equivalent)
        count = many if given.ions is None else given.ions
        if not 1 <= count <= many:
            raise InputError(f"--ions {count}: this site comes {many} times in a cell.")
        filled = tasks.insert(host, site.equivalent[:count], given.ion)
        print(f"filled {count} of {many} interstitial sites of {site.radius_A:.2f} A ({''.join(site.touches)})")
    with bar("steps") as shown:
        found = tasks.intercalation_voltage(
            host, filled, chosen_engine(given), ion=given.ion, fmax=given.fmax, steps=given.steps,
            store=store_of(given), progress=lambda done, words: tell(shown, done, words),
        )  # fmt: skip
    print(f"{name}: {found.voltage_V:.3f} V vs {given.ion}, {found.ions_per_unit:.3g} {given.ion} per "
          f"{found.framework}, volume {100 * found.volume_change:+.2f} %")  # fmt: skip
    oxidation(found.filled)
    provenance(found)
    written(given, found.filled.atoms, f"{name} with {given.ion}")


def _insert_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("host", metavar="HOST", help=STRUCTURE)
    parser.add_argument(
        "--between", metavar="LOW:HIGH", help="consider only these heights (A), for example those of one side"
    )
    parser.add_argument("--at", metavar="X,Y,Z", help="a single position (A), instead of a search")
    parser.add_argument(
        "--try",
        dest="tries",
        type=int,
        default=14,
        metavar="N",
        help="number of sites tried with the host frozen (default: 14)",
    )
    parser.add_argument("--ion", default="Li", help="Li, Na, K, Mg or Zn (default: Li)")
    parser.add_argument("--sites-only", action="store_true", help="list the sites and stop")
    engine_options(parser)
    pictures_options(parser)
    parser.add_argument("--voids-only", action=Renamed, now="--sites-only", nargs=0, help=argparse.SUPPRESS)
    not_with(parser, "--between --try --sites-only", "--at")
    not_with(parser, f"--ion {COMPUTED}", "--sites-only")


def _insert(given: argparse.Namespace) -> None:
    name, host = read_structure(given.host)
    tasks.check_ion(given.ion)
    between = _between(given.between)
    if given.at:
        place: Any = numbers(given.at, 3, "--at")
    else:
        found = _within(tasks.interstitial_sites(host, smallest=1.8, largest=2.7), between)[: max(given.tries, 1)]
        if given.sites_only:
            _table(found)
            return
        engine = chosen_engine(given)
        with bar("sites") as shown:
            ranked = tasks.screen(host, found, engine, ion=given.ion, store=store_of(given),
                                  progress=lambda done, words: to(shown, done + 1, len(found)))  # fmt: skip
        rows = [(f"{v.radius_A:.2f}", ", ".join(f"{x:.2f}" for x in v.position), f"{E:.2f}") for E, v in ranked[:6]]
        print(lines(("radius / A", "place / A", "host frozen / eV"), rows))
        place = ranked[0][1].position
    engine = chosen_engine(given)
    with bar("steps") as shown:
        one = tasks.insertion_energy(
            host, place, engine, ion=given.ion, fmax=given.fmax, steps=given.steps, store=store_of(given),
            progress=lambda done, words: tell(shown, done, words),
        )  # fmt: skip
    near = ", ".join(f"{symbol} {d:.2f} A" for symbol, d in one.neighbours)
    print(f"{name}: {given.ion} {one.energy_eV:.3f} eV against the metal; moved {one.moved_A:.2f} A; nearest {near}")
    if one.framework_eV < -0.01:
        print(f"Emptied again the host lies {-one.framework_eV:.3f} eV below where it began: the energy counts from "
              "there.")  # fmt: skip
    provenance(one)
    written(given, one.filled.atoms, f"{given.ion} in {name}")


def _barrier_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("host", metavar="HOST", help=f"{STRUCTURE}; with --to it holds the ion already")
    parser.add_argument(
        "--to",
        metavar="X,Y,Z",
        help="target position (A) of the ion already in the structure, instead of a hop between sites",
    )
    _site_option(parser)
    parser.add_argument("--hop", type=int, default=0, metavar="N", help="which hop, the shortest being 0 (default: 0)")
    parser.add_argument(
        "--repeat",
        default="auto",
        metavar="N,N,N",
        help="repeats of the cell (default: at least 8 A in each direction)",
    )
    parser.add_argument("--images", type=int, default=5, metavar="N", help="images between the ends (default: 5)")
    parser.add_argument(
        "--dimensions", type=int, default=1, metavar="D", help="dimensions of the network of sites, for D (default: 1)"
    )
    parser.add_argument("--hops-only", action="store_true", help="list the hops and stop")
    parser.add_argument("--ion", default="Li", help="Li, Na, K, Mg or Zn (default: Li)")
    engine_options(parser)
    pictures_options(parser)
    not_with(parser, "--site --hop --repeat --hops-only", "--to")
    not_with(parser, f"--hop --repeat --images --dimensions --ion {COMPUTED}", "--hops-only")


def _barrier(given: argparse.Namespace) -> None:
    name, host = read_structure(given.host)
    if given.to:
        start, end = host, tasks.moved(host, given.ion, numbers(given.to, 3, "--to"))
    else:
        steps = tasks.hops(host, _site(host, given.site).position)
        rows = [(str(k), h.along, f"{h.length_A:.3f}", str(h.multiplicity)) for k, h in enumerate(steps[:12])]
        print(lines(("hop", "along", "length / A", "from one site"), rows))
        if given.hops_only:
            return
        if not 0 <= given.hop < len(steps):
            raise InputError(f"There is no hop {given.hop}; there are {len(steps)}, numbered from 0.")
        hop, large = steps[given.hop], host.repeat(_cells(host, given.repeat))
        start, end = (tasks.insert(large, [place], given.ion) for place in (hop.start, hop.end))
    with bar("steps") as shown:
        found = tasks.barrier(
            start, end, chosen_engine(given), images=given.images, fmax=given.fmax, steps=given.steps,
            store=store_of(given), progress=lambda done, words: tell(shown, done, words),
        )  # fmt: skip
    from ..atomistic.results.diffusivity import barrier_diffusivity

    print(f"{name}: barrier {found.forward_eV:.3f} eV, back {found.backward_eV:.3f} eV over {found.hop_A:.2f} A "
          f"({len(start)} atoms)")  # fmt: skip
    print("path / A: " + ", ".join(f"{x:.3f}" for x in found.path_A))
    print("energies / eV: " + ", ".join(f"{x:.4f}" for x in found.energies_eV))
    D = barrier_diffusivity(found, dimensions=given.dimensions)
    print(f"D of independent ions at 25 degC: {D.value:.1e} cm2/s, {D.low:.1e} to {D.high:.1e} for 1e12 to 1e13 Hz")
    provenance(found)
    if given.plot and not given.plot.lower().endswith(".html"):
        from ..plots.atoms import barrier_figure

        barrier_figure({name: found}).save(given.plot)
        given.plot = None
    written(given, found.images[len(found.images) // 2], f"{given.ion} on its migration path in {name}")


ACTIONS = {
    "voltage": Action(_voltage_options, _voltage),
    "insert": Action(_insert_options, _insert),
    "barrier": Action(_barrier_options, _barrier),
}


def _site(host: Atoms, number: int) -> tasks.InterstitialSite:
    found = tasks.interstitial_sites(host)
    if not 0 <= number < len(found):
        raise InputError(f"There is no interstitial site {number}; there are {len(found)}, numbered from 0.")
    return found[number]


def _between(text: str | None) -> tuple[float, float]:
    if text is None:
        return -inf, inf
    low, high = numbers(text.replace(":", ","), 2, "--between")
    if not low < high:
        raise InputError(f"--between '{text}': the lower height comes first, as in {high:g}:{low:g}.")
    return low, high


def _within(
    found: tuple[tasks.InterstitialSite, ...], between: tuple[float, float]
) -> tuple[tasks.InterstitialSite, ...]:
    kept = tuple(s for s in found if between[0] <= s.position[2] <= between[1])
    if not kept:
        raise InputError(
            "There is no interstitial site of 1.8 to 2.7 A here: allow other heights, or give a place with --at."
        )
    return kept


def _table(found: tuple[tasks.InterstitialSite, ...]) -> None:
    rows = [
        (f"{v.radius_A:.2f}", ", ".join(f"{x:.2f}" for x in v.position), "".join(v.touches), str(v.multiplicity))
        for v in found
    ]
    print(lines(("radius / A", "place / A", "touches", "per cell"), rows))


def _cells(host: Atoms, text: str) -> tuple[int, int, int]:
    if text != "auto":
        a, b, c = integers(text, 3, "--repeat")
        return a, b, c
    a, b, c = (max(1, -int(-8.0 // length)) for length in host.cell.lengths())
    return a, b, c
