"""X-ray diffraction of a film: lines, phases, spacings, crystallite size, and Miller indices in another setting.

Bragg:    lambda = 2 d sin(theta)
Scherrer: L = K lambda / (beta cos(theta)),  beta: broadening of a line beyond the instrument's; with three lines or
more of a phase, strain is told from size where that can be done (`williamson_hall`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError, did_you_mean
from ...instruments.xray_lines import TUBES
from ...library.patterns import Pattern, bracketed, load_patterns, pattern
from ...records.measurement import Measurement
from ...records.result import Result
from .displacement import Displacement, displacement
from .peaks import Companion, Line, Lines, fit_lines
from .phase_evidence import Observed, expected
from .phases import Identification, Phase, identify
from .texture import Texture, texture
from .williamson_hall import LEAST, SHAPE_FACTOR, Broadened, WilliamsonHall, true_width, williamson_hall

__all__ = ["Crystallite", "XrdResult", "analyse_xrd", "scherrer", "translate_hkl"]

Array = NDArray[np.float64]
CU_ALPHA1, CU_ALPHA2 = TUBES["Cu"]  # angstrom
TWO_THETA = (8.0, 90.0)  # deg: range to look at
NARROWEST, BROADEST = 0.06, 1.6  # deg: FWHM of a line; broader is a halo
MOSTLY_ALONE = 5  # lines of a phase among which one of several in one can be told
BLEND = 0.3  # of the others' width: what a line may be broader by, beside its uncertainty and their scatter
INSTRUMENT = (0.10, 0.03)  # deg: FWHM of a laboratory diffractometer, assumed where none is given


def translate_hkl(hkl: Sequence[int], source: str, target: str, phase: str) -> tuple[int, int, int]:
    """Miller indices of a phase from one axis setting to another, both names of its pattern's `settings`.

    >>> translate_hkl((1, 0, 1), "PDF 001-0359", "Pmmn", "V2O5")
    (1, 1, 0)

    Errors: `HeterofilmError` for an unknown phase or setting, or not three whole numbers.
    """
    settings = pattern("xrd", phase).settings
    for name in (source, target):
        if name not in settings:
            raise InputError(
                f"There is no setting '{name}' of {phase}.{did_you_mean(name, settings)} "
                f"Known: {', '.join(settings) or 'none'}."
            )
    if len(hkl) != 3 or any(int(v) != v for v in hkl):
        raise InputError(f"Miller indices are three whole numbers, got {tuple(hkl)}.")
    axes = [int(hkl[k]) for k in settings[source]]  # as the pattern counts them
    there = [0, 0, 0]
    for value, k in zip(axes, settings[target], strict=True):
        there[k] = value
    return there[0], there[1], there[2]


@dataclass(frozen=True)
class Crystallite:
    """Size from one line, in nm; `bound` is True where the line is no broader than the instrument: a lower bound."""

    phase: str
    label: str
    two_theta_deg: float
    size_nm: float
    size_sd_nm: float
    bound: bool


def scherrer(
    line: Line, wavelength_angstrom: float, instrument_fwhm_deg: tuple[float, float] = INSTRUMENT
) -> tuple[float, float, bool]:
    """Crystallite size in nm along the line's normal, its standard deviation, and whether it is a lower bound only.

    The instrument's width b leaves beta = B - b (Lorentzian lines) to sqrt(B^2 - b^2) (Gaussian); B - b^2/B lies
    between, and half their distance joins the uncertainty, with those of B, b and K. Strain that varies within the
    film broadens too and one line does not tell: the size is then too small.
    """
    b, b_sd = instrument_fwhm_deg
    full = line.fwhm
    theta = math.radians(line.position / 2.0)
    gauss, lorentz = math.sqrt(max(full**2 - b**2, 0.0)), max(full - b, 0.0)
    beta = true_width(full, b)
    sd = math.hypot(
        (1.0 + (b / full) ** 2) * line.fwhm_sd, 2.0 * b / full * b_sd, 0.5 * (gauss - lorentz)
    )  # fmt: skip
    k, k_sd = SHAPE_FACTOR
    scale = 0.1 * k * wavelength_angstrom / math.cos(theta)
    if beta < 2.0 * sd:
        return scale / math.radians(beta + 2.0 * sd), math.nan, True
    size = scale / math.radians(beta)
    return size, size * math.hypot(sd / beta, k_sd / k), False


@dataclass(frozen=True, eq=False)
class XrdResult:
    """What `analyse_xrd` found; `lines` with baseline and fit, `halo`: centre of a broad hump in deg, or None.

    `broadening`: phase -> size and strain from the widths of three lines or more; `displacement`: by how much 2 theta
    is off, None where fewer than three lines are assigned; `textures`: phase -> how its crystals are oriented;
    `patterns`: the candidates by name; `wavelengths`: each in angstrom with its share of the first;
    `instrument_fwhm_deg`: width of the instrument's lines and its standard deviation.
    """

    name: str
    wavelength_angstrom: float
    lines: Lines
    identification: Identification
    crystallites: tuple[Crystallite, ...]
    halo: float | None
    notes: tuple[str, ...]
    file: str = ""
    broadening: Mapping[str, WilliamsonHall] = field(default_factory=dict)
    displacement: Displacement | None = None
    textures: Mapping[str, Texture] = field(default_factory=dict)
    patterns: Mapping[str, Pattern] = field(default_factory=dict)
    wavelengths: tuple[tuple[float, float], ...] = ()
    instrument_fwhm_deg: tuple[float, float] = INSTRUMENT

    def spacing(self, line: Line) -> tuple[float, float]:
        """d in nm and its standard deviation (of the fit; a misplaced sample moves it further)."""
        theta = math.radians(line.position / 2.0)
        d = 0.1 * self.wavelength_angstrom / (2.0 * math.sin(theta))
        return d, d / math.tan(theta) * math.radians(line.position_sd / 2.0)

    def results(self, sample: str = "") -> list[Result]:
        """Verdicts, shift of the scan, crystallite sizes and assigned lines."""
        sample = sample or self.name
        rows = [Result("phases (XRD)", self.identification.summary, method=METHOD, sample=sample, file=self.file,
                       note="; ".join(self.notes))]  # fmt: skip
        rows += self.displacement.results(sample, self.file) if self.displacement is not None else []
        for phase in self.identification.phases:
            if phase.verdict == "absent":
                continue
            rows.append(Result(f"{phase.name} (XRD)", phase.verdict, method=METHOD, sample=sample, file=self.file,
                               note=phase.reason))  # fmt: skip
            rows += self._lines_of(phase, sample)
            if phase.name in self.textures:
                rows += self.textures[phase.name].results(sample, self.file)
            sizes = [c for c in self.crystallites if c.phase == phase.name and not c.bound]
            if sizes:
                size, sd = _mean(sizes)
                told = self.broadening.get(phase.name)
                rows.append(
                    Result(f"crystallite size {phase.name}", size, sd, "nm",
                           f"Scherrer, K = {SHAPE_FACTOR[0]}, {len(sizes)} lines", sample, self.file,
                           _strain_note(told))
                )  # fmt: skip
                rows += told.results(phase.name, sample, self.file) if told is not None else []
        return rows

    def _lines_of(self, phase: Phase, sample: str) -> list[Result]:
        by_place = {line.position: line for line in self.lines.lines}
        labels: dict[float, list[str]] = {}  # indices of lines that fall together belong to one
        for one in sorted(phase.lines, key=lambda a: -a.strength):
            labels.setdefault(one.position, []).append(one.label)
        rows = []
        for place, names in list(labels.items())[:6]:
            line = by_place[place]
            setting, note = _setting(self.patterns[phase.name], names)
            rows.append(Result(f"2theta {phase.name} {' and '.join(names)}{setting}", line.position, line.position_sd,
                               "deg", "pseudo-Voigt, as measured", sample, self.file, note))  # fmt: skip
        return rows


def _setting(known: Pattern, labels: Sequence[str]) -> tuple[str, str]:
    """The axis setting of a phase's indices, and the same in the other common one; "" where there is but one."""
    if len(known.settings) < 2:
        return "", ""
    own, beside = list(known.settings)[:2]
    indices = dict(zip(known.labels, known.indices, strict=True))
    other = [bracketed(translate_hkl(indices[label], own, beside, known.name)) for label in labels]
    return f" {own}", f"= {' and '.join(other)} of {beside}"


