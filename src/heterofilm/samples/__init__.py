"""Sample analysis: a sample file and a folder of measurements in, a table, figures and methods out."""

from .analyse import Analysed, analyse, samples_in, write
from .findings import Findings
from .sample_file import Sample, SampleFile, load_sample

__all__ = ["Analysed", "Findings", "Sample", "SampleFile", "analyse", "load_sample", "samples_in", "write"]
