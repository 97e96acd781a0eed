"""The figure of one record: voltage over capacity, a curve per step."""

from __future__ import annotations

from ..record import Record
from .figure import FILMS, INK, PALETTE, Figure, Series

LIMIT = 12  # more steps than this share one legend entry per kind


def voltage_figure(record: Record) -> Figure:
    """Voltage against the charge of each step that moves any (µAh cm⁻² µm⁻¹)."""
    thickness = float(record.meta["thickness_m"])
    film = FILMS.get(str(record.meta.get("film", "")), INK)
    colours = {"discharge": film, "charge": PALETTE[0]}
    many = record.steps.height > LIMIT
    series: list[Series] = []
    for step in record.steps.iter_rows(named=True):
        if step["kind"] not in colours:
            continue
        frame = record.step(step["step"]).frame
        name = step["kind"] if many else f"{step['step']}: {step['kind']}"
        series.append(
            Series(
                name,
                abs(frame["charge_C_m2"].to_numpy()) / thickness / 3.6e7,
                frame["voltage_V"].to_numpy(),
                colour=colours[step["kind"]],
                style="solid" if step["kind"] == "discharge" else "dash",
                in_legend=not many or name not in {s.label for s in series},
            )
        )
    if series:
        x_label = "Capacity / µAh cm⁻² µm⁻¹"
    else:  # nothing but rest: voltage over time
        hours = record.frame["time_s"].to_numpy() / 3600.0
        series, x_label = (
            [Series("rest", hours, record.frame["voltage_V"].to_numpy(), colour=film)],
            "Time / h",
        )
    title = str(record.meta.get("title") or record.meta.get("name", ""))
    return Figure("voltage", title, x_label, "Voltage / V vs Li⁺/Li", series)
