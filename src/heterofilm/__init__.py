"""heterofilm: thin-film batteries from the crystal to the discharge curve.

>>> import heterofilm
>>> record = heterofilm.simulate("vo-half", "Discharge at 5 uA/cm2 until 2.15 V")
>>> 40 < record.capacity("uAh/cm2/um") < 60
True

Nothing is loaded before it is used, so that the import itself takes no time.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from .analysis.electrochemistry.cv import b_value, dunn_split
    from .analysis.electrochemistry.cycles import cycle_table, end_of_life, rate_summary
    from .analysis.electrochemistry.dqdv import dqdv, plateaus
    from .analysis.electrochemistry.gitt import gitt as gitt_pulses
    from .analysis.electrochemistry.replicates import replicates
    from .analysis.impedance.drt import relaxation_times
    from .analysis.impedance.features import features as impedance_features
    from .analysis.impedance.fit import fit_circuit
    from .analysis.impedance.kramers_kronig import kramers_kronig
    from .cell import Cell
    from .commands.run import run_study
    from .errors import HeterofilmError
    from .growth.grow import grow
    from .instruments.impedance_table import read_spectra
    from .library import Library
    from .library.template import new
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
    from .records.record import Record
    from .records.spectrum import spectra
    from .simulation.batch import simulate_many
    from .simulation.oxidation import oxidation_states
    from .simulation.run import simulate
    from .simulation.unused_capacity import unused_capacity

_HOME = {  # the module of every name, and after a colon what it is called there
    "simulate": ".simulation.run",
    "simulate_many": ".simulation.batch",
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
    "Record": ".records.record",
    "Library": ".library",
    "new": ".library.template",
    "HeterofilmError": ".errors",
    "grow": ".growth.grow",
    "plateaus": ".analysis.electrochemistry.dqdv",
    "dqdv": ".analysis.electrochemistry.dqdv",
    "oxidation_states": ".simulation.oxidation",
    "unused_capacity": ".simulation.unused_capacity",
    "cycle_table": ".analysis.electrochemistry.cycles",
    "end_of_life": ".analysis.electrochemistry.cycles",
    "rate_summary": ".analysis.electrochemistry.cycles",
    "replicates": ".analysis.electrochemistry.replicates",
    "read_spectra": ".instruments.impedance_table",
    "spectra": ".records.spectrum",
    "impedance_features": ".analysis.impedance.features:features",
    "kramers_kronig": ".analysis.impedance.kramers_kronig",
    "fit_circuit": ".analysis.impedance.fit",
    "relaxation_times": ".analysis.impedance.drt",
    "b_value": ".analysis.electrochemistry.cv",
    "dunn_split": ".analysis.electrochemistry.cv",
    "gitt_pulses": ".analysis.electrochemistry.gitt:gitt",
    "run_study": ".commands.run",
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
    "new",
    "HeterofilmError",
    "grow",
    "plateaus",
    "dqdv",
    "oxidation_states",
    "unused_capacity",
    "cycle_table",
    "end_of_life",
    "rate_summary",
    "replicates",
    "read_spectra",
    "spectra",
    "impedance_features",
    "kramers_kronig",
    "fit_circuit",
    "relaxation_times",
    "b_value",
    "dunn_split",
    "gitt_pulses",
    "run_study",
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'heterofilm' has no attribute '{name}'")
    home, _, own = _HOME[name].partition(":")
    value = getattr(import_module(home, __name__), own or name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
