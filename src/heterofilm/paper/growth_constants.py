"""The four constants of growth that the three films tell, by mass balance; everything else is a range.

With v(x) the dense volume of film per mole of vanadium at Cu/V = x, c the packing and h the thicknesses at
0, 1 and 2 W on copper, at one vanadium flux for the same time t::

    J_V t  = h_1 c_mixed/v(x_1)                                  rows film-thickness-voc1, cu-v-ratio
    c_alone = J_V t v(0)/h_0                                     row  film-thickness-vo
    J_Cu(1 W) = x_1 J_V                                          row  cu-v-ratio
    v_glass(x_2) = h_2 c_mixed/(J_V t),  J_Cu(2 W)/J_Cu(1 W) = x_2/x_1  gives V_d(1 W)   row  film-thickness-voc2

Four rows for four constants: that the three thicknesses and Cu/V come out says nothing for the model. What it
does say by itself is that x_2 is above one, which the paper found by another way (CuO after 773 K).
"""

from __future__ import annotations

from typing import NamedTuple

from ..errors import InputError
from ..growth.deposition import Gun, flux
from ..growth.outcome import Volumes


class Constants(NamedTuple):
    """What the films tell, SI."""

    vanadium_flux: float  # J_V, mol/(m2 s)
    copper_flux: float  # J_Cu at the first power
    packing_alone: float
    sheath_voltage: float  # V, of copper at its reference power
    cu_to_v: float  # of the film with the second power


def constants(
    thickness: tuple[float, float, float], cu_to_v: float, power: tuple[float, float], time: float, pressure: float,
    distance: float, packing_mixed: float, volumes: Volumes, copper: Gun,
) -> Constants:  # fmt: skip
    """From the thicknesses (m) of the films without copper and at two copper powers (W), and Cu/V of the second film.

    `time` in s, `pressure` in Pa, `distance` in m. Errors: `HeterofilmError` where no sheath voltage explains them.
    """
    from scipy.optimize import brentq

    bare, first, second = thickness
    vanadium = first * packing_mixed / volumes.per_host(cu_to_v, glass=False)  # mol/m2
    alone = vanadium * volumes.per_host(0.0, glass=False) / bare
    v = second * packing_mixed / vanadium
    x = float(brentq(lambda x: volumes.per_host(x, glass=True) - v, 0.0, 100.0))

    def excess(voltage: float) -> float:
        own = copper._replace(voltage=voltage)
        return float(flux(own, power[1], pressure, distance) / flux(own, power[0], pressure, distance)) - x / cu_to_v

    try:
        voltage = float(brentq(excess, 20.0, 5000.0))
    except ValueError:
        raise InputError(
            f"No sheath voltage makes {power[1]:g} W give {x / cu_to_v:.3g} times the copper of {power[0]:g} W."
        ) from None
    return Constants(vanadium / time, cu_to_v * vanadium / time, alone, voltage, x)
