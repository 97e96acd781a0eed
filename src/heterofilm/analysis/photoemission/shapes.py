"""Shapes of photoelectron lines, each with unit area: intensity of a component = area * shape.

E_B rises to the left on every plot, and energy losses lie at higher E_B: `x = E_B - E_0` is positive on the loss side.

- `gl-sum` (CasaXPS' SGL), `gl-product` (its GL): Gaussian and Lorentzian of one width F, mixed by their heights;
  m = 0 is a Gaussian, m = 1 a Lorentzian.
- `voigt`: the convolution, its Lorentzian part m of the full width (Olivero, Longbothum, J. Quant. Spectrosc. Radiat.
  Transfer 17 (1977) 233 give the Gaussian one).
- `doniach-sunjic`: J. Phys. C 3 (1970) 285, asymmetry a, convolved with a Gaussian; its tail has no end, so that its
  area is counted over the window.
- `lf`: an asymmetric Lorentzian with finite tails, L^a on the loss side and L^b on the other, damped and convolved.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError, did_you_mean

__all__ = ["SHAPES", "shape", "shape_from_casaxps", "slopes"]

Array = NDArray[Any]

LN2 = float(np.log(2.0))
GAUSS = float(np.sqrt(np.pi / (4.0 * LN2)))  # area of a Gaussian of unit height and unit full width
LORENTZ = float(np.pi / 2.0)  # that of a Lorentzian

# What CasaXPS means by LF(a, b, w, m, n) is not published in full. From the curves that it exports (FeO, Fe 2p, two
# components of different width, m = 100 and w = 80): L has half the stated width, the Gaussian 0.0081 m of it, and the
# tails are damped by a Gaussian of full width w/10 of it; this gives the exported curves within 3 % of their height.
LF_LORENTZ, LF_GAUSS, LF_DAMPING = 0.5, 0.00812, 0.1


def gl_sum(x: Array, fwhm: float, m: float = 0.3) -> Array:
    """(1 - m) G + m L, of one full width: CasaXPS' SGL(100 m)."""
    u2 = (x / fwhm) ** 2
    height = 1.0 / (fwhm * ((1.0 - m) * GAUSS + m * LORENTZ))
    return np.asarray(height * ((1.0 - m) * np.exp(-4.0 * LN2 * u2) + m / (1.0 + 4.0 * u2)))


def gl_product(x: Array, fwhm: float, m: float = 0.3) -> Array:
    """exp(-4 ln2 (1 - m) x^2/F^2)/(1 + 4 m x^2/F^2): CasaXPS' GL(100 m)."""
    from scipy.special import erfcx

    u2 = (x / fwhm) ** 2
    a, b = 4.0 * LN2 * (1.0 - m), 4.0 * m
    # int exp(-a u^2)/(1 + b u^2) du = pi/sqrt(b) erfcx(sqrt(a/b))
    area = np.sqrt(np.pi / a) if b < 1e-9 else np.pi / np.sqrt(b) * float(erfcx(np.sqrt(a / b)))
    return np.exp(-a * u2) / (1.0 + b * u2) / (fwhm * area)


def voigt(x: Array, fwhm: float, m: float = 0.3) -> Array:
    """Voigt's profile of full width F, whose Lorentzian part has the full width m F."""
    from scipy.special import voigt_profile

    lorentz = m * fwhm
    # F = 0.5346 f_L + sqrt(0.2166 f_L^2 + f_G^2)
    gauss = np.sqrt(max((fwhm - 0.5346 * lorentz) ** 2 - 0.2166 * lorentz**2, 0.0))
    return np.asarray(voigt_profile(x, gauss / np.sqrt(8.0 * LN2), lorentz / 2.0))


def voigt_slopes(x: Array, fwhm: float, m: float) -> tuple[Array, Array, Array]:
    """The profile, its derivatives by x and by m, from one call of the Faddeeva function w(z), z = (x + ig)/(s sqrt 2):

        f = Re w/(s sqrt(2 pi)),   dw/dz = 2i/sqrt(pi) - 2 z w

    Without a Gaussian (m = 1) there is no z: `fwhm` is then taken as if a millionth of it were Gaussian.
    """
    from scipy.special import wofz

    lorentz = m * fwhm
    inner = (fwhm - 0.5346 * lorentz) ** 2 - 0.2166 * lorentz**2
    gauss = np.sqrt(max(inner, (1e-6 * fwhm) ** 2))
    s, g = gauss / np.sqrt(8.0 * LN2), lorentz / 2.0
    by_m_inner = -2.0 * 0.5346 * fwhm * (fwhm - 0.5346 * lorentz) - 2.0 * 0.2166 * lorentz * fwhm
    ds = by_m_inner / (2.0 * gauss) / np.sqrt(8.0 * LN2) if inner > (1e-6 * fwhm) ** 2 else 0.0
    z = (x + 1j * g) / (s * np.sqrt(2.0))
    w = wofz(z)
    dw = 2j / np.sqrt(np.pi) - 2.0 * z * w
    norm = s * np.sqrt(2.0 * np.pi)
    f = w.real / norm
    by_x = dw.real / (norm * s * np.sqrt(2.0))
    dz = 1j * fwhm / 2.0 / (s * np.sqrt(2.0)) - z * ds / s
    return f, by_x, (dw * dz).real / norm - f * ds / s


