"""What the paper says of its first-principles calculations, answered from recorded results.

Each answer is a function of an `Evidence`, so that it changes with better numbers and with nothing else. A difference
below what the method misses is not decidable, and what nobody has computed is not yet computed.

>>> [one.verdict for one in answers(Evidence({}, (), ()))]
['not yet computed', 'not yet computed', 'not yet computed', 'not yet computed', 'not yet computed']
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..atomistic.results.bias import Error, barrier_error, insertion_error
from ..atomistic.results.evidence import Evidence, evidence, places
from ..atomistic.results.statements import Answer, Statements, Verdict

__all__ = ["FILM", "SUBSTRATE", "answers", "statements"]

FILM, SUBSTRATE = "V2O5", "Cu2V2O7"
PLACES = places(FILM, SUBSTRATE)
GAP_EV, ELF = 0.15, 0.02  # what the levels miss: gaps, two bases of GPAW and two meshes; ELF, the spread over k-meshes
TRANSFER_E = 0.02  # electrons in the cell below which the sign depends on where the plane is put


def answers(found: Evidence | None = None) -> tuple[Answer, ...]:
    """The five statements of the paper, each with a verdict; from the shipped evidence by default."""
    known = evidence() if found is None else found
    return tuple(ask(known) for ask in ASKED)


def statements(found: Evidence | None = None) -> Statements:
    """The same under their title; from the shipped evidence by default."""
    return Statements("what the paper says of its DFT", "Paper", answers(found))


def transfer_direction(found: Evidence) -> Answer:
    """In which direction electrons go when V2O5 and Cu2V2O7 are joined."""
    id, statement = "transfer-direction", "Electrons move from V2O5 to Cu2V2O7."
    one = found.interface(FILM, SUBSTRATE)
    if one is None:
        return _missing(id, statement, "no charge density difference of the interface is recorded")
    n, level = one.numbers, str(one.about.level)
    numbers = [
        ("electrons gained by Cu2V2O7, in the cell", f"{n.transferred_e:+.3f} e", level),
        ("per area", f"{1e4 * n.per_area_e_A2:+.2f}e-4 e/Å2", level),
        ("electrons that moved at all", f"{n.moved_e:.2f} e", level),
    ]
    if n.work_function_film_eV is not None and n.work_function_substrate_eV is not None:
        numbers += [
            ("work function of the V2O5 face", f"{n.work_function_film_eV:.2f} eV", level),
            ("work function of the Cu2V2O7 face", f"{n.work_function_substrate_eV:.2f} eV", level),
        ]
    sign = "from V2O5 to Cu2V2O7" if n.transferred_e > 0.0 else "from Cu2V2O7 to V2O5"
    moved = f"{abs(n.transferred_e):.2f} e move {sign}"
    if abs(n.transferred_e) < max(TRANSFER_E, 10.0 * abs(n.integral_e)):
        why, verdict = f"only {abs(n.transferred_e):.3f} e cross the plane: the sign is within the error", _undecided()
    elif not one.about.level.spins:
        against = "with" if n.transferred_e > 0.0 else "against"
        why = (
            f"{moved}, {against} the paper, but without spins the hole of Cu2+ is half a band, not a level, and the "
            "Fermi level of Cu2V2O7 lies where that puts it"
        )
        verdict = _undecided()
    else:
        verdict = "agrees" if n.transferred_e > 0.0 else "disagrees"
        why = f"{moved}; one registry, one termination, and a U that is assumed"
    return Answer(id, statement, verdict, why, tuple(numbers))


def gap_reduction(found: Evidence) -> Answer:
    """Whether the interface has a smaller gap than either material."""
    id, statement = "gap-reduction", "The heterostructure has a smaller gap, more like a metal, than its materials."
    one = found.interface(FILM, SUBSTRATE)
    beside = None if one is None else one.about.level
    bulks = {name: found.bulk(name, beside) for name in (FILM, SUBSTRATE)}
    numbers = [
        (f"gap of {name}", f"{curve.edges.gap_eV:.2f} eV", str(curve.about.level))
        for name, curve in bulks.items() if curve is not None
    ]  # fmt: skip
    if one is None:
        return _missing(id, statement, "no states of the interface are recorded", numbers)
    numbers.append(("gap of the interface", f"{one.numbers.gap_eV:.2f} eV", str(one.about.level)))
    alone = {FILM: one.numbers.gap_film_eV, SUBSTRATE: one.numbers.gap_substrate_eV}
    sides = {name: gap for name, gap in alone.items() if gap is not None}
    numbers += [(f"gap of its {name} side alone", f"{gap:.2f} eV", str(one.about.level)) for name, gap in sides.items()]
    if not one.about.level.spins:
        why = (
            f"without spins Cu2+ with its nine d electrons is a metal whatever surrounds it, so that the "
            f"{one.numbers.gap_eV:.2f} eV found say nothing"
        )
        return Answer(id, statement, _undecided(), why, tuple(numbers))
    known = {name: curve.edges.gap_eV for name, curve in bulks.items() if curve is not None}
    missing = [name for name in bulks if name not in known]
    if missing:
        return _missing(id, statement, f"no states of bulk {' and '.join(missing)} are recorded", numbers)
    least = min(known, key=lambda name: known[name])
    if known[least] <= GAP_EV:
        return Answer(id, statement, _undecided(), f"bulk {least} itself has no gap at this level", tuple(numbers))
    difference = one.numbers.gap_eV - known[least]
    closed = min(sides, key=lambda name: sides[name], default=None)
    if closed is not None and difference < 0.0 and sides[closed] - one.numbers.gap_eV < GAP_EV:
        why = (
            f"{difference:+.2f} eV against the crystal of {least}, but the {closed} side alone, with its free "
            f"surfaces, has {sides[closed]:.2f} eV: they close the gap, whatever the interface does"
        )
        return Answer(id, statement, _undecided(), why, tuple(numbers))
    if abs(difference) < GAP_EV:
        verdict, why = _undecided(), f"{difference:+.2f} eV against {least}: bases and meshes alone make {GAP_EV:g} eV"
    else:
        verdict = "agrees" if difference < 0.0 else "disagrees"
        why = f"{difference:+.2f} eV against {least}, the smaller gap of the two; the slab's surfaces count as well"
    return Answer(id, statement, verdict, why, tuple(numbers))


def adsorption_order(found: Evidence) -> Answer:
    """Whether Li is bound most strongly at the interface."""
    return _order(
        found, "adsorption-order", "Li is bound more strongly at the interface than in V2O5 and in Cu2V2O7.",
        {place: f"adsorption-{place}" for place in PLACES}, "Li in", insertion_error(found.numbers),
    )  # fmt: skip


def barrier_order(found: Evidence) -> Answer:
    """Whether Li hops over a lower barrier at the interface.

    One migration path between two of its sites is an upper bound of what the interface asks for: where it lies above
    the crystals' another may lie below, unless the record says (``network``) that no path through the cell is lower.
    """
    answer = _order(
        found, "barrier-order", "The barrier of Li is lower at the interface than in V2O5 and in Cu2V2O7.",
        {place: f"{place}-barrier" for place in PLACES}, "barrier in", barrier_error(found.numbers),
    )  # fmt: skip
    if answer.verdict == "disagrees" and not found.numbers["interface-barrier"].more.get("network"):
        why = f"{answer.why}; the paths that were computed are an upper bound: another may be lower"
        return replace(answer, verdict=_undecided(), why=why)
    return answer


def delocalisation(found: Evidence) -> Answer:
    """Whether electrons are less localised at the interface."""
    id, statement = "delocalisation", "Electrons are more delocalised at the interface than inside either material."
    one = found.interface(FILM, SUBSTRATE, with_elf=True)
    if one is None or one.numbers.elf_interface is None:
        return _missing(id, statement, "no electron localization function of the interface is recorded")
    n, level, here = one.numbers, str(one.about.elf_level or one.about.level), one.numbers.elf_interface
    own = {FILM: n.elf_film, "interface": here, SUBSTRATE: n.elf_substrate}
    numbers = tuple(
        (f"mean ELF over the electrons, {PLACES[place]}", f"{value:.3f}", level)
        for place, value in own.items() if value is not None
    )  # fmt: skip
    beside = {place: here - value for place, value in own.items() if value is not None and place != "interface"}
    if len(beside) < 2:
        return _missing(id, statement, "the ELF inside one of the materials is not recorded", numbers)
    below = max(beside.values())
    verdict: Verdict
    if below < -ELF:
        verdict, why = "agrees", f"ELF at the interface lies {-below:.3f} below that of either side"
    elif below > ELF:
        verdict, why = "disagrees", f"ELF at the interface does not lie below that of either side ({below:+.3f})"
    else:
        said = " and ".join(f"{d:+.3f} from that of {place}" for place, d in beside.items())
        verdict, why = _undecided(), f"ELF at the interface differs by {said}: not below both by more than {ELF:g}"
    if not one.about.level.spins and verdict != _undecided():
        why, verdict = f"{why}, but without spins copper's hole is spread by construction", _undecided()
    return Answer(id, statement, verdict, why, numbers)


ASKED: tuple[Callable[[Evidence], Answer], ...] = (
    transfer_direction, gap_reduction, adsorption_order, barrier_order, delocalisation
)  # fmt: skip


def _order(found: Evidence, id: str, statement: str, names: Mapping[str, str], what: str, error_of: Error) -> Answer:
    """Whether the interface's number is the lowest of three, by more than its error."""
    error, words = error_of
    known = {place: found.numbers[name] for place, name in names.items() if name in found.numbers}
    numbers = [(f"{what} {PLACES[p]}", f"{one.value:.3f} {one.unit}", str(one.level)) for p, one in known.items()]
    others = [place for place in known if place != "interface"]
    if "interface" not in known or not others:
        missing = [PLACES[place] for place in names if place not in known]
        return _missing(id, statement, f"nothing is recorded for {' and '.join(missing)}", numbers)
    differences = {place: known["interface"].value - known[place].value for place in others}
    said = ", ".join(f"{d:+.2f} eV against {PLACES[place]} ({_sense(d, error)})" for place, d in differences.items())
    limit = f"the error is {error:.2g} eV ({words})"
    if any(d > error for d in differences.values()):
        return Answer(id, statement, "disagrees", f"the interface lies {said}; {limit}", tuple(numbers))
    if all(d < -error for d in differences.values()) and len(others) == 2:
        return Answer(id, statement, "agrees", f"the interface lies {said}; {limit}", tuple(numbers))
    missing = [PLACES[place] for place in names if place not in known]
    more = f"; nothing is recorded for {missing[0]}" if missing else ""
    return Answer(id, statement, _undecided(), f"the interface lies {said}; {limit}{more}", tuple(numbers))


def _sense(difference: float, error: float) -> str:
    if abs(difference) <= error:
        return "within the error"
    return "lower" if difference < 0.0 else "higher"


def _missing(id: str, statement: str, why: str, numbers: Sequence[tuple[str, str, str]] = ()) -> Answer:
    return Answer(id, statement, "not yet computed", why, tuple(numbers))


def _undecided() -> Verdict:
    return "not decidable"