def _strain_note(told: WilliamsonHall | None) -> str:
    if told is None:
        return f"fewer than {LEAST} lines: strain within grains is not told apart"
    return {
        "strained": "all broadening taken for size; see the size without strain",
        "no strain seen": told.reason,
        "not decidable": f"a lower bound if there is strain: {told.reason}",
    }[told.verdict]


METHOD = "arPLS baseline, pseudo-Voigt fits, Bayes factor against computed patterns"


def analyse_xrd(
    measurement: Measurement,
    *,
    substrates: Sequence[str] = (),
    elements: Sequence[str] = (),
    wavelength_angstrom: float | None = None,
    instrument_fwhm_deg: tuple[float, float] | None = None,
    two_theta_deg: tuple[float, float] = TWO_THETA,
    patterns: Sequence[Pattern] | None = None,
) -> XrdResult:
    """Lines, phases and sizes of one scan.

    `substrates`, `elements`, `patterns`: see `phases.identify`; `wavelength_angstrom`: overrules the file;
    `instrument_fwhm_deg`: width of a line of large crystals and its standard deviation; `two_theta_deg`: range to look
    at.

    Errors: `HeterofilmError` for another technique, too few points, or a substrate that is no pattern.
    """
    if measurement.technique != "xrd":
        raise InputError(f"'{measurement.name}' holds {measurement.technique} data, not XRD.")
    notes = list(measurement.notes)
    x, y = measurement.column("two_theta_deg"), measurement.column("intensity")
    inside = (x >= two_theta_deg[0]) & (x <= two_theta_deg[1])
    x, y = _unique(x[inside], y[inside])
    if x.size < 30:
        raise InputError(
            f"'{measurement.name}' has fewer than 30 points between {two_theta_deg[0]:g} and {two_theta_deg[1]:g} deg; "
            "give another range, in a sample file as range = [8, 90]."
        )
    first, companion = _wavelengths(measurement, wavelength_angstrom, notes)
    lines = fit_lines(x, y, (NARROWEST, BROADEST), companion)
    halo = _halo(lines)
    candidates = list(load_patterns("xrd") if patterns is None else patterns)
    observed = Observed.of(lines, first)
    found = identify(
        observed, "xrd", substrates=substrates, elements=elements, patterns=candidates,
        hump=halo is not None,
    )  # fmt: skip
    if instrument_fwhm_deg is None:
        instrument_fwhm_deg = INSTRUMENT
        notes.append(f"the instrument's line width was taken as {INSTRUMENT[0]} ± {INSTRUMENT[1]} deg")
    alone = _alone(lines, found)
    sizes, broadening = [], {}
    for phase, every in alone.items():
        own, blended = _not_blended(every, instrument_fwhm_deg[0])
        if blended:
            notes.append(
                f"{phase}: far broader than its other lines and left out of size and strain, as several in one: "
                f"{', '.join(blended)}"
            )
        for label, line in own:
            sizes.append(Crystallite(phase, label, line.position, *scherrer(line, first, instrument_fwhm_deg)))
        if len(own) >= LEAST:
            widths = [Broadened(label, line.position, line.fwhm, line.fwhm_sd) for label, line in own]
            broadening[phase] = williamson_hall(widths, first, instrument_fwhm_deg)
    file = measurement.path.name if measurement.path else ""
    known = {one.name: one for one in candidates}
    shift = displacement(found.phases, lines.lines, first, known)
    textures = {
        phase.name: texture(
            known[phase.name], [(one.position, one.label) for one in phase.lines], lines,
            expected(known[phase.name], observed, np.array([phase.shift]), np.array([found.displacement]))[0],
        )
        for phase in found.phases if phase.verdict == "present" and phase.role != "substrate"
    }  # fmt: skip
    return XrdResult(
        measurement.name, first, lines, found, tuple(sizes), halo, tuple(notes), file, broadening, shift, textures,
        known, ((first, 1.0), *(((companion.wavelength, companion.share),) if companion is not None else ())),
        instrument_fwhm_deg,
    )  # fmt: skip


