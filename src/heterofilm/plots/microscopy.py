"""Figures of micrographs: the image, its Fourier transform with marked spots, a phase map, a section with its edges."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..analysis.microscopy.cracks import Cracks
from ..analysis.microscopy.cross_section import CrossSection
from ..analysis.microscopy.fringes import Match, image_of, power_spectrum
from ..analysis.microscopy.phase_map import Domains, PhaseMap
from ..figures.colours import BLUE, INK, VERMILION
from ..figures.elements import Image, Note, Series
from ..figures.figure import Figure
from ..instruments import Measurement
from ..wording import plus_minus

__all__ = ["domain_figure", "fft_figure", "map_figure", "phase_figure", "section_figure", "surface_figure"]

MATRIX, TRANSITION, DOMAIN = BLUE, "#F0E442", VERMILION


def fft_figure(
    measurement: Measurement,
    matches: Sequence[Match],
    *,
    pixel_m: float | None = None,
    title: str = "Fourier transform",
) -> Figure:
    """log10 of the power around zero frequency; the spots found, with spacing and candidate, as open circles."""
    image, pixel = image_of(measurement, pixel_m)
    power = np.log10(np.maximum(power_spectrum(image), 1e-300))
    largest = max((np.hypot(*m.fringe.k) for m in matches), default=0.25 / pixel)
    reach = min(1.35 * float(largest), 0.5 / pixel)
    rows, columns = (np.fft.fftshift(np.fft.fftfreq(n, pixel)) for n in image.shape)
    keep = [np.flatnonzero(np.abs(k) <= reach) for k in (rows, columns)]
    shown = power[np.ix_(*keep)]
    edge = [(float(k[i[0]]) * 1e-9, float(k[i[-1]]) * 1e-9) for k, i in zip((rows, columns), keep, strict=True)]
    limits = float(np.percentile(shown, 20)), float(shown.max())
    picture = Image(shown, edge[1], edge[0], "viridis", label="log₁₀ power", limits=limits)
    names = list(dict.fromkeys(_phase(m) for m in matches))
    colours = dict(zip(names, ("#E69F00", "#FF4FA3", "#56B4E9", "#ffffff", "#009E73"), strict=False))
    series, notes = [], []
    for name in names:
        spots = [m.fringe for m in matches if _phase(m) == name]
        x = [sign * f.k[0] * 1e-9 for f in spots for sign in (1, -1)]
        y = [sign * f.k[1] * 1e-9 for f in spots for sign in (1, -1)]
        series.append(Series(name, x, y, "points", colours.get(name, INK), marker="circle-open", size=9.0))
        notes += [Note(f.k[0] * 1e-9, f.k[1] * 1e-9, f"{f.d_m * 1e9:.3f} nm") for f in spots[:4]]
    return Figure("fft", title, "kx / nm⁻¹", "ky / nm⁻¹", series, notes=tuple(notes), equal=True, images=(picture,),
                  x_range=edge[1], y_range=edge[0][::-1])  # fmt: skip


def phase_figure(measurement: Measurement, found: PhaseMap, title: str = "Matrix, transition, domains") -> Figure:
    """The image with the phases laid over it; what shows no fringes stays grey."""
    image, _ = image_of(measurement, found.pixel_m)
    width, height = (n * found.pixel_m * 1e9 for n in image.shape[::-1])
    area = ((0.0, width), (0.0, height))
    low, high = (float(v) for v in np.percentile(image, (0.5, 99.5)))
    classes = np.where(found.classes < 3, found.classes, np.nan)
    pictures = (Image(image, *area, "grey", limits=(low, high)),
                Image(classes, *area, (MATRIX, TRANSITION, DOMAIN), opacity=0.35))  # fmt: skip
    legend = [Series(f"{name} ({100 * found.fraction[name]:.0f} %)", [], [], "points", colour, marker="square")
              for name, colour in (("matrix", MATRIX), ("transition", TRANSITION), ("domain", DOMAIN))]  # fmt: skip
    caption = f"Local Fourier transform, tiles of {found.tile_m * 1e9:.2g} nm."
    return Figure("phase_map", title, "x / nm", "y / nm", legend, equal=True, images=pictures, x_range=(0.0, width),
                  y_range=(height, 0.0), caption=caption)  # fmt: skip


def domain_figure(found: Domains, title: str = "Domain size") -> Figure:
    """Number of domains over their diameter, in bins no finer than a domain's own error; the mean in the title."""
    d, error = np.array(found.diameters) * 1e9, np.array(found.errors) * 1e9
    step = max(float(np.median(error)), 0.6 * float(np.std(d)), 0.25)
    edges = np.arange(np.floor(d.min() / step) * step, d.max() + 1.5 * step, step)
    counts, _ = np.histogram(d, edges)
    bars = Series("domains", [f"{a:.1f}" for a in (edges[:-1] + edges[1:]) / 2], counts, "bar", DOMAIN)
    title = f"{title}: {plus_minus(found.mean * 1e9, found.error * 1e9)} nm"
    caption = f"n = {d.size}; spread {found.spread * 1e9:.1f} nm; tiles of {found.tile_m * 1e9:.2g} nm."
    return Figure("domain_size", title, "Diameter / nm", "Domains", [bars], caption=caption, counted=True)


