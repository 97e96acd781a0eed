"""What a junction is, what it can do, and how much of a film's gain it explains: chapters for a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..cell import Cell
from ..cell.junction import with_computed_junction
from ..errors import HeterofilmError
from ..figures.colours import BLUE, INK, film_colour
from ..figures.elements import Series
from ..figures.figure import Figure
from ..film.conduction import Resolved, resolved
from ..film.effective_medium import PACKED, bruggeman, hashin_shtrikman, torquato
from ..film.microstructure import levelled_field
from ..junction.depletion import doping_for_bending
from ..junction.lithiation import RULES, FieldCurve, conditions, field_against_lithium
from ..junction.pair import Pair
from ..junction.storage import capacitor_charge, hopping_gain, storage_capacity
from ..library import value_paths
from ..library.cell_entries import words_of
from ..plots.junction import bands_figure, curve_figure, profile_figures
from ..plots.microstructure import composite_figure, microstructure_figure
from ..study.contributions import SI, Contributions, capacity_of
from .page import Chapter, Table
from .study.summary import pretty

PLANE = 0.26e-9  # m: a lattice plane, the closest that Li+ and its electron can sit on two sides of an interface
BLOCKING = 0.01  # conductivity of the domains over the matrix, of volumes that are resolved
RESOLVED: dict[str, Any] = {"seeds": 2, "across": 4.0, "voxels": 8}
FULL = 0.9  # of the places for Li or electrons: as far as curves over the filling go


@dataclass(frozen=True)
class Bounds:
    """The most that a junction's field can do, however its unknowns fall.

    - `field_V_m`: the whole contact potential over one domain; `hopping`: gain sinh(x)/x in it;
    - `storage`: (least, most) uAh cm-2 um-1 of two charged layers a shell or a lattice plane apart;
    - `doping_m3`: of the domains, that bends them by the whole contact potential;
    - `supported_V`: what the domains bend by at the doping of the library.
    """

    field_V_m: float
    hopping: float
    storage: tuple[float, float]
    doping_m3: float
    supported_V: float


def bounds(pair: Pair) -> Bounds:
    """The bounds of a junction."""
    V = abs(pair.contact.built_in_V)
    field = V / pair.diameter
    eps = pair.domain.permittivity.si
    stored = [
        float(storage_capacity(capacitor_charge(V, eps, apart), pair.diameter, pair.fraction)) / SI
        for apart in (max(pair.shell, PLANE), PLANE)
    ]
    return Bounds(
        field_V_m=field,
        hopping=float(hopping_gain(field, pair.matrix.hop_length.si)),
        storage=(stored[0], stored[1]),
        doping_m3=float(doping_for_bending(V, pair.diameter / 2.0, eps)) if V > 0.0 else 0.0,
        supported_V=abs(float(pair.field.bending_A_V)),
    )


def junction_chapter(pair: Pair) -> Chapter:
    """Bands, field, what it can do at most, and when it is there."""
    A, B = pair.levels
    most = min(
        1.0,
        *(FULL * min(s.electron_sites.si, s.lithium_sites.si) / s.formula_units.si for s in (pair.matrix, pair.domain)),
    )
    fillings = [0.0, *np.geomspace(1e-5, most, 31).tolist()]
    curves = [field_against_lithium(pair.domain, pair.matrix, pair.geometry, fillings, rule) for rule in RULES]
    said = [pair.contact.words, *bound_sentences(pair)]
    said += conditions(curves[0], pair.domain, pair.matrix, pair.geometry)
    names = (pair.domain.name, pair.matrix.name)
    return Chapter(
        f"The junction of {pair.matrix.name} and {pair.domain.name}",
        f"{pair.entry.title}: domains of {1e9 * pair.diameter:.3g} nm fill {100 * pair.fraction:.0f} % of the "
        "volume and leave "
        f"{1e9 * pair.shell:.2g} nm of {pair.matrix.name} around each.",
        said,
        [
            bands_figure(A, B, pair.thick_field),
            *profile_figures(pair.field, names),
            curve_figure(curves),
        ],
        [curve_table(curves), levels_table(pair)],
    )


def bound_sentences(pair: Pair) -> list[str]:
    """The bounds in words."""
    b, V = bounds(pair), abs(pair.contact.built_in_V)
    nm = 1e9 * pair.diameter
    if V == 0.0:
        return ["Without a difference of work functions there is no field, and nothing for it to do."]
    return [
        f"The whole {V:.2f} V over one domain of {nm:.3g} nm is a field of {b.field_V_m / 1e8:.2f} MV/cm; it "
        "speeds hops of Li by a "
        f"factor of {b.hopping:.3g}, sinh(x)/x, and no more.",
        f"Li+ on one side of the interface and its electron on the other store {b.storage[0]:.2g} to "
        f"{b.storage[1]:.2g} "
        f"µAh cm⁻² µm⁻¹ at that voltage (two layers of charge, the shell's thickness or one lattice plane apart).",
        f"To bend a domain of {nm:.3g} nm by all of it takes {b.doping_m3 / 1e6:.2g} fixed charges per cm³; at "
        "the doping assumed "
        f"({pair.domain.doping} in the domains, {pair.matrix.doping} around them) it bends by "
        f"{1e3 * b.supported_V:.3g} mV.",
        "The open-circuit voltage does not know of the field: at rest the chemical potential of neutral Li is the same "
        "everywhere.",
    ]


def curve_table(curves: Sequence[FieldCurve]) -> Table:
    """What lithium does to the bending of the domains, by what is taken for granted."""
    rows = []
    for curve in curves:
        bending = 1e3 * np.abs(curve.numbers.bending_A_V)
        most = int(np.argmax(bending))
        rows.append(
            (
                curve.rule.name,
                f"{bending[0]:.0f}",
                f"{bending[most]:.0f} at x = {curve.x[most]:.1g}",
                f"{bending[-1]:.0f}",
                f"{1e9 * float(curve.screening_domain_m[-1]):.2g}",
                f"{100 * float(curve.numbers.share_above[-1]):.0f} %",
            )
        )
    head = (
        "What is taken for granted",
        "Bending at x = 0 / mV",
        "Largest / mV",
        f"At x = {curves[0].x[-1]:.2g} / mV",
        "Screening length there / nm",
        "Volume above kT/(q a) there",
    )
    return Table("The field of the domains against lithium", head, rows)


def levels_table(pair: Pair) -> Table:
    """Every number of both solids and of their contact, with its source."""
    rows = []
    parts = ((pair.matrix.name, pair.matrix), (pair.domain.name, pair.domain), ("contact", pair.entry))
    for (where, entry), origin in zip(parts, pair.origins, strict=True):
        for path, value in value_paths(entry):
            span = "" if value.low is None or value.high is None else f"{value.low:g} to {value.high:g}"
            quantity, words = pretty(path.rpartition(".")[2]), words_of(value, origin)
            rows.append((where, quantity, pretty(str(value)), span, value.kind, words, value.source))
    return Table("Numbers of the junction", ("Of", "Quantity", "Value", "Range", "Kind", "From", "Source"), rows)


def contribution_chapter(contributions: Contributions, cell: Cell, reference: Cell, pair: Pair) -> Chapter:
    """The gain of one film over the other, cause by cause."""
    return Chapter(
        f"What explains the gain of {cell.entries.film.name} over {reference.entries.film.name}",
        f"{contributions.samples.height} draws of every ranged number of the junction and the film, and "
        f"{contributions.calibrated.height} "
        "of the calibration. The junction comes before what was calibrated and at its most generous: kept "
        "through the whole discharge, "
        "acting on all of the film.",
        contribution_sentences(contributions, cell, pair),
        [contribution_figure(contributions, cell, reference), spread_figure(contributions)],
        [contribution_table(contributions)],
    )


def contribution_sentences(contributions: Contributions, cell: Cell, pair: Pair) -> list[str]:
    """What follows from it."""
    rows = {row["cause"]: row for row in contributions.table().iter_rows(named=True)}

    def gain(name: str) -> str:
        row = rows[name]
        return f"{row['median']:.1f} ({row['low']:.1f} to {row['high']:.1f})"

    said = []
    if contributions.measured is not None:
        first, second = contributions.measured
        said.append(
            f"Measured: {first:g} and {second:g} µAh cm⁻² µm⁻¹, a gain of {second - first:.1f} "
            f"({100 * (second / first - 1):.0f} %)."
        )
    said.append(
        "Composition alone, with the domains used as well as the matrix and Bruggeman's transport: "
        f"{gain('composition')}."
    )
    stored = contributions.samples["stored"].to_numpy()
    said.append(
        f"The junction can add {gain('junction')}, of which {np.median(stored):.1f} is Li stored in its space charges; "
        f"5 to 95 % of the draws in brackets."
    )
    if contributions.measured is not None:
        share = contributions.samples["junction"].to_numpy() / (second - first)
        said.append(
            f"So the junction explains {100 * np.median(share):.0f} % of the gain, at most "
            f"{100 * np.quantile(share, 0.95):.0f} %; "
            f"{gain('left')} is left."
        )
        found = contributions.calibrated
        said.append(
            "The calibration puts what is left into the utilisation of the domains "
            f"({float(np.median(found['utilisation'])):+.1f}) and the "
            f"transport of the film ({float(np.median(found['transport'])):+.1f}; medians of its draws, which "
            "trade one "
            "for the other)."
        )
    gains = np.quantile(contributions.samples["transport"].to_numpy(), (0.5, 0.95))
    said.append(
        f"Of the transport of Li in the film the junction can make {gains[0]:.2f} times what it is, at most "
        f"{gains[1]:.2f} times: "
        "hops along the field, and electrons that cost nothing."
    )
    strongest = contributions.influence().head(3)
    words = ", ".join(f"{row['input']} ({row['correlation']:+.2f})" for row in strongest.iter_rows(named=True))
    said.append(f"The junction's gain is decided by, as rank correlations: {words}.")
    said.append(transport_sentence(cell))
    said.append(comparison_sentence(contributions, cell, pair))
    said.append(f"The tables behind this miss the cell model by at most {contributions.error:.2f} µAh cm⁻² µm⁻¹.")
    return said


def transport_sentence(cell: Cell) -> str:
    """The calibrated transport of the film against what any arrangement of its phases could give."""
    film, eps = cell.entries.film, cell.composition.matrix.volume_fraction
    calibrated = film.transport_factor.si * eps**film.tortuosity_exponent.si
    most = float(hashin_shtrikman(1.0, 1e-9, 1.0 - eps)[1])
    verdict = (
        "more than any arrangement of its matrix around domains that block Li: domains or interfaces must carry some"
        if calibrated > most
        else "within what its matrix around domains that block Li can give"
    )
    return (
        f"Calibration gives the film {calibrated:.2f} of the permeability of dense {film.matrix}, {verdict} "
        f"(Hashin and Shtrikman: at most {most:.2f}; Bruggeman: {eps**film.tortuosity_exponent.si:.2f})."
    )


def comparison_sentence(contributions: Contributions, cell: Cell, pair: Pair) -> str:
    """The same cell with its junction computed, and calibrated."""
    computed = capacity_of(with_computed_junction(cell, pair.source), contributions.protocol)
    calibrated = capacity_of(cell, contributions.protocol)
    beside = f", measured {contributions.measured[1]:g}" if contributions.measured else ""
    return (
        "With transport, exchange and storage computed from the junction at its library values (the whole "
        "contact potential, an "
        f"upper bound) the cell delivers {computed:.1f}, with the calibrated ones {calibrated:.1f}{beside} µAh "
        "cm⁻² µm⁻¹."
    )


def contribution_table(contributions: Contributions) -> Table:
    """Causes and their gains."""
    rows = [
        (row["cause"], f"{row['median']:.2f}", f"{row['low']:.2f} to {row['high']:.2f}")
        + ((f"{100 * row['share']:.0f} %",) if "share" in row else ())
        for row in contributions.table().iter_rows(named=True)
    ]
    head = ("Cause", "Gain / µAh cm⁻² µm⁻¹", "5 to 95 %") + (
        ("Share of the measured gain",) if contributions.measured else ()
    )
    return Table("Contributions", head, rows)


def contribution_figure(contributions: Contributions, cell: Cell, reference: Cell) -> Figure:
    """Stacked: the reference, what each cause adds, and what is left to the measured capacity."""
    rows = {row["cause"]: row["median"] for row in contributions.table().iter_rows(named=True)}
    base = float(contributions.samples["reference"].median())  # type: ignore[arg-type]
    names = [reference.entries.film.name, cell.entries.film.name]
    layers = [
        (f"{reference.entries.film.name}, model", [base, base], film_colour(names[0]) or BLUE),
        ("composition", [0.0, rows["composition"]], "#E69F00"),
        ("junction, at most", [0.0, rows["junction"]], "#CC79A7"),
    ]
    if "left" in rows:
        layers.append(("left: utilisation, transport", [0.0, max(rows["left"], 0.0)], "#B8C0C8"))
    series = [Series(label, names, values, "bar", colour) for label, values, colour in layers]
    return Figure(
        "contributions", "Contributions to the gain", "", "Capacity / µAh cm⁻² µm⁻¹", series,
        caption="Medians of the draws. " + ("Up to the measured capacity of the composite." if "left" in rows else ""),
    )  # fmt: skip


def spread_figure(contributions: Contributions) -> Figure:
    """How the gains spread over the draws."""
    colours = {"composition": "#E69F00", "junction": "#CC79A7", "left": "#7b8794"}
    series = []
    for row in contributions.table().iter_rows(named=True):
        gains = np.sort(contributions.samples[row["cause"]].to_numpy())
        keep = np.linspace(0, gains.size - 1, 200).astype(int)
        share = 100.0 * (keep + 0.5) / gains.size
        label = {"junction": "junction, at most"}.get(row["cause"], row["cause"])
        series.append(Series(label, gains[keep], share, colour=colours.get(row["cause"], INK)))
    if contributions.measured:
        gain = contributions.measured[1] - contributions.measured[0]
        series.append(Series("measured gain", [gain, gain], [0.0, 100.0], colour=INK, style="dash"))
    return Figure(
        "contributions-spread", "How sure each contribution is", "Gain / µAh cm⁻² µm⁻¹", "Share of the draws below / %",
        series,
        caption="Cumulative distributions over all draws.", y_range=(0.0, 100.0),
    )  # fmt: skip


def microstructure_chapter(pair: Pair, seed: int = 1) -> Chapter:
    """A random volume with the film's fraction and domain size, and transport through such volumes beside the laws."""
    phi, d = pair.fraction, pair.diameter
    try:
        structure = levelled_field(phi, d, across=4.0, voxels=10, seed=seed)
    except HeterofilmError as error:  # fractions that a grid of this size cannot show
        return Chapter("Microstructure", "", [f"No random volume is drawn here: {error}"])
    names = (pair.matrix.name, pair.domain.name, "interface")
    families = ("levelled field", "packed spheres")
    points: dict[str, Sequence[Resolved]] = {
        family: [
            resolved(family, f, d, 1.0, BLOCKING, **RESOLVED)
            for f in (0.2, 0.4, phi)
            if f < PACKED or family != families[1]
        ]
        for family in families
    }
    at = {family: found[-1] for family, found in points.items() if abs(found[-1].fraction - phi) < 0.05}
    said = [
        f"{family}: resolved {found.mean:.3f} ± {found.error:.3f} of the matrix at {100 * found.fraction:.0f} % "
        "domains; "
        f"{name} gives {float(law(1.0, BLOCKING, found.fraction)):.3f}."
        for (family, found), (name, law) in zip(
            at.items(), (("Bruggeman's law of phases on equal "
            "terms", bruggeman), ("Torquato's of separated spheres", torquato)),
            strict=False,
        )
    ]  # fmt: skip
    said.append(
        f"The cell model takes eps^1.5 = {(1.0 - phi) ** 1.5:.3f} for a matrix around domains that block Li; the "
        "arrangement, which no "
        "measurement tells, moves it between the two."
    )
    return Chapter(
        "Microstructure",
        f"Random volumes with {100 * phi:.0f} % domains of {1e9 * d:.3g} nm; domains conduct {BLOCKING:g} of the "
        "matrix.",
        said,
        [microstructure_figure(structure, names=names), composite_figure(1.0, BLOCKING, points, at=phi)],
    )