def _wavelengths(
    measurement: Measurement, given: float | None, notes: list[str]
) -> tuple[float, Companion | None]:  # fmt: skip
    stated = measurement.meta.get("wavelength_m")
    if given is None and stated is None:
        notes.append("Cu K-alpha assumed, the file does not say")
        return CU_ALPHA1, _companion(CU_ALPHA1, CU_ALPHA2, 0.5)
    first = float(given) if given is not None else 1e10 * float(stated)  # type: ignore[arg-type]
    if not 0.1 < first < 3.0:
        raise InputError(f"A wavelength of {first:g} angstrom is none of X-ray diffraction (0.1 to 3).")
    second = measurement.meta.get("wavelength_alpha2_m")
    share = float(measurement.meta.get("alpha2_ratio", 0.0))
    if given is not None or second is None or not 0.0 < share < 1.0:
        return first, None
    return first, _companion(first, 1e10 * float(second), share)


def _companion(first: float, second: float, share: float) -> Companion:
    def place(two_theta: float | Array) -> Array:
        sine = np.sin(np.radians(np.asarray(two_theta) / 2.0)) * second / first
        return np.asarray(2.0 * np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0))))

    return Companion(place, share, second)


def _unique(x: Array, y: Array) -> tuple[Array, Array]:
    kept = np.concatenate([[True], np.diff(x) > 0.0]) if x.size else np.zeros(0, bool)
    return x[kept], y[kept]


