"""The lab bench: a sample sheet and a folder of files in, a paper's table, figures and methods out."""

from .findings import Findings
from .project import Analysed, analyse, samples_in, write
from .sheet import Sample, SampleSheet, load_sample

__all__ = ["Analysed", "Findings", "Sample", "SampleSheet", "analyse", "load_sample", "samples_in", "write"]