def section_figure(measurement: Measurement, found: CrossSection, title: str = "") -> Figure:
    """The cross-section with the interfaces that were found."""
    image, _ = image_of(measurement, found.pixel_m)
    width, height = (n * found.pixel_m * 1e9 for n in image.shape[::-1])
    x = (np.arange(image.shape[1]) + 0.5) * found.pixel_m * 1e9
    low, high = (float(v) for v in np.percentile(image, (0.5, 99.5)))
    series = [
        Series(name, x, (face.rows + 0.5) * found.pixel_m * 1e9, colour=colour)
        for name, face, colour in (("surface", found.top, VERMILION), ("lower interface", found.bottom, "#56B4E9"))
    ]
    title = title or f"Thickness {plus_minus(found.thickness * 1e9, found.thickness_error * 1e9)} nm"  # fmt: skip
    picture = Image(image, (0.0, width), (0.0, height), limits=(low, high))
    return Figure("cross_section", title, "x / nm", "y / nm", series, equal=True, x_range=(0.0, width),
                  y_range=(height, 0.0), images=(picture,))  # fmt: skip


def _phase(match: Match) -> str:
    return match.candidates[0].phase if match.candidates else "unmatched"


def map_figure(element: str, measurement: Measurement) -> Figure:
    """The map of an element; over um where the file has a scale, else over pixels."""
    image = np.asarray(measurement.image, float)
    pixel = measurement.meta.get("pixel_m")
    size, unit = (1e6 * float(pixel), "µm") if isinstance(pixel, int | float) else (1.0, "pixels")
    width, height = (n * size for n in image.shape[::-1])
    low, high = (float(v) for v in np.percentile(image, (0.5, 99.5)))
    picture = Image(
        image, (0.0, width), (0.0, height), "viridis", label="Intensity", limits=(low, max(high, low + 1e-9))
    )
    return Figure("map", f"Map of {element}", f"x / {unit}", f"y / {unit}", [], equal=True, images=(picture,),
                  x_range=(0.0, width), y_range=(height, 0.0))  # fmt: skip


def surface_figure(measurement: Measurement, found: Cracks) -> Figure:
    """The surface from above with its cracks marked."""
    image, _ = image_of(measurement, found.pixel_m)
    width, height = (n * found.pixel_m * 1e6 for n in image.shape[::-1])
    area = ((0.0, width), (0.0, height))
    low, high = (float(v) for v in np.percentile(image, (0.5, 99.5)))
    marked = np.where(found.where, 0.0, np.nan)
    pictures = (Image(image, *area, "grey", limits=(low, high)), Image(marked, *area, (VERMILION,), opacity=0.6))
    share = f"crack ({plus_minus(100.0 * found.share, 100.0 * found.share_sd)} %)"
    legend = [Series(share if found.number else "no crack seen", [], [], "points", VERMILION, marker="square")]
    return Figure("surface", f"Cracks, {measurement.name}", "x / µm", "y / µm", legend, equal=True, images=pictures,
                  x_range=(0.0, width), y_range=(height, 0.0), caption=f"{legend[0].label}.")  # fmt: skip
