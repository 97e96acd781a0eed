"""The lab bench: a sample sheet and a folder of files in, a paper's table, figures and methods out."""

from .analyse import Analysed, analyse, samples_in, write
from .findings import Findings
from .sample_file import Sample, SampleSheet, load_sample

__all__ = ["Analysed", "Findings", "Sample", "SampleSheet", "analyse", "load_sample", "samples_in", "write"]
