"""heterofilm: thin-film batteries from the crystal to the discharge curve.

>>> import heterofilm
>>> record = heterofilm.simulate("vo-half", "Discharge at 5 uA/cm2 until 2.15 V")
>>> 40 < record.capacity("uAh/cm2/um") < 60
True

Nothing is loaded before it is used, so that the import itself takes no time.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from .analysis.capacity import unused_capacity
    from .analysis.dqdv import dqdv, plateaus
    from .analysis.oxidation import oxidation_states
    from .batch import simulate_many
    from .cell import Cell
    from .errors import HeterofilmError
    from .library import Library
    from .protocol import (
        Protocol,
        charge,
        discharge,
        gitt,
        hold,
        impedance,
        repeat,
        rest,
        sweep,
        voltammogram,
    )  # fmt: skip
    from .record import Record
    from .simulate import simulate
    from .study.study import run_study

_HOME = {
    "simulate": ".simulate",
    "simulate_many": ".batch",
    "Cell": ".cell",
    "Protocol": ".protocol",
    "discharge": ".protocol",
    "charge": ".protocol",
    "rest": ".protocol",
    "repeat": ".protocol",
    "hold": ".protocol",
    "sweep": ".protocol",
    "voltammogram": ".protocol",
    "gitt": ".protocol",
    "impedance": ".protocol",
    "Record": ".record",
    "Library": ".library",
    "HeterofilmError": ".errors",
    "plateaus": ".analysis.dqdv",
    "dqdv": ".analysis.dqdv",
    "oxidation_states": ".analysis.oxidation",
    "unused_capacity": ".analysis.capacity",
    "run_study": ".study.study",
}

__all__ = [
    "simulate",
    "simulate_many",
    "Cell",
    "Protocol",
    "discharge",
    "charge",
    "rest",
    "repeat",
    "hold",
    "sweep",
    "voltammogram",
    "gitt",
    "impedance",
    "Record",
    "Library",
    "HeterofilmError",
    "plateaus",
    "dqdv",
    "oxidation_states",
    "unused_capacity",
    "run_study",
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'heterofilm' has no attribute '{name}'")
    value = getattr(import_module(_HOME[name], __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """Importing the module ``heterofilm.simulate`` must not hide the function of that name."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("simulate", "impedance") and isinstance(value, ModuleType):
            value = getattr(value if name == "simulate" else import_module(".protocol", __name__), name)
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
