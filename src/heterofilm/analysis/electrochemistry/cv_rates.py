"""What the scan rate does to a voltammogram: b-value, the split of Dunn, Randles-Sevcik, and when they mean something.

One number decides what a voltammogram of a film can tell, the ratio of the diffusion time to the time of the scan:

    w = F v L^2 / (R T D) = (L^2/D) / (RT/Fv)

- w > 13: the film is a half-space, the peak grows with sqrt(v) and gives D (Randles-Sevcik);
- w < 1: the film is always uniform inside, the peak grows with v: b = 1 without any capacitance;
- between, b lies between.

The limits are those of the reversible one-electron peak in a finite space (Aoki, Tokuda, Matsuda, J. Electroanal.
Chem. 146 (1983) 417), where tanh in

    i_p = 0.446 (F c D/L) w^(1/2) tanh(0.56 w^(1/2) + 0.05 w)

has come within one and three per cent of its ends. Currents may be in any one unit, but for Randles-Sevcik (A/m2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from ...constants import F, R
from ...errors import InputError
from ...wording import plus_minus
from ..columns import columns

__all__ = [
    "BValue", "DunnSplit", "RandlesSevcik", "ScanRegime", "b_value", "dunn_split", "finite_space_peak",
    "randles_sevcik", "scan_regime", "why_no_b",
]  # fmt: skip

Array = NDArray[Any]

B_RANGE = (0.4, 1.1)  # 1/2 to 1 with what baselines, drops of potential and overlapping neighbours do to a peak
B_TELLS = 0.25  # a standard error above half the distance from 1/2 to 1 does not tell the two apart
OPPOSITE = 0.5  # share of the potentials with opposite signs above which a split has no meaning as a whole
UNEXPLAINED = 0.1  # share of the current's area that two terms may leave
THIN, THICK = 1.0, 13.0  # w below which a film is uniform, and above which it is a half-space


@dataclass(frozen=True)
class BValue:
    """i_p = a v^b: `b` with its standard error and confidence interval, log10 `a`, R2 and the number of rates."""

    b: float
    stderr: float
    low: float
    high: float
    log10_a: float
    r2: float
    n: int


@dataclass(frozen=True)
class ScanRegime:
    """What one scan rate means for a film: `w` (above), the two times, `regime`, and the `b` a reversible peak has."""

    scan_rate_V_s: float
    w: float
    diffusion_time_s: float
    scan_time_s: float
    regime: Literal["thin layer", "finite", "semi-infinite"]
    b: float


@dataclass(frozen=True, eq=False)
class DunnSplit:
    """i(V) = k1 v + k2 v^(1/2), after Wang, Polleux, Lim, Dunn, J. Phys. Chem. C 111 (2007) 14925.

    - `voltage_V`, `k1` (current per V/s), `k2` (current per (V/s)^(1/2)), `r2`: shape (m,);
    - `scan_rate_V_s`, `share`: shape (k,): area of |k1 v| over area of |k1 v| + |k2 v^(1/2)|, per rate;
    - `share_sigma`: shape (k,), what the scatter about the lines leaves open of it, as if all potentials erred alike;
    - `opposite`: share of the potentials where current flows and k1 and k2 have opposite signs: no split exists there;
    - `regimes`: per rate, where thickness and diffusivity were given;
    - `unexplained`: what the two terms leave of the current, as a share of its area over all rates;
    - `warning`: why ``share`` is not the capacitive share, or empty.
    """

    voltage_V: Array
    k1: Array
    k2: Array
    r2: Array
    scan_rate_V_s: Array
    share: Array
    share_sigma: Array
    opposite: float
    regimes: tuple[ScanRegime, ...]
    warning: str
    unexplained: float = 0.0

    @property
    def why_not(self) -> str:
        """Why there is no share at all; empty where there is one."""
        if self.opposite > OPPOSITE:
            return f"k1 and k2 have opposite signs at {100 * self.opposite:.0f} % of the potentials"
        if self.unexplained > UNEXPLAINED:
            return f"k1 v + k2 v^(1/2) leaves {100 * self.unexplained:.0f} % of the current unexplained"
        return ""


@dataclass(frozen=True)
class RandlesSevcik:
    """D (m2/s) from the slope of i_p over v^(1/2), its standard error, R2 of the line through the origin.

    `valid` tells whether D may be believed, `reason` why or why not.
    """

    D: float
    stderr: float
    r2: float
    valid: bool
    reason: str


def b_value(
    scan_rate_V_s: ArrayLike, peak_current: ArrayLike, sigma: ArrayLike | None = None, confidence: float = 0.95
) -> BValue:
    """b in i_p = a v^b: slope of log i_p over log v, arrays of shape (n,), n >= 3; signs of the currents do not matter.

    With the standard errors `sigma` of the currents, shape (n,), the line is weighted by them, and its standard error
    is the larger one of what they say and what the scatter says. The interval is Student's, with
    n - 2 degrees of freedom. b = 1/2 is diffusion into a half-space, b = 1 a capacitance or a thin layer: `scan_regime`
    tells which of the two a film must be taken for.

    Errors: `HeterofilmError` for fewer than three rates, all alike, a rate or current of zero, or a negative error.
    """
    v, i = columns(scan_rate_V_s=scan_rate_V_s, peak_current=peak_current)
    if v.size < 3 or not np.ptp(v) > 0.0:
        raise InputError(f"A b-value needs at least three different scan rates, but {np.unique(v).size} were given.")
    if (v <= 0.0).any() or (i == 0.0).any():
        raise InputError("A b-value needs positive scan rates and currents other than zero.")
    x, y = np.log10(v), np.log10(np.abs(i))
    known = np.zeros(v.size) if sigma is None else np.broadcast_to(np.asarray(sigma, float), v.shape)
    if not (known >= 0.0).all():
        raise InputError("The standard errors of peak currents must not be negative.")
    s = known / np.abs(i) / np.log(10.0)
    # an error of zero must not take all the weight: no current counts as known to better than a tenth of the typical
    s = np.maximum(s, 0.1 * np.median(s)) if np.median(s) > 0.0 else s
    w = 1.0 / s**2 if (s > 0.0).all() else np.ones(v.size)
    middle = w @ x / w.sum()
    spread = float(w @ (x - middle) ** 2)
    b = float(w @ ((x - middle) * y) / spread)
    offset = float(w @ y / w.sum() - b * middle)
    rest = y - offset - b * x
    total = float(w @ (y - w @ y / w.sum()) ** 2)
    r2 = 1.0 - float(w @ rest**2) / total if total > 0.0 else 1.0
    inflated = float(w @ rest**2) / (v.size - 2)
    stderr = float(np.sqrt((max(1.0, inflated) if (s > 0.0).all() else inflated) / spread))
    reach = float(stdtrit(v.size - 2, 0.5 + confidence / 2.0)) * stderr
    return BValue(b, stderr, b - reach, b + reach, offset, r2, int(v.size))


def why_no_b(b: BValue) -> str:
    """Why a slope is no b-value; empty where it is one.

    Physics knows 1/2 (diffusion into a half-space) to 1 (a capacitance, or a thin layer): a slope outside `B_RANGE` is
    that of peaks that overlap, move or change with the rate; a standard error above `B_TELLS` cannot tell diffusion
    from a thin layer.
    """
    low, high = B_RANGE
    if not low <= b.b <= high:
        return (
            f"the slope {plus_minus(b.b, b.stderr)} lies outside {low:g} to {high:g}, where physics knows 1/2 to 1: "
            "peaks that overlap, move or change their baseline with the rate"
        )
    if not b.stderr <= B_TELLS:
        return f"the slope {plus_minus(b.b, b.stderr)} does not tell 1/2 from 1"
    return ""


def finite_space_peak(w: ArrayLike) -> Array:
    """i_p L/(F c D) of a reversible one-electron peak in a finite space: 0.446 w^(1/2) tanh(0.56 w^(1/2) + 0.05 w).

    c is the whole change of concentration. Aoki, Tokuda, Matsuda (1983). Ends: w/4 (thin layer), 0.446 w^(1/2).
    """
    w = np.asarray(w, float)
    return np.asarray(0.446 * np.sqrt(w) * np.tanh(0.56 * np.sqrt(w) + 0.05 * w))


def scan_regime(scan_rate_V_s: float, thickness_m: float, D_m2_s: float, temperature_K: float = 298.15) -> ScanRegime:
    """What a scan rate (V/s) means for a film of thickness L (m) and diffusivity D (m2/s): see `ScanRegime`.

    Errors: `HeterofilmError` for a value that is not positive.
    """
    for name, value in (("scan rate", scan_rate_V_s), ("thickness", thickness_m), ("diffusivity", D_m2_s)):
        if not value > 0.0:
            raise InputError(f"The {name} must be positive, got {value:g}.")
    diffusion, scan = thickness_m**2 / D_m2_s, R * temperature_K / (F * scan_rate_V_s)
    w = diffusion / scan
    step = 1e-4
    b = float(np.log(finite_space_peak(w * (1 + step)) / finite_space_peak(w * (1 - step))) / (2 * step))
    regime: Literal["thin layer", "finite", "semi-infinite"]
    regime = "thin layer" if w < THIN else "finite" if w < THICK else "semi-infinite"
    return ScanRegime(float(scan_rate_V_s), w, diffusion, scan, regime, b)


def dunn_split(
    voltage_V: ArrayLike,
    currents: ArrayLike,
    scan_rate_V_s: ArrayLike,
    *,
    thickness_m: float | None = None,
    D_m2_s: float | None = None,
    temperature_K: float = 298.15,
) -> DunnSplit:
    """Split the currents of one sweep direction: voltage (m,), currents (k, m) at k >= 3 scan rates (V/s).

    At each potential i/v^(1/2) = k1 v^(1/2) + k2 is fitted by a line. With thickness L and diffusivity D the warning
    says whether the split can mean what it is taken for: where L^2/D < RT/(F v), diffusion is over before the scan has
    moved, and the current is proportional to v without being capacitive.

    Errors: `HeterofilmError` for shapes that do not fit, or fewer than three different rates.
    """
    V, i, v = np.asarray(voltage_V, float), np.asarray(currents, float), np.asarray(scan_rate_V_s, float)
    if V.ndim != 1 or v.ndim != 1 or i.shape != (v.size, V.size):
        raise InputError(
            f"The split needs currents of shape (rates, potentials) = ({v.size}, {V.size}), but got {i.shape}."
        )
    if np.unique(v).size < 3 or (v <= 0.0).any():
        raise InputError("The split needs at least three different positive scan rates: two leave nothing to test it.")
    A = np.column_stack([np.sqrt(v), np.ones(v.size)])
    y = i / np.sqrt(v)[:, None]
    k1, k2 = np.linalg.lstsq(A, y, rcond=None)[0]
    fitted = k1 * v[:, None] + k2 * np.sqrt(v)[:, None]
    total = np.sum((i - i.mean(axis=0)) ** 2, axis=0)
    r2 = 1.0 - np.sum((i - fitted) ** 2, axis=0) / np.where(total > 0.0, total, np.nan)
    capacitive = np.array([np.trapezoid(np.abs(k1) * rate, V) for rate in v])
    diffusive = np.array([np.trapezoid(np.abs(k2) * rate**0.5, V) for rate in v])
    share = np.abs(capacitive) / np.abs(capacitive + diffusive)
    # k1 too large goes with k2 too small: their errors from one line are opposite
    variance = np.sum((i - fitted) ** 2 / v[:, None], axis=0) / (v.size - 2)
    covariance = np.linalg.inv(A.T @ A)
    e1 = np.sqrt(variance * covariance[0, 0])
    e2 = -np.sign(k1 * k2) * np.sqrt(variance * covariance[1, 1])
    ends = []
    for side in (1.0, -1.0):
        part = np.array([np.trapezoid(np.abs(np.abs(k1) + side * e1) * rate, V) for rate in v])
        rest = np.array([np.trapezoid(np.abs(np.abs(k2) + side * e2) * rate**0.5, V) for rate in v])
        ends.append(np.abs(part) / np.abs(part + rest))
    share_sigma = np.maximum(np.abs(ends[0] - share), np.abs(ends[1] - share))
    size = np.abs(k1) * v.max() + np.abs(k2) * v.max() ** 0.5
    # where a part, or the whole current, is next to nothing its sign is noise
    both = (size > 0.05 * size.max()) & (np.minimum(np.abs(k1) * v.max(), np.abs(k2) * v.max() ** 0.5) > 0.05 * size)
    opposite = float(np.mean((k1 * k2 < 0.0) & both))
    regimes: tuple[ScanRegime, ...] = ()
    if thickness_m is not None and D_m2_s is not None:
        regimes = tuple(scan_regime(float(rate), thickness_m, D_m2_s, temperature_K) for rate in v)
    left = float(np.abs(i - fitted).sum() / max(float(np.abs(i).sum()), 1e-300))
    warning = _dunn_warning(regimes, opposite)
    return DunnSplit(V, k1, k2, r2, v, share, share_sigma, opposite, regimes, warning, left)


def _dunn_warning(regimes: tuple[ScanRegime, ...], opposite: float) -> str:
    said = []
    unfit = [r for r in regimes if r.regime != "semi-infinite"]
    if unfit:
        slow, fast = min(unfit, key=lambda r: r.w), max(unfit, key=lambda r: r.w)
        thin = sum(r.regime == "thin layer" for r in unfit)
        said.append(
            f"At {len(unfit)} of {len(regimes)} scan rates the film is no half-space, at {thin} of them a thin layer "
            f"(L^2/D = {slow.diffusion_time_s:.3g} s, RT/(F v) = {fast.scan_time_s:.3g} to {slow.scan_time_s:.3g} s; "
            f"their ratio w is {slow.w:.2g} to {fast.w:.2g}; half-space: w > {THICK:g}, thin layer: w < {THIN:g}): "
            f"insertion alone gives a current in proportion to v there (b up to {slow.b:.2f}), and the share of k1 v "
            "is not capacitive."
        )
    if opposite > 0.05:
        said.append(
            f"k1 and k2 have opposite signs at {100 * opposite:.0f} % of the potentials: there is no split there, "
            "as when peaks move with the rate."
        )
    if not regimes:
        said.append("Whether the film is a half-space was not checked: give thickness and diffusivity.")
    return " ".join(said)


def randles_sevcik(
    scan_rate_V_s: ArrayLike,
    peak_current_A_m2: ArrayLike,
    concentration_mol_m3: float,
    *,
    thickness_m: float | None = None,
    temperature_K: float = 298.15,
) -> RandlesSevcik:
    """D from reversible one-electron peaks: i_p = 0.4463 F c (F v D/(R T))^(1/2), i_p in A/m2 of electrode.

    c (mol/m3) is the whole change of concentration across the peak. Randles, Trans. Faraday Soc. 44 (1948) 327;
    Sevcik, Coll. Czech. Chem. Commun. 13 (1948) 349; Bard, Faulkner, Electrochemical Methods. Valid when b is 1/2
    within its interval (or 0.03) and, with the thickness given, w > 13 at every rate with the D found. A film's couple
    that is not Nernstian (attraction or repulsion between the ions) changes the factor; that is not seen here.

    Errors: `HeterofilmError` as in `b_value`, or for a concentration that is not positive.
    """
    if not concentration_mol_m3 > 0.0:
        raise InputError(f"The concentration must be positive, got {concentration_mol_m3:g} mol/m3.")
    exponent = b_value(scan_rate_V_s, peak_current_A_m2)
    v, i = np.asarray(scan_rate_V_s, float), np.abs(np.asarray(peak_current_A_m2, float))
    x = np.sqrt(v)
    slope = float(x @ i / (x @ x))
    rest = i - slope * x
    slope_error = float(np.sqrt(rest @ rest / (v.size - 1) / (x @ x)))
    D = (slope / (0.4463 * F * concentration_mol_m3)) ** 2 * R * temperature_K / F
    r2 = float(1.0 - rest @ rest / np.sum((i - i.mean()) ** 2))
    said = []
    half = exponent.low <= 0.5 <= exponent.high or abs(exponent.b - 0.5) < 0.03
    if not half:
        said.append(f"b = {exponent.b:.3f} ({exponent.low:.3f} to {exponent.high:.3f}) is not 1/2")
    w_least = None
    if thickness_m is not None:
        w_least = scan_regime(float(v.min()), thickness_m, D, temperature_K).w
        if w_least < THICK:
            said.append(
                f"with this D, F v L^2/(R T D) falls to {w_least:.2g} (more than {THICK:g} is needed): the film is no "
                f"half-space at {v.min():.3g} V/s"
            )
    if said:
        reason = "Not Randles-Sevcik: " + "; ".join(said) + "."
    elif w_least is None:
        reason = f"b = {exponent.b:.3f} agrees with 1/2; that the film is a half-space was not checked (no thickness)."
    else:
        reason = f"b = {exponent.b:.3f} agrees with 1/2, and F v L^2/(R T D) is at least {w_least:.2g}."
    return RandlesSevcik(D, 2.0 * D * slope_error / slope, r2, not said, reason)
