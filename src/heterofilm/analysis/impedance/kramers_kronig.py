"""Kramers-Kronig test: could a linear, stable sample that did not drift have this spectrum?

Linear test of Boukamp, J. Electrochem. Soc. 142 (1995) 1885: a chain of M RC elements with fixed time constants
(`chain`) obeys the Kramers-Kronig relations whatever its R_k, so what it cannot follow does not obey them. The time
constants are spread evenly in log tau between 1/w_max and 1/w_min. Too many elements follow noise as well; their
number is the first at which mu = 1 - sum |R_k < 0| / sum |R_k >= 0| falls to 0.85 for good: Schoenleber, Klotz,
Ivers-Tiffee, Electrochim. Acta 131 (2014) 20. For good, because a chain too short for a broad arc swings around it and
may dip below the limit long before it follows noise; and never fewer than three per decade, which a sharp arc between
two time constants needs. More elements than the criterion asks for are no danger: any chain obeys the relations. All
data are fitted at once, weighted with 1/|Z|. A sample that drifts is looked for besides (`drift`): its residual stands
at the last few points alone, and would be missed where there are five per decade.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.ndimage import median_filter

from ...errors import InputError
from .chain import DENSITY, basis, solved
from .drift import Drift, drift_within
from .elements import Complex, Real
from .spectrum import spectrum

__all__ = ["KramersKronig", "kramers_kronig"]

PASS, FAIL = 1.0, 3.0  # %: systematic residuals below pass, above fail; the usual reading of such plots
NEIGHBOURS = 5  # points over which a residual must persist to be systematic
LOCAL = 15  # points over which the noise is estimated
NOISE = 2.0  # a median of five stays below this many standard deviations of the noise (0.54 of one on average)


@dataclass(frozen=True, eq=False)
class KramersKronig:
    """The result of the test.

    - `verdict`: ``pass``, ``suspicious`` or ``fail``, from the systematic residual (running median over five
      neighbouring frequencies, counted where it is above what the noise alone can make): below 1 %, up to 3 %, above.
      Suspicious is also a spectrum with single points that stand out, or with noise that would hide 3 %;
    - `reason`: the same in a sentence;
    - `frequency_Hz`, `fitted_ohm`: shape (n,), from high to low frequency;
    - `residual`: (Z - Z fit)/|Z|, complex, shape (n,);
    - `worst_percent`: largest |residual| of a single point, at `worst_Hz`; `systematic_percent`: largest
      systematic residual; `rms_percent`: of all real and imaginary residuals;
    - `noise_percent`: standard deviation of the noise of one part (real or imaginary), its median over the spectrum;
    - `suspect_Hz`: (lowest, highest) frequency with a systematic residual above 1 %, or None;
    - `outliers_Hz`: frequencies of single points that stand out of their neighbours;
    - `elements`, `mu`: the number M of RC elements and its criterion; `capacitance`, `inductance`: whether these were
      in the model;
    - `chi2`: sum of |residual|^2, Boukamp's pseudo chi-squared;
    - `drift`: by which the impedance changed within the sweep; None where there are too few points to tell, and where a
      drift does not explain the spectrum. One that is told makes it suspicious, one of surely more than 10 % makes it
      fail.
    """

    verdict: Literal["pass", "suspicious", "fail"]
    reason: str
    frequency_Hz: Real
    fitted_ohm: Complex
    residual: Complex
    worst_percent: float
    worst_Hz: float
    systematic_percent: float
    rms_percent: float
    noise_percent: float
    suspect_Hz: tuple[float, float] | None
    outliers_Hz: tuple[float, ...]
    elements: int
    mu: float
    capacitance: bool
    inductance: bool
    chi2: float
    drift: Drift | None


def kramers_kronig(
    frequency_Hz: ArrayLike,
    impedance_ohm: ArrayLike,
    *,
    c: float = 0.85,
    most_elements: int = 50,
    capacitance: bool | None = None,
    inductance: bool = True,
) -> KramersKronig:
    """Test a spectrum: frequency (Hz) and complex impedance (ohm), both shape (n,).

    `c` is the limit of mu. `capacitance` puts a capacitor in series, which a blocking electrode needs; left at None
    it is taken where it halves the residual. There are never more RC elements than frequencies.

    Errors: `HeterofilmError` for a bad spectrum, or `c` outside 0 ... 1.
    """
    f, Z = spectrum(frequency_Hz, impedance_ohm)
    if not 0.0 < c < 1.0:
        raise InputError(f"The limit c of mu must lie between 0 and 1, but {c:g} was given; 0.85 is usual.")
    choices = (False, True) if capacitance is None else (capacitance,)
    tried = [(_chain(f, Z, c, min(most_elements, f.size), with_C, inductance), with_C) for with_C in choices]
    (fitted, M, mu), with_C = tried[0]
    if len(tried) == 2:
        plain, blocking = (np.linalg.norm((Z - fit[0]) / np.abs(Z)) for fit, _ in tried)
        if blocking < 0.5 * plain:
            (fitted, M, mu), with_C = tried[1]
    given = np.asarray(frequency_Hz, float)
    drift = drift_within(f, Z, capacitance, inductance, upwards=bool((np.diff(given) > 0.0).all()))
    return _judged(f, fitted, (Z - fitted) / np.abs(Z), M, mu, with_C, inductance, drift)


def _chain(f: Real, Z: Complex, c: float, most: int, capacitance: bool, inductance: bool) -> tuple[Complex, int, float]:
    """The fit with the number of elements after which mu never again exceeds c; with the number, and mu."""
    fits = [_fit(f, Z, M, capacitance, inductance) for M in range(2, most + 1)]
    above = [k for k, (_, mu) in enumerate(fits) if mu > c]
    dense = int(np.ceil(DENSITY * np.log10(f[0] / f[-1])))  # a count of intervals: one element more
    chosen = min(max(above[-1] + 1 if above else 0, dense - 1), len(fits) - 1)
    fitted, mu = fits[chosen]
    return fitted, chosen + 2, mu


def _fit(f: Real, Z: Complex, M: int, capacitance: bool, inductance: bool) -> tuple[Complex, float]:
    """The chain of M RC elements, and its mu."""
    w = 2.0 * np.pi * f
    A = basis(f, np.geomspace(1.0 / w[0], 1.0 / w[-1], M), capacitance, inductance) / np.abs(Z)[:, None]
    x = solved(A, Z / np.abs(Z))
    R = x[-M:]
    positive = R[R >= 0.0].sum()
    mu = 1.0 - np.abs(R[R < 0.0]).sum() / positive if positive > 0.0 else 0.0
    return A @ x * np.abs(Z), float(mu)


def _judged(
    f: Real, fitted: Complex, residual: Complex, M: int, mu: float, capacitance: bool, inductance: bool,
    drift: Drift | None,
) -> KramersKronig:  # fmt: skip
    parts = 100.0 * np.vstack([residual.real, residual.imag])
    smooth = median_filter(parts, size=(1, min(NEIGHBOURS, f.size)), mode="reflect")
    # a difference of neighbours knows the noise, but nothing of what varies slowly
    noise = median_filter(np.abs(np.diff(parts)), size=(1, min(LOCAL, f.size - 1)), mode="nearest") * 1.4826 / 2**0.5
    noise = np.hstack([noise, noise[:, -1:]])
    typical = np.maximum(noise, np.median(noise))
    systematic = np.where(np.abs(smooth) > NOISE * typical, np.abs(smooth), 0.0).max(axis=0)
    stands_out = (np.abs(parts - smooth) > np.maximum(5.0 * typical, PASS)).any(axis=0)
    size = 100.0 * np.abs(residual)
    worst, high = int(np.argmax(size)), systematic > PASS
    top, sigma = float(systematic.max()), float(np.median(noise))
    if drift is not None and 100.0 * drift.misfit > max(FAIL, NOISE * sigma):
        drift = None  # what is followed neither with nor without has no drift to tell
    suspect = (float(f[high].min()), float(f[high].max())) if high.any() else None
    verdict: Literal["pass", "suspicious", "fail"] = "suspicious"
    point = f"worst point {size[worst]:.2g} % at {f[worst]:.3g} Hz"
    if suspect is not None:
        verdict = "fail" if top > FAIL else "suspicious"
        what = "does not obey" if top > FAIL else "may not obey"
        reason = (
            f"The spectrum {what} the Kramers-Kronig relations from {suspect[0]:.3g} to {suspect[1]:.3g} Hz: "
            f"systematic residuals up to {top:.2g} % ({point})."
        )
    elif stands_out.any():
        named = ", ".join(f"{x:.3g}" for x in f[stands_out][:5])
        reason = f"The spectrum obeys the Kramers-Kronig relations but for single points: {named} Hz ({point})."
    elif NOISE * sigma > FAIL:
        reason = f"The noise ({sigma:.2g} %) would hide a violation of the Kramers-Kronig relations ({point})."
    else:
        verdict = "pass"
        within = max(top, NOISE * sigma, 0.01)
        reason = f"The spectrum obeys the Kramers-Kronig relations to within {within:.2g} % ({point})."
    if drift is not None and drift.told:
        verdict = "fail" if drift.large or verdict == "fail" else "suspicious"
        reason += " " + drift.words
    elif drift is not None and verdict == "pass":
        reason += f" A drift of more than {100.0 * drift.limit:.0f} % within the sweep would show."
    elif verdict == "pass":
        reason += " There are too few points to tell a drift within the sweep."
    return KramersKronig(
        verdict, reason, f, fitted, residual, float(size[worst]), float(f[worst]), top,
        float(np.sqrt(np.mean(parts**2))), sigma, suspect, tuple(float(x) for x in f[stands_out]), M, mu,
        capacitance, inductance, float(np.sum(np.abs(residual) ** 2)), drift,
    )  # fmt: skip
