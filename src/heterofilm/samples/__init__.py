"""Sample analysis: a sample file and a folder of measurements in, a table, figures and methods out."""

from .analyse import Analysed, analyse, analyse_all, samples_in, write
from .compared import Compared, compared
from .curves import curves_of_sample
from .findings import Findings
from .overlays import overlays
from .sample_file import Sample, SampleFile, load_sample
from .verdict import verdict

__all__ = [
    "Analysed",
    "Compared",
    "Findings",
    "Sample",
    "SampleFile",
    "analyse",
    "analyse_all",
    "compared",
    "curves_of_sample",
    "load_sample",
    "overlays",
    "samples_in",
    "verdict",
    "write",
]
