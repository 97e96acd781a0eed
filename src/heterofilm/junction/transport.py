"""How much faster Li can become when its electrons do: the ambipolar bound.

Neutral Li moves as Li+ and e- together, each with its conductivity; the slower one decides:

    N = -(s/F^2) dmu/dx,    s = s_e s_i/(s_e + s_i)

From a measured D the conductivity s of neutral Li follows (`neutral_conductivity`), so s_i = s s_e/(s_e - s).
Electrons that cost nothing leave s_i, a gain of

    s_i/s = 1/(1 - s/s_e)

and no delocalisation can give more. Source: W. Weppner, R. A. Huggins, J. Electrochem. Soc. 124 (1977) 1569.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..constants import F, R
from ..errors import InputError

__all__ = ["electron_bound", "neutral_conductivity"]

Array = NDArray[Any]


def neutral_conductivity(D: Any, lithium: Any, thermodynamic_factor: Any = 1.0, temperature: float = 298.15) -> Array:
    """s = F^2 D c/(R T W), S/m, of neutral Li at concentration `lithium` (mol/m3), chemical D (m2/s), factor W."""
    return np.asarray(F**2 * np.asarray(D) * lithium / (R * temperature * np.asarray(thermodynamic_factor)))


def electron_bound(neutral: Any, electronic: Any) -> Array:
    """1/(1 - s/s_e): the greatest gain in transport of neutral Li that faster electrons can bring.

    Errors: `HeterofilmError` where Li as measured moves faster than its electrons, which no material can do.
    """
    share = np.asarray(neutral) / np.asarray(electronic)
    if not np.all((share >= 0.0) & (share < 1.0)):
        raise InputError(
            f"Neutral Li cannot conduct better ({float(np.max(neutral)):.3g} S/m) than electrons do "
            f"({float(np.min(electronic)):.3g} S/m); one of D and the electronic conductivity is off."
        )
    return np.asarray(1.0 / (1.0 - share))
