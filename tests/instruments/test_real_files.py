"""Every measured file is read as what it is, or refused with the one sentence that the table here expects.

A file without a row in `REFUSED` must be read with the technique of its folder (or of `TECHNIQUE`): a new refusal
fails, and so does a file that is suddenly taken for something else.
"""

import shutil
from fnmatch import fnmatch

import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read_all
from real_data import FOLDER, real_file

NO_INSTRUMENT = {  # pattern: why it is no instrument's file
    "*.md": "words about the data",
    "eis/hybriddrt_sample_info.txt": "words about the data",
    "eis/pydrttools_1ZARC_DRT-RR.csv": "a distribution of relaxation times, the result of another program",
    "neware/*.BTSDA.parquet": "the vendor's own export, an oracle for the .ndax of the same name",
    "structures/*.extxyz": "atoms of a simulation",
}
REFUSED = {  # pattern: what the sentence says
    "*.tdms": "files of LabVIEW are not read; export",
    "*.cif": "it is a crystal structure",
    "*.emi": "give the .ser file of the same name",
    "*.ccs": "the layout of .ccs is not published; export",
    "eis/impedancepy_exampleDataBioLogic_MissingFreq.mpt": "it has no column 'freq'",
    "neware/fastnda_empty.ndax": "it holds no row of data",
}
FOLDERS = {  # folder: techniques that its files may hold
    "arbin": {"cycling"}, "cycling_csv": {"cycling"}, "neware": {"cycling"}, "cv": {"voltammetry"},
    "eis": {"impedance"}, "gitt": {"cycling"}, "hrtem": {"image"}, "raman": {"raman"},
    "thin_film_combinatorial": {"table"}, "tofsims": {"depth profile"}, "ups": {"ups"}, "uvvis": {"uvvis"},
    "xps": {"xps"}, "xrd": {"xrd"},
}  # fmt: skip
TECHNIQUE = {  # pattern: techniques, where the folder says too little
    "biologic/*cv*": {"voltammetry"}, "biologic/*lsv*": {"voltammetry"}, "biologic/*eis*": {"impedance"},
    "biologic/*": {"cycling"},
    "eis/impedancepy_exampleDataParstat.txt": {"impedance", "cycling"},
    "gitt/*_OCP_*": {"table"},  # potential against share, no time
    "hrtem/ncempy_08_carbon.dm3": {"table"},  # an energy-loss spectrum
    "xps/*_results.csv": {"table"},
}  # fmt: skip
NAMES = [str(path.relative_to(FOLDER)) for path in sorted(FOLDER.rglob("*")) if path.is_file()] or ["absent"]


def of(name: str, table: dict) -> object:
    """The first entry of a table whose pattern fits the name."""
    return next((value for pattern, value in table.items() if fnmatch(name, pattern)), None)


@pytest.mark.parametrize("name", [name for name in NAMES if of(name, NO_INSTRUMENT) is None])
def test_every_file_is_read_or_refused_as_expected(name: str) -> None:
    path = real_file(name)
    said = of(name, REFUSED)
    if name.endswith(".res") and shutil.which("mdb-export") is None:
        said = "which needs mdb-export: install mdbtools"
    if said is not None:
        with pytest.raises(HeterofilmError) as caught:
            read_all(path)
        assert str(said) in str(caught.value) and str(caught.value).isprintable() and str(path) in str(caught.value)
        return
    found = read_all(path)
    expected = of(name, TECHNIQUE) or FOLDERS[name.split("/")[0]]
    assert {one.technique for one in found} == expected
    assert all(one.format and one.path == path for one in found)
    for one in found:
        floats = [s for s in one.table if s.dtype.is_float()]
        assert one.technique == "table" or all(s.drop_nulls().is_finite().all() for s in floats)


@pytest.mark.parametrize("name", [name for name in NAMES if of(name, NO_INSTRUMENT) is not None])
def test_what_is_no_instrument_s_file_is_one_sentence(name: str) -> None:
    with pytest.raises(HeterofilmError) as caught:
        read_all(real_file(name))
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("table", [NO_INSTRUMENT, REFUSED, TECHNIQUE], ids=["no instrument", "refused", "technique"])
def test_every_row_of_the_tables_fits_a_file(table: dict) -> None:
    """A row that fits nothing would hide that a file is gone or renamed."""
    if NAMES == ["absent"]:
        real_file("SOURCES.md")
    assert [pattern for pattern in table if not any(fnmatch(name, pattern) for name in NAMES)] == []