def _halo(lines: Lines) -> float | None:
    """Centre of the hump of an amorphous film: where the baseline stands highest above its lower convex hull.

    A background that only falls, from air scatter or fluorescence, is convex and its own hull.
    """
    x, base = lines.x, lines.base
    hull = [0]
    for k in range(1, x.size):
        while len(hull) > 1 and _turn(x, base, hull[-2], hull[-1], k) <= 0.0:
            hull.pop()
        hull.append(k)
    bulge = base - np.interp(x, x[hull], base[hull])
    top = int(np.argmax(bulge))
    above = np.flatnonzero(bulge <= 0.5 * bulge[top])
    left, right = above[above < top].max(initial=0), above[above > top].min(initial=x.size - 1)
    width = float(x[right] - x[left])
    quiet = float(np.median(lines.sigma)) / math.sqrt(max(int(right - left), 1))
    return float(x[top]) if 3.0 < width < 25.0 and bulge[top] > max(10.0 * quiet, 0.05 * abs(base[top])) else None


def _turn(x: Array, y: Array, a: int, b: int, c: int) -> float:
    """Positive where the way a, b, c turns to the left."""
    return float((x[b] - x[a]) * (y[c] - y[a]) - (y[b] - y[a]) * (x[c] - x[a]))


def _alone(lines: Lines, found: Identification) -> dict[str, list[tuple[str, Line]]]:
    """Phase of the film -> its lines (with labels) that belong to it alone and stand far enough from the next."""
    owners: dict[float, int] = {}
    for phase in found.phases:
        for one in phase.lines:
            owners[one.position] = owners.get(one.position, 0) + 1
    places = np.array([line.position for line in lines.lines])
    by_place = {line.position: line for line in lines.lines}
    chosen: dict[str, list[tuple[str, Line]]] = {}
    for phase in found.phases:
        if phase.verdict == "absent" or phase.role == "substrate":
            continue
        for one in phase.lines:
            line = by_place[one.position]
            alone = np.sum(np.abs(places - line.position) < 1.5 * line.fwhm) == 1
            if owners[one.position] == 1 and alone and line.significance > 10.0 and line.fwhm_sd < 0.2 * line.fwhm:
                chosen.setdefault(phase.name, []).append((one.label, line))
    return chosen


def _not_blended(own: list[tuple[str, Line]], instrument: float) -> tuple[list[tuple[str, Line]], list[str]]:
    """The lines without those that stand far above the width of the others, and the labels of these.

    beta cos(theta) is a line over sin(theta) for size and strain (`williamson_hall`); laid by medians, it does not see
    single ones off it. What is far broader is several lines in one, and its width no measure of a crystal. With fewer
    than five lines none can be told from the others.
    """
    kept = list(own)
    while len(kept) >= MOSTLY_ALONE:
        theta = np.radians([line.position / 2.0 for _, line in kept])
        x = np.sin(theta)
        beta = np.array([true_width(line.fwhm, instrument) for _, line in kept])
        y, sd = beta * np.cos(theta), np.array([line.fwhm_sd for _, line in kept]) * np.cos(theta)
        one, other = np.triu_indices(x.size, 1)
        apart = x[other] > x[one] + 1e-9
        slope = max(float(np.median((y[other] - y[one])[apart] / (x[other] - x[one])[apart])), 0.0)
        level = float(np.median(y - slope * x))
        off = y - slope * x - level
        scatter = 1.4826 * float(np.median(np.abs(off)))
        above = off - np.maximum(3.0 * np.hypot(sd, scatter), BLEND * (level + slope * x))
        worst = int(np.argmax(above))
        if above[worst] <= 0.0:
            break
        del kept[worst]
    names = {label for label, _ in kept}
    return kept, [label for label, _ in own if label not in names]


def _mean(sizes: Sequence[Crystallite]) -> tuple[float, float]:
    """Size of the weighted mean width; its uncertainty is no smaller than the spread of the lines, nor than that of K.

    Widths, 1/size, are what was measured: the deviation of a size grows with its square, so that a mean of sizes would
    be that of the broadest lines.
    """
    value, sd = (np.array([getattr(c, key) for c in sizes]) for key in ("size_nm", "size_sd_nm"))
    inverse, share = 1.0 / value, sd / value
    weight = 1.0 / (inverse * share) ** 2
    mean = float(np.sum(weight * inverse) / weight.sum())
    spread = float(np.std(inverse, ddof=1)) / math.sqrt(value.size) / mean if value.size > 1 else 0.0
    # K and the instrument's width are common to all lines and do not average out
    return 1.0 / mean, max(spread, float(np.median(share))) / mean
