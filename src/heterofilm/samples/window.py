"""What a line of the sample file leaves out of a measurement before anything is done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..analysis.depth.edges import axis_of
from ..analysis.microscopy.fringes import image_of
from ..analysis.photoemission.ups import unbiased
from ..analysis.uvvis import HC
from ..errors import InputError
from ..instruments import Measurement
from .core_level_fit import binding
from .file_entry import AXES, FileEntry, stretches

__all__ = ["chosen", "cut"]

LEAST = 8  # rows that must be left


def _without_bias(m: Measurement) -> NDArray[Any]:
    bias = m.meta.get("sample_bias_V")
    return unbiased(binding(m), float(bias) if isinstance(bias, int | float) else 0.0)


COORDINATES: dict[str, Callable[[Measurement], NDArray[Any]]] = {
    "ups": _without_bias,
    "uvvis": lambda m: HC / m.column("wavelength_nm"),
    "photoluminescence": lambda m: m.column("wavelength_nm"),
    "energy spectrum": lambda m: m.column("energy_eV") / 1e3,
    "raman": lambda m: m.column("raman_shift_cm-1"),
    "xrd": lambda m: m.column("two_theta_deg"),
    "depth profile": lambda m: axis_of(m)[0],
}
"""Kind -> the axis on which rows are left out. In the other kinds of `AXES` the analysis itself looks at a range."""
OWN_RANGE = ("uvvis", "raman", "xrd")  # whose analysis takes the range, in place of the one it takes by itself


def cut(entry: FileEntry, kind: str, m: Measurement) -> Measurement:
    """The measurement without the rows outside ``range`` and in the stretches of ``without``; a note says how many.

    Errors: `HeterofilmError` for a range or a stretch that leaves out no row, and for fewer than eight rows left.
    """
    if kind == "cross-section" and entry.range is not None:
        return _cropped(entry.range, m)
    if kind not in COORDINATES:
        return m
    parts = [(f"without = [{low:g}, {high:g}]", (low, high), False) for low, high in stretches(entry)]
    if entry.range is not None and kind not in OWN_RANGE:
        parts.append((f"range = [{entry.range[0]:g}, {entry.range[1]:g}]", entry.range, True))
    if not parts:
        return m
    x = COORDINATES[kind](m)
    keep = np.ones(x.size, dtype=bool)
    for words, (low, high), inside in parts:
        own = ((x >= low) & (x <= high)) == inside
        if own.all():
            raise InputError(
                f"{words} leaves out no point of '{m.name}', which goes from {x.min():.5g} to {x.max():.5g} "
                f"({AXES[kind]}); take it out of the sample file, or mend it."
            )
        keep &= own
    if keep.sum() < LEAST:
        said = " and ".join(words for words, *_ in parts)
        raise InputError(f"{said} leaves {keep.sum()} points of '{m.name}' ({AXES[kind]}), too few to analyse.")
    told = f"{x.size - int(keep.sum())} of {x.size} points left out by {', '.join(words for words, *_ in parts)}"
    return replace(m, table=m.table.filter(keep), notes=(*m.notes, told))


def _cropped(rows_nm: tuple[float, float], m: Measurement) -> Measurement:
    """The rows of an image between two distances from its upper rim."""
    image, pixel = image_of(m)
    first, last = (round(1e-9 * at / pixel) for at in rows_nm)
    first, last = max(first, 0), min(last, image.shape[0])
    if last - first < LEAST or (first, last) == (0, image.shape[0]):
        raise InputError(
            f"range = [{rows_nm[0]:g}, {rows_nm[1]:g}] leaves {'nothing' if last - first < LEAST else 'all'} of "
            f"'{m.name}', which is {1e9 * pixel * image.shape[0]:.4g} nm high."
        )
    assert m.image is not None  # `image_of` has asked for it
    told = f"rows {first} to {last} of {image.shape[0]} of the image were used"
    return replace(m, image=m.image[first:last], notes=(*m.notes, told))


def chosen(entry: FileEntry, kind: str, values: Sequence[float], what: str) -> list[bool]:
    """Which of some `what` (cycles, pulses, peaks), at these values on the axis of their kind, a line takes.

    Errors: `HeterofilmError` for a range or stretch that leaves out none, and where none is left.
    """
    parts = [(f"without = [{low:g}, {high:g}]", (low, high), False) for low, high in stretches(entry)]
    if entry.range is not None:
        parts.insert(0, (f"range = [{entry.range[0]:g}, {entry.range[1]:g}]", entry.range, True))
    keep = [True] * len(values)
    for words, (low, high), inside in parts:
        own = [(low <= value <= high) == inside for value in values]
        if values and all(own):
            raise InputError(
                f"{words} leaves out none of the {len(values)} {what} between {min(values):.4g} and {max(values):.4g} "
                f"({AXES[kind]}); take it out of the sample file, or mend it."
            )
        keep = [a and b for a, b in zip(keep, own, strict=True)]
    if values and parts and not any(keep):
        raise InputError(f"{' and '.join(words for words, *_ in parts)} leaves none of the {len(values)} {what}.")
    return keep
