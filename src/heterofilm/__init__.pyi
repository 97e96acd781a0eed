"""Every public name of the package and the module it lives in: what `__init__` reads, and what type checkers see."""

from ._version import __version__ as __version__
from .analysis.electrochemistry.cv import b_value as b_value, dunn_split as dunn_split
from .analysis.electrochemistry.cycles import cycle_table as cycle_table
from .analysis.electrochemistry.cycles import end_of_life as end_of_life
from .analysis.electrochemistry.cycles import rate_summary as rate_summary
from .analysis.electrochemistry.dqdv import dqdv as dqdv, plateaus as plateaus
from .analysis.electrochemistry.gitt import gitt as gitt_pulses
from .analysis.electrochemistry.replicates import replicates as replicates
from .analysis.impedance.drt import relaxation_times as relaxation_times
from .analysis.impedance.features import features as impedance_features
from .analysis.impedance.fit import fit_circuit as fit_circuit
from .analysis.impedance.kramers_kronig import kramers_kronig as kramers_kronig
from .cell import Cell as Cell
from .errors import HeterofilmError as HeterofilmError, SimulationError as SimulationError
from .growth.grow import grow as grow
from .instruments.impedance_table import read_spectra as read_spectra
from .library import Library as Library
from .protocol import Protocol as Protocol
from .protocol import charge as charge
from .protocol import discharge as discharge
from .protocol import gitt as gitt
from .protocol import hold as hold
from .protocol import impedance as impedance
from .protocol import repeat as repeat
from .protocol import rest as rest
from .protocol import soak as soak
from .protocol import sweep as sweep
from .protocol import voltammogram as voltammogram
from .records.many import Records as Records
from .records.record import Record as Record
from .records.spectrum import spectra as spectra
from .simulation.batch import simulate_many as simulate_many
from .simulation.oxidation import oxidation_states as oxidation_states
from .simulation.run import simulate as simulate
from .simulation.unused_capacity import unused_capacity as unused_capacity
from .study.run import run_study as run_study
