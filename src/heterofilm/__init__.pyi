"""Every public name of the package and the module it lives in: what `__init__` reads, and what type checkers see."""

from ._version import __version__ as __version__
from .analysis.electrochemistry import gitt as _gitt
from .analysis.electrochemistry.cv import b_value as b_value
from .analysis.electrochemistry.cv import dunn_split as dunn_split
from .analysis.electrochemistry.cycles import cycle_table as cycle_table
from .analysis.electrochemistry.cycles import end_of_life as end_of_life
from .analysis.electrochemistry.cycles import rate_summary as rate_summary
from .analysis.electrochemistry.dqdv import dqdv as dqdv
from .analysis.electrochemistry.dqdv import plateaus as plateaus
from .analysis.electrochemistry.hysteresis import hysteresis as hysteresis
from .analysis.electrochemistry.hysteresis import hysteresis_table as hysteresis_table
from .analysis.electrochemistry.ocv_fit import fit_ocv as fit_ocv
from .analysis.electrochemistry.open_circuit import ocv_from as ocv_from
from .analysis.electrochemistry.replicates import replicates as replicates
from .analysis.impedance import features as _features
from .analysis.impedance.drt import relaxation_times as relaxation_times
from .analysis.impedance.fit import fit_circuit as fit_circuit
from .analysis.impedance.kramers_kronig import kramers_kronig as kramers_kronig
from .calibration.fitted import FitResult as FitResult
from .calibration.fitted import compare_fits as compare_fits
from .calibration.joint import fit as fit
from .calibration.measured import Data as Data
from .cell import Cell as Cell
from .commands.run import run_study as run_study
from .device.bending import bend as bend
from .device.bending import safe_radius as safe_radius
from .device.stack import Stack as Stack
from .errors import FileFormatError as FileFormatError
from .errors import HeterofilmError as HeterofilmError
from .errors import InputError as InputError
from .errors import MissingExtraError as MissingExtraError
from .errors import SimulationError as SimulationError
from .growth.grow import grow as grow
from .instruments.impedance_table import read_spectra as read_spectra
from .library import Library as Library
from .library.template import new as new
from .plots.device import stack_figure as stack_figure
from .protocol import Protocol as Protocol
from .protocol import charge as charge
from .protocol import discharge as discharge
from .protocol import gitt as gitt
from .protocol import hold as hold
from .protocol import impedance as impedance
from .protocol import pulses as pulses
from .protocol import ramp as ramp
from .protocol import repeat as repeat
from .protocol import rest as rest
from .protocol import soak as soak
from .protocol import sweep as sweep
from .protocol import voltammogram as voltammogram
from .records.many import Records as Records
from .records.record import Record as Record
from .records.spectrum import spectra as spectra
from .simulation.batch import simulate_many as simulate_many
from .simulation.device import capacity_against as capacity_against
from .simulation.device import source as source
from .simulation.oxidation import oxidation_states as oxidation_states
from .simulation.run import simulate as simulate
from .simulation.sensitivities import sensitivities as sensitivities
from .simulation.unused_capacity import unused_capacity as unused_capacity
from .sweeps.run import Sweep as Sweep
from .sweeps.run import run_sweep as run_sweep

# called otherwise at home
gitt_pulses = _gitt.gitt
impedance_features = _features.features
