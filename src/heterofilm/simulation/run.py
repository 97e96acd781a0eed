"""Cell + protocol -> Record.

>>> from heterofilm import simulate
>>> record = simulate("vo-half", "Discharge at 5 uA/cm2 until 2.15 V")
>>> round(record.capacity("uAh/cm2/um"), 1)
53.3
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from .._version import __version__
from ..bars import progress_bar
from ..cell import Cell
from ..cell.rest import balance as lithium
from ..engine.build import STEPS, prepare
from ..errors import HeterofilmError, SimulationError
from ..protocol import Action, Loop, Protocol, Temperature
from ..records import balance
from ..records.record import Meta, Record
from ..records.states import States
from . import heat
from .arguments import cell_of, check_kept, check_modelled, flag, folder_of, mechanisms_of, options_of, protocol_of
from .checkpoint import Checkpoint
from .control import MARGIN, stands
from .curve import joined
from .identity import identity
from .observed import LOSS_NAMES, profiles
from .resolution import too_coarse
from .results import StepResult, check_useful, step_table
from .runner import RTOL, Options, Runner, charges_only
from .shallow import shallow
from .spectrum import said
from .start import Beginning, beginning
from .state import about

__all__ = ["LOSS_NAMES", "RTOL", "charges_only", "simulate", "steps_of"]

SAID = 5  # steps that were cut short, in sentences

ProtocolLike = Protocol | Action | Loop | str | Sequence[Any]
"""A protocol, its text, the name of a ready-made one, or a list of steps or of texts."""


def simulate(
    cell: Cell | str | Path,
    protocol: ProtocolLike,
    *,
    rtol: float = RTOL,
    dV: float = 2e-3,
    detail: bool = True,
    start: float | str | Path | Record | None = None,
    overrides: Mapping[str, float | str] | None = None,
    ageing: Iterable[str] | bool = True,
    keep: Iterable[int] | None = None,
    folder: str | Path | None = None,
    fresh: bool = False,
    repair: bool = False,
    progress: bool = False,
) -> Record:
    """Run ``protocol`` on ``cell``, from a fresh film at rest unless ``start`` says otherwise.

    Args:
        cell: a Cell, a name of the library, or a TOML file.
        protocol: steps as objects or as text, for example ``"Discharge at 5 uA/cm2 until 2.15 V"``, the name
            of a ready-made protocol, or a list of texts, of which each is a cycle.
        rtol: local error per time step, in V at the electrodes and in full fillings for Li; a hundredth of it under a
            swept potential.
        dV: record at least one point per this change of voltage (V).
        detail: also record losses, fillings, oxidation states and profiles.
        start: a potential at rest (V, or ``"3.3 V"``), a state of charge (``"50 %"``), a Record to go on from (its
            last state; ``record.step(3)`` for that of step 3) or the .nc file of one; the upper cut-off by default.
        overrides: single library values by dotted path, where ``cell`` is a name or file.
        ageing: the mechanisms that change the cell from cycle to cycle, of :data:`~heterofilm.cell.MECHANISMS`;
            all that the library has values for by default, False for none.
        keep: numbers of the cycles whose curves are kept; by default all of a run of up to 100 cycles, of a longer
            one cycles 1, 2, 5, 10, 20, ... and the last. The table of steps has every cycle.
        folder: stream the run to this folder, cycle by cycle; the same call goes on where it was stopped. A folder of
            another run (other values, protocol, contents of a load, settings or equations) is refused.
        fresh: run anew, whatever the folder holds.
        repair: where a file of the folder is damaged, go on from the last good cycle.
        progress: show a bar over the cycles.

    Returns a Record: columns of :class:`Record`, with ``detail`` also ``equilibrium_V`` (where a rest would end, with
    the hysteresis as it is), ``reversible_V`` (the same without hysteresis), ``loss_*_V`` (they add up to
    ``reversible_V`` minus voltage), ``filling_<phase>``, ``<couple>_<phase>`` and
    ``surface_<couple>_<phase>`` (Li per formula unit), and ``profiles`` over x; ``temperature_K`` where the protocol
    changes it or the cell warms, then also its heat (:data:`heterofilm.simulation.heat.COLUMNS`); ``states`` to go on
    from; ``meta["notes"]`` where something was assumed or a step was over at once.

    Raises HeterofilmError for arguments that make no sense, and its kin SimulationError, whose ``record`` holds what
    there was until then, for a step that cannot be done or never reaches its limit.
    """
    cell = cell_of(cell, overrides)
    protocol = protocol_of(protocol)
    check_modelled(cell, protocol)
    options = options_of(rtol, dV, detail, ageing, keep)
    check_kept(options.keep, protocol)
    place = folder_of(folder, fresh=fresh, repair=repair)
    flag(progress, "progress")
    begin = beginning(cell, start)
    prepare(*STEPS)
    temperatures = any(isinstance(item, Temperature) for item in protocol.every())
    run = Runner(begin.cell, begin.state, options, protocol.count(), temperatures, begin.temperature)
    if place is None:
        return _through(run, begin, protocol, options, progress, None)
    settings = asdict(options) | {"mechanisms": list(options.mechanisms), "start": begin.identity}
    settings["keep"] = "default" if options.keep is None else " ".join(map(str, options.keep))
    size = begin.state.row(begin.cell.model.T).size
    with Checkpoint(place, identity(cell, protocol, settings), size, fresh) as checkpoint:
        return _through(run, begin, protocol, options, progress, (checkpoint, repair))


def steps_of(
    cell: Cell, protocol: Protocol, *, rtol: float = RTOL, ageing: Iterable[str] | bool = True, start: Any = None
) -> list[dict[str, Any]]:
    """The rows of the table of steps alone, as fast as they can be had."""
    options = Options(rtol, np.inf, False, mechanisms_of(ageing), ())
    check_modelled(cell, protocol)
    begin = beginning(cell, start)
    run = Runner(begin.cell, begin.state, options, protocol.count(), temperature=begin.temperature)
    for steps in protocol.cycles(run.progress):
        run.cycle(steps)
    check_useful(run.results, run.cell.name)
    return [result.row() for result in run.results]


def _through(
    run: Runner, begin: Beginning, protocol: Protocol, options: Options, progress: bool,
    onto: tuple[Checkpoint, bool] | None,
) -> Record:  # fmt: skip
    """Every cycle, from the beginning or from where the folder says."""
    try:
        _cycles(run, protocol, progress, onto)
        check_useful(run.results, run.cell.name)
    except HeterofilmError as error:
        if not run.results:  # nothing was done: what was asked for makes no sense, or the folder is another's
            raise
        record = _record(run, begin, protocol, options, str(error))
        raise SimulationError(str(error), record) from None
    return _record(run, begin, protocol, options)


def _cycles(run: Runner, protocol: Protocol, progress: bool, onto: tuple[Checkpoint, bool] | None) -> None:
    done, results, number = 0, list[StepResult](), 0
    checkpoint = onto[0] if onto is not None else None
    if onto is not None and (found := onto[0].resume(repair=onto[1])) is not None:
        done = found.cycle
        run.go_on(found.steps, found.time, found.state, found.kept)
        results = found.results
    with _bar(run.cycles) if progress else nullcontext() as bar:
        for steps in protocol.cycles(run.progress):
            number = steps[0].cycle
            if number <= done:
                first = len(run.results)
                run.replay(steps, results[first : first + len(steps)])
            else:
                before, lengths = len(run.results), run.kept.lengths()
                run.cycle(steps)
                if checkpoint is not None:
                    state, kept = run.state.row(run.cell.model.T), run.kept.since(lengths)
                    checkpoint.append(run.results[before:], number, run.number, run.time, state, kept)
            if bar is not None:
                bar.update()
    if checkpoint is not None:
        checkpoint.finish(number)


def _bar(cycles: int) -> Any:
    return progress_bar(total=cycles, unit="cycle")


def _record(run: Runner, begin: Beginning, protocol: Protocol, options: Options, failure: str = "") -> Record:
    """Everything so far as a Record; ``failure``: why it is not the whole."""
    kept = run.kept
    states = list(kept.states)
    if not failure and (not states or states[-1][0] != run.number):
        states.append(run.numbered_state())
    return Record(
        frame=partial(joined, kept.curves),  # type: ignore[arg-type]  # functions, called when they are asked for
        profiles=partial(_profiles, kept.profiles, begin.cell) if kept.profiles else None,
        meta=partial(_meta, run, begin, protocol, options, failure),  # type: ignore[arg-type]
        steps=partial(step_table, run.results),  # type: ignore[arg-type]
        impedance=pl.concat(kept.spectra) if kept.spectra else None,
        states=partial(_states, states, begin.cell),  # type: ignore[arg-type]
    )


def _profiles(rows: Sequence[Any], cell: Cell) -> Any:
    return profiles(np.concatenate(rows), cell)


def _states(states: Sequence[Any], cell: Cell) -> States:
    rows = np.array(states) if states else np.empty((0, 2))
    return States(rows[:, 0].astype(np.int64), rows[:, 1:], about(cell), cell.digest)


def _meta(run: Runner, begin: Beginning, protocol: Protocol, options: Options, failure: str) -> Meta:
    """What is known of the run and its cell, and what is to be said beside the result."""
    cell, spec = begin.cell, begin.cell.entries.spec
    meta: Meta = {
        "name": cell.name,
        "title": spec.title,
        "kind": "simulated",
        "film": cell.entries.film.name,
        "area_m2": cell.area,
        "thickness_m": cell.thickness,
        "areal_mass_kg_m2": cell.composition.density * cell.thickness,
        "temperature_K": cell.model.T,
        "theoretical_capacity_C_m2": cell.theoretical_capacity,
        "protocol": str(protocol),
        "rtol": options.rtol,
        "version": __version__,
        **cell.meta,
    }
    if words := lithium(begin.cell):
        meta["balance"] = words
    notes = _notes(run, begin, protocol, options)
    if notes := " ".join(filter(None, [notes, balance.sentence(step_table(run.results), meta)])):
        meta["notes"] = notes
    if words := protocol.counted():
        meta["assumed"] = f"{words[0].upper()}{words[1:]}."
    if failure:
        meta["incomplete"] = failure
    return meta


def _notes(run: Runner, begin: Beginning, protocol: Protocol, options: Options) -> str:
    """What was assumed, and what was over before it began, in sentences."""
    found = [f"{begin.note[:1].upper()}{begin.note[1:]}."] if begin.note else []
    found += [load.note for load in protocol.loads() if load.note]
    cut_short = [result for result in run.results if result.end.kind.cut_short]
    found += [f"Step {result.step} ({result.kind}) ended by {result.end}." for result in cut_short[:SAID]]
    if (more := len(cut_short) - SAID) > 0:
        found.append(f"So did {more} more steps.")
    found += _beyond(run, begin.cell)
    at_once = [result for result in run.results if result.end.at_once and not result.end.kind.cut_short]
    if at_once:
        which = ", ".join(str(result.step) for result in at_once[:5]) + (" ..." if len(at_once) > 5 else "")
        one = len(at_once) == 1
        found.append(
            f"Step{'' if one else 's'} {which} {'was' if one else 'were'} over at once: the limit "
            f"({at_once[0].end.limit}) was met before {'it' if one else 'they'} began."
        )
    last = run.results[-1].cycle
    if options.keep and (missed := [number for number in options.keep if number > last]):
        found.append(f"The run ended with cycle {last}, so that nothing is kept of cycle {missed[0]}.")
    found += protocol.said
    if run.kept.spectra:
        found.append(said(run.kept.spectra))
    if run.warms:
        found.append(heat.said(*run.extremes, run.surroundings))
    found += too_coarse(run.cell, protocol)
    found += shallow(run.cell, run.results)
    return " ".join(found)


def _beyond(run: Runner, cell: Cell) -> list[str]:
    """A sentence where a voltage was asked for, or was there to begin with, that the cell does not stand."""
    low, high = stands(cell)
    ends = [result.voltage for result in run.results]
    seen = [curve.voltage for curve in run.kept.curves]
    lowest = min([*ends, *(float(V.min()) for V in seen)], default=low)
    highest = max([*ends, *(float(V.max()) for V in seen)], default=high)
    slack = 1e-3
    return [
        f"The voltage went to {V:.3f} V, more than {MARGIN:g} V beyond what the cell stands ({low + MARGIN:g} to "
        f"{high - MARGIN:g} V); what happens there is not modelled."
        for V, outside in ((lowest, lowest < low - slack), (highest, highest > high + slack))
        if outside
    ]
