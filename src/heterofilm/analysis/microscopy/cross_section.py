"""Thickness and roughness of a film from a micrograph of its cross-section.

The image is sheared until its layers lie flat (the tilt whose mean row profile has the steepest steps). The film's
two interfaces are the strongest steps of that profile; in each column they are found again, between pixels, as the
vertex of the correlation with a smoothed step, and lines are laid through them::

    thickness = mean vertical distance * cos(tilt) / foreshortening

    rms = sqrt(<h^2> - noise^2)      h: distance from the line;  noise: of the edge search, from next neighbours

The line takes two of the L/(sqrt(pi) xi) independent heights out of h, which is put back. The variance of the mean
thickness over a line of length L with correlation length xi is rms^2 sqrt(pi) xi/L for heights correlated as
exp(-(x/xi)^2): thousands of columns are not thousands of measurements. The relative error of the microscope's scale
comes on top.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...instruments import Measurement
from ...records.result import Result
from .drawn import without_drawn
from .fringes import CALIBRATION, image_of

__all__ = ["CrossSection", "Interface", "measure_cross_section"]

SEARCH_DEG, TILT_STEP = 15.0, 0.5
OUTLIER = 4.0  # robust standard deviations from the running median
THIRD = 0.5  # of the second step of grey: a third one that could as well be the film's is told
MOST_LOST = 0.4  # of the columns that may be without an edge


@dataclass(frozen=True, eq=False)
class Interface:
    """One interface: `rows` (pixels from above, per column, NaN where lost), roughness in m with errors.

    `rms` without and `noise` as the noise of the edge search; `mean`: mean |h|; `correlation`: length where the
    autocorrelation falls to 1/e, with its error.
    """

    rows: NDArray[np.float64]
    rms: float
    rms_error: float
    mean: float
    correlation: float
    noise: float
    correlation_error: float = math.nan

    @property
    def mean_error(self) -> float:
        """Relative as that of `rms`: the two are in one ratio for normal heights."""
        return self.mean * self.rms_error / self.rms if self.rms > 0.0 else math.nan


@dataclass(frozen=True, eq=False)
class CrossSection:
    """A film between two interfaces; lengths in m, one standard deviation each; `scale_error` is part of the error.

    `notes`: what of the image was left out.
    """

    thickness: float
    thickness_error: float
    scale_error: float
    thickness_spread: float
    tilt_deg: float
    top: Interface
    bottom: Interface
    pixel_m: float
    lost: float
    notes: tuple[str, ...] = ()

    def results(self, sample: str = "") -> list[Result]:
        how = f"edges per column, tilt {self.tilt_deg:.1f} deg taken out"
        note = f"scale {100 * self.scale_error / self.thickness:.2g} % included" if self.scale_error > 0 else ""
        found = [
            Result("film thickness", self.thickness * 1e9, self.thickness_error * 1e9, "nm", how, sample, note=note)
        ]
        for name, face in (("surface", self.top), ("lower interface", self.bottom)):
            how = f"distance from a line, search noise of {face.noise * 1e9:.2g} nm rms taken out"
            found.append(Result(f"{name} roughness, rms", face.rms * 1e9, face.rms_error * 1e9, "nm", how, sample))
            found.append(Result(f"{name} roughness, mean", face.mean * 1e9, face.mean_error * 1e9, "nm", how, sample))
            found.append(Result(f"{name} correlation length", face.correlation * 1e9, face.correlation_error * 1e9,
                                "nm", "autocorrelation at 1/e", sample))  # fmt: skip
        return found


def measure_cross_section(
    measurement: Measurement, *, pixel_m: float | None = None, smooth_pixels: float = 2.0,
    calibration: float = CALIBRATION, foreshortening: float = 1.0, crop: tuple[int, int] | None = None,
) -> CrossSection:  # fmt: skip
    """The film between the two strongest steps of grey, layers about level, vacuum above or below.

    `smooth_pixels`: standard deviation of the edge filter; `calibration`: relative error of the scale (assumed unless
    measured); `foreshortening`: cosine of the angle between the line of sight and the section's normal; `crop`: rows
    to use. A data bar and what is drawn into the picture are left out and told in `notes`.

    Errors: `HeterofilmError` for an image without scale, with fewer than two steps, whose edges are lost, or cross.
    """
    image, pixel = image_of(measurement, pixel_m)
    if not 0.0 < foreshortening <= 1.0:
        raise InputError(f"The foreshortening is a cosine between 0 and 1, got {foreshortening:g}.")
    first, last = crop if crop is not None else (0, image.shape[0])
    picture = without_drawn(image[first:last])
    image, first = picture.image, first + picture.first
    if min(image.shape) < 32:
        raise InputError(f"The section has {image.shape[0]} x {image.shape[1]} pixels; at least 32 each are needed.")
    tilt = _tilt(image)
    slope = math.tan(math.radians(tilt))
    x = np.arange(image.shape[1]) - (image.shape[1] - 1) / 2
    steps, third = _steps(image, slope, smooth_pixels)

    def trace(smooth: float) -> list[NDArray[np.float64]]:
        edges = [_trace(image, row + slope * x, sign, smooth) for row, sign in steps]
        return [np.where(_covered(rows, picture.drawn, smooth), np.nan, rows) for rows in edges]

    found = trace(smooth_pixels)
    lost = max(float(np.mean(~np.isfinite(rows))) for rows in found)
    if lost > MOST_LOST:
        raise InputError(
            f"An interface is lost in {100 * lost:.0f} % of the columns; crop the image to the film or smooth it more."
        )
    lines = [np.polyfit(x[np.isfinite(rows)], rows[np.isfinite(rows)], 1) for rows in found]
    slope = float(np.mean([line[0] for line in lines]))
    lean = math.cos(math.atan(slope))
    heights = [(rows - np.polyval(line, x)) * lean * pixel for rows, line in zip(found, lines, strict=True)]
    top, bottom = (_interface(rows, h, pixel) for rows, h in zip(found, heights, strict=True))
    local = (found[1] - found[0]) * lean * pixel / foreshortening
    thickness = float(np.nanmean(local))
    if thickness <= math.hypot(top.rms, bottom.rms):
        raise InputError(
            f"The two interfaces are {1e9 * thickness:.2g} nm apart and {1e9 * top.rms:.2g} and {1e9 * bottom.rms:.2g} "
            "nm rough: they cross, and are none of one film; crop the image to it, in a sample file as range = "
            "[first, last] in nm from above."
        )
    length = image.shape[1] * pixel
    sampling = math.sqrt(sum(_variance_of_mean(face, length) for face in (top, bottom))) / foreshortening
    # another width of the edge filter moves an edge that is not symmetric
    other = trace(1.5 * smooth_pixels)
    moved = abs(float(np.nanmean(other[1] - other[0])) - float(np.nanmean(found[1] - found[0]))) * lean * pixel
    scale = calibration * thickness
    error = math.hypot(sampling, moved / foreshortening, 0.1 * pixel, scale)
    spread = float(np.nanstd(local))
    notes = picture.notes
    if third[1] > THIRD:
        notes = (*notes, _third_step(third[0] + first, third[1], pixel))
    top, bottom = (replace(face, rows=face.rows + first) for face in (top, bottom))
    return CrossSection(
        thickness, error, scale, spread, math.degrees(math.atan(slope)), top, bottom, pixel, lost, notes
    )


def _tilt(image: NDArray[np.float64]) -> float:
    """Degrees by which the layers fall to the right: the shear whose row profile has the steepest steps, squared."""
    groups = np.array_split(np.arange(image.shape[1]), min(64, image.shape[1] // 4))
    strips = np.array([image[:, group].mean(axis=1) for group in groups])
    x = np.array([group.mean() for group in groups]) - (image.shape[1] - 1) / 2
    rows = np.arange(image.shape[0], dtype=float)

    def sharpness(degrees: float) -> float:
        shift = math.tan(math.radians(degrees)) * x
        profile = np.mean([np.interp(rows + s, rows, strip) for s, strip in zip(shift, strips, strict=True)], axis=0)
        margin = min(int(np.max(np.abs(shift))) + 1, rows.size // 4)
        return float(np.sum(np.diff(profile[margin:-margin], n=1) ** 2))

    coarse = np.arange(-SEARCH_DEG, SEARCH_DEG + TILT_STEP / 2, TILT_STEP)
    best = coarse[int(np.argmax([sharpness(t) for t in coarse]))]
    fine = best + np.linspace(-TILT_STEP, TILT_STEP, 11)
    return float(fine[int(np.argmax([sharpness(t) for t in fine]))])


def _steps(
    image: NDArray[np.float64], slope: float, smooth: float
) -> tuple[list[tuple[float, float]], tuple[float, float]]:
    """Row (in the middle column) and sign of the two strongest steps of the level profile, from above; row of the third
    and how strong it is against the second (0: there is none).
    """
    from scipy.ndimage import gaussian_filter1d
    from scipy.signal import find_peaks

    rows = np.arange(image.shape[0], dtype=float)
    x = np.arange(image.shape[1]) - (image.shape[1] - 1) / 2
    profile = np.mean([np.interp(rows + slope * u, rows, image[:, k]) for k, u in enumerate(x)], axis=0)
    rise = gaussian_filter1d(profile, 2.0 * smooth, order=1)
    margin = int(3 * smooth) + 1
    peaks, _ = find_peaks(np.abs(rise[margin:-margin]), distance=max(4, int(4 * smooth)))
    strongest = sorted(peaks, key=lambda k: -abs(rise[k + margin]))[:3]
    noise = float(np.median(np.abs(rise))) + 1e-12
    if len(strongest) < 2 or abs(rise[strongest[1] + margin]) < 5.0 * noise:
        raise InputError("The image has fewer than two clear steps of grey; crop it to the film and its neighbours.")
    steps = [(float(k + margin), float(np.sign(rise[k + margin]))) for k in sorted(strongest[:2])]
    third = (0.0, 0.0)
    if len(strongest) > 2:
        third = (float(strongest[2] + margin), float(abs(rise[strongest[2] + margin] / rise[strongest[1] + margin])))
    return steps, third


def _third_step(row: float, strength: float, pixel: float) -> str:
    return (
        f"a third step of grey, {100 * strength:.0f} % as strong as the weaker one of the film's, lies "
        f"{1e9 * row * pixel:.4g} nm from above: where it bounds the film, crop the image, in a sample file as range = "
        "[first, last] in nm from above"
    )


def _trace(image: NDArray[np.float64], guess: NDArray[np.float64], sign: float, smooth: float) -> NDArray[np.float64]:
    """The edge in each column near `guess` (rows), between pixels; NaN where it is lost."""
    from scipy.ndimage import gaussian_filter1d, median_filter

    rise = sign * gaussian_filter1d(gaussian_filter1d(image, smooth, axis=0, order=1), 0.5 * smooth, axis=1)
    reach = max(int(0.06 * image.shape[0]), int(5 * smooth))
    offsets = np.arange(-reach, reach + 1)
    rows = np.round(guess).astype(int)[None, :] + offsets[:, None]
    inside = (rows >= 1) & (rows < image.shape[0] - 1)
    columns = np.broadcast_to(np.arange(image.shape[1]), rows.shape)
    values = np.where(inside, rise[np.clip(rows, 0, image.shape[0] - 1), columns], -np.inf)
    best = rows[np.argmax(values, axis=0), np.arange(image.shape[1])]
    best = np.clip(best, 1, image.shape[0] - 2)
    a, b, c = (rise[best + n, np.arange(image.shape[1])] for n in (-1, 0, 1))
    curvature = a - 2.0 * b + c
    edge = best + np.where(curvature < 0.0, 0.5 * (a - c) / np.where(curvature < 0.0, curvature, -1.0), 0.0).clip(-1, 1)
    running = median_filter(edge, size=31, mode="nearest")
    away = np.abs(edge - running)
    limit = OUTLIER * max(1.4826 * float(np.median(away)), 0.5)
    return np.where((away <= limit) & (b > 0.0), edge, np.nan)


def _covered(rows: NDArray[np.float64], drawn: NDArray[np.bool_], smooth: float) -> NDArray[np.bool_]:
    """In which columns the edge lies in what was drawn, or so near that the filter reaches into it."""
    reach = int(3.0 * smooth) + 1
    near = [np.clip(np.nan_to_num(rows) + n, 0, drawn.shape[0] - 1).astype(int) for n in (-reach, 0, reach)]
    return np.any([drawn[at, np.arange(drawn.shape[1])] for at in near], axis=0)


def _interface(rows: NDArray[np.float64], height: NDArray[np.float64], pixel: float) -> Interface:
    h = height[np.isfinite(height)]
    total = float(np.mean(h**2))
    # neighbours one filter width apart share no noise but nearly the same height: what they differ by is noise
    gap = 4
    second = height[2 * gap :] - 2.0 * height[gap:-gap] + height[: -2 * gap]
    noise = float(np.nanmedian(np.abs(second)) * 1.4826) ** 2 / 6.0
    correlation, variance = _correlation(height, pixel, total)
    noise = min(max(total - variance, 0.0), noise)
    independent = max(rows.size * pixel / (math.sqrt(math.pi) * correlation), 3.0)
    # the line took mean and slope, two of the independent heights, out of the roughness
    rms = math.sqrt(max(total - noise, 0.0) * independent / (independent - 2.0))
    relative = math.sqrt(
        1.0 / (math.sqrt(2.0) * (independent - 2.0))
    )  # of a variance: integral of the squared correlation
    error = math.hypot(rms * relative, noise / max(2.0 * rms, math.sqrt(noise), 1e-15))
    spread = _correlation_error(correlation, rows.size * pixel)
    return Interface(rows, rms, error, float(np.mean(np.abs(h))), correlation, math.sqrt(noise), spread)


def _correlation(height: NDArray[np.float64], pixel: float, total: float) -> tuple[float, float]:
    """Length at which the autocorrelation falls to 1/e, and its value just beside zero lag (without white noise)."""
    h = np.nan_to_num(height)
    known = np.isfinite(height).astype(float)
    most = max(8, h.size // 3)
    pairs = [float(known[: h.size - k] @ known[k:]) for k in range(most)]
    cov = np.array([float(h[: h.size - k] @ h[k:]) / max(n, 1.0) for k, n in enumerate(pairs)])
    beside = min(total, max(float(1.5 * cov[4] - 0.5 * cov[8]) if most > 8 else total, 0.0))
    below = np.flatnonzero(cov < max(beside, 1e-300) / math.e)
    return float(below[0] if below.size else most) * pixel, beside


def _correlation_error(correlation: float, length: float) -> float:
    """Bartlett's error of the autocorrelation at 1/e over its slope there, for heights correlated as exp(-(x/xi)^2),
    and the share by which the line laid through the heights shortens it.
    """
    ratio = correlation / length
    return correlation * math.hypot(1.09 * math.sqrt(ratio), 3.04 * ratio)


def _variance_of_mean(face: Interface, length: float) -> float:
    return face.rms**2 * min(math.sqrt(math.pi) * face.correlation / length, 1.0) + face.noise**2 / face.rows.size * 4.0
