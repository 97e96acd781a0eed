"""The figure of one record, chosen by what it holds."""

from __future__ import annotations

from ..analysis.electrochemistry.cycles import cycle_table
from ..figures.colours import INK, PALETTE, film_colour
from ..figures.elements import Series
from ..figures.figure import Figure
from ..records.record import Record
from ..units import si

ELECTRODES = (("cathode_V", "cathode", PALETTE[2]), ("anode_V", "anode", PALETTE[3]))
LIMIT = 12  # more steps than this share one legend entry per kind
MANY = 20  # more cycles than this are shown as capacity over cycles


def record_figure(record: Record) -> Figure:
    """Nyquist plot where there are spectra only, current over potential for sweeps, voltage over charge for a
    titration, capacity over cycles for more than 20 of them, and voltage over capacity otherwise."""
    kinds = set(record.steps["kind"]) - {"rest", "temperature"}
    if kinds == {"impedance"}:
        from ..records.spectrum import spectra
        from .impedance import nyquist

        return nyquist(spectra(record))
    if kinds == {"sweep"}:
        from ..analysis.electrochemistry.cv import sweeps
        from .cv import voltammogram_figure

        columns = (record.frame[c] for c in ("time_s", "voltage_V", "current_A_m2"))
        return voltammogram_figure(sweeps(*columns), title=_title(record))
    if set(record.steps["label"]) == {"GITT"}:
        from .gitt import titration_figure

        return titration_figure(record)
    if kinds & {"discharge", "charge"} and record.steps["cycle"].n_unique() > MANY:
        from .cycles import capacity_figure

        return capacity_figure({_title(record): cycle_table(record)}, _title(record))
    return voltage_figure(record)


def voltage_figure(record: Record) -> Figure:
    """Voltage against the charge of each step that moves any (µAh cm⁻² µm⁻¹; per area without a thickness).

    Where the anode is a film too, the potentials of both electrodes stand beside it.
    """
    thickness = record.meta.get("thickness_m")
    known = isinstance(thickness, int | float) and thickness > 0
    per_volume = si("uAh/cm2/um") * float(thickness or 1.0)
    scale, unit = (per_volume, "µAh cm⁻² µm⁻¹") if known else (si("uAh/cm2"), "µAh cm⁻²")
    film = film_colour(str(record.meta.get("film", ""))) or INK
    colours = {"discharge": film, "charge": PALETTE[0]}
    many = record.steps.height > LIMIT
    series: list[Series] = []
    two_films = "filling_anode" in record.frame.columns
    for step in record.steps.iter_rows(named=True):
        if step["kind"] not in colours:
            continue
        frame = record.step(step["step"]).frame
        name = step["kind"] if many else f"{step['step']}: {step['kind']}"
        for key, word, tint in ELECTRODES if two_films else ():
            label, charge = f"{word}, against Li⁺/Li", abs(frame["charge_C_m2"].to_numpy()) / scale
            known = label in {s.label for s in series}
            series.append(Series(label, charge, frame[key].to_numpy(), colour=tint, style="dot", in_legend=not known))
        series.append(
            Series(
                name,
                abs(frame["charge_C_m2"].to_numpy()) / scale,
                frame["voltage_V"].to_numpy(),
                colour=colours[step["kind"]],
                style="solid" if step["kind"] == "discharge" else "dash",
                in_legend=not many or name not in {s.label for s in series},
            )
        )
    if series:
        x_label = f"Capacity / {unit}"
    else:  # nothing but rest: voltage over time
        hours = record.frame["time_s"].to_numpy() / si("h")
        series, x_label = (
            [Series("rest", hours, record.frame["voltage_V"].to_numpy(), colour=film)],
            "Time / h",
        )
    y_label = "Voltage / V" if two_films else "Voltage / V vs Li⁺/Li"
    return Figure("voltage", _title(record), x_label, y_label, series)


def _title(record: Record) -> str:
    return str(record.meta.get("title") or record.meta.get("name", ""))