def doniach_sunjic(x: Array, fwhm: float, asymmetry: float = 0.1, gauss: float = 0.5) -> Array:
    """cos(pi a/2 + (1 - a) atan(x/g))/(g^2 + x^2)^((1-a)/2), its tail on the side of losses; `gauss` in shares of F."""
    g = fwhm / 2.0
    u = np.linspace(-30.0 * fwhm, 30.0 * fwhm, 3001)
    y = np.cos(np.pi * asymmetry / 2.0 - (1.0 - asymmetry) * np.arctan(u / g)) / (g**2 + u**2) ** (
        (1.0 - asymmetry) / 2.0
    )
    return _on(x, u, _smoothed(y, u[1] - u[0], gauss * fwhm))


def lf(x: Array, fwhm: float, a: float = 1.0, b: float = 1.0, w: float = 0.0, m: float = 0.0, n: float = 0.0) -> Array:
    """L^a (losses) and L^b, damped over w/10 F (0: not), convolved with a Gaussian: CasaXPS' LF(a, b, w, m, n).

    Without w it is LA(a, b, m). n, the number of steps in which CasaXPS convolves, changes nothing here.
    """
    u = np.linspace(-14.0, 26.0, 4001)
    y = np.exp(-np.where(u >= 0.0, a, b) * np.log1p(4.0 * (u / LF_LORENTZ) ** 2))
    if w > 0.0:
        y *= np.exp(-4.0 * LN2 * (u / (LF_DAMPING * w)) ** 2)
    return _on(x / fwhm, u, _smoothed(y, u[1] - u[0], LF_GAUSS * m)) / fwhm


def _smoothed(y: Array, step: float, fwhm: float) -> Array:
    if fwhm < 2.0 * step:
        return y
    from scipy.ndimage import gaussian_filter1d

    return np.asarray(gaussian_filter1d(y, fwhm / np.sqrt(8.0 * LN2) / step, truncate=6.0, mode="nearest"))


def _on(x: Array, u: Array, y: Array) -> Array:
    return np.interp(x, u, y / np.trapezoid(y, u), 0.0, 0.0)


SHAPES: dict[str, Any] = {
    "gl-sum": gl_sum, "gl-product": gl_product, "voigt": voigt, "doniach-sunjic": doniach_sunjic, "lf": lf,
}  # fmt: skip


def shape(name: str, x: Array, fwhm: float, values: tuple[float, ...] = ()) -> Array:
    """The shape called `name` at x = E_B - E_0 (eV), shape (n,), in 1/eV.

    Errors: `HeterofilmError` for an unknown name or a wrong number of values.
    """
    if name not in SHAPES:
        raise InputError(f"There is no line shape '{name}'.{did_you_mean(name, SHAPES)} Known: {', '.join(SHAPES)}.")
    try:
        return np.asarray(SHAPES[name](x, fwhm, *values))
    except TypeError:
        raise InputError(f"The line shape '{name}' takes fewer values than {len(values)}.") from None


def slopes(
    name: str, x: Array, fwhm: float, values: tuple[float, ...] = (), mixed: bool = True
) -> tuple[Array, Array, Array, Array]:
    """f, df/dx, df/dF and, of a mixture, df/dm (0 where not `mixed`), each of shape (n,).

    Every shape here is phi(x/F)/F: df/dF = -(f + x df/dx)/F.
    """
    if name == "gl-sum":
        (m,) = values or (0.3,)
        u = x / fwhm
        gauss, lorentz = np.exp(-4.0 * LN2 * u**2), 1.0 / (1.0 + 4.0 * u**2)
        height = 1.0 / (fwhm * ((1.0 - m) * GAUSS + m * LORENTZ))
        f = height * ((1.0 - m) * gauss + m * lorentz)
        by_x = -8.0 * height / fwhm * u * ((1.0 - m) * LN2 * gauss + m * lorentz**2)
        by_m = height * (lorentz - gauss - f * fwhm * (LORENTZ - GAUSS))
    elif name == "voigt":
        f, by_x, by_m = voigt_slopes(x, fwhm, *(values or (0.3,)))
    else:
        h, by_m = 1e-4 * fwhm, np.zeros(x.size)
        f = shape(name, x, fwhm, values)
        by_x = (shape(name, x + h, fwhm, values) - shape(name, x - h, fwhm, values)) / (2.0 * h)
        if mixed:
            other = values[0] + (1e-5 if values[0] < 0.5 else -1e-5)
            by_m = (shape(name, x, fwhm, (other,)) - f) / (other - values[0])
    return f, by_x, -(f + x * by_x) / fwhm, by_m


def shape_from_casaxps(words: str) -> tuple[str, tuple[float, ...]]:
    """CasaXPS' ``SGL(30)``, ``GL(30)``, ``LA(1.53,243)`` or ``LF(0.54,10,80,100,6)`` as name and values for `shape`.

    Errors: `HeterofilmError` for another one.
    """
    import re

    match = re.fullmatch(r"\s*(SGL|GL|LA|LF)\(([\d.,\s]+)\)\s*", words)
    if match is None:
        raise InputError(f"The line shape '{words[:40]}' is not known; SGL, GL, LA and LF of CasaXPS are.")
    values = tuple(float(word) for word in match.group(2).split(",") if word.strip())
    kind = match.group(1)
    if kind in ("SGL", "GL") and len(values) == 1:
        return ("gl-sum" if kind == "SGL" else "gl-product"), (values[0] / 100.0,)
    if kind == "LA" and len(values) in (2, 3):
        a, b, m = values if len(values) == 3 else (values[0], values[0], values[1])
        return "lf", (a, b, 0.0, m)
    if kind == "LF" and len(values) in (4, 5):
        return "lf", values
    raise InputError(f"The line shape '{words[:40]}' has a number of values that is not expected.")
