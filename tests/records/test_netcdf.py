"""Records as netCDF: what is written comes back, bit for bit, whatever a record holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from heterofilm import simulate
from heterofilm.records.netcdf import Content, read_netcdf, write_netcdf

PROTOCOLS = {
    "curve": ("Discharge at 20 uA/cm2 for 60 s", False),
    "spectrum": ("EIS from 1 kHz to 100 Hz", False),
    "profiles": ("Discharge at 20 uA/cm2 for 60 s", True),
}


@pytest.mark.parametrize("name", PROTOCOLS)
def test_what_is_written_comes_back(name: str, tmp_path: Path) -> None:
    protocol, detail = PROTOCOLS[name]
    r = simulate("vo-half", protocol, detail=detail)
    assert (r.impedance is not None) == (name == "spectrum")
    content = Content(r.frame, r.profiles, r.meta, r.steps, r.impedance, r.states)
    write_netcdf(tmp_path / "a.nc", content)
    back = read_netcdf(tmp_path / "a.nc")
    assert back.frame.equals(r.frame) and back.steps.equals(r.steps) and back.meta == r.meta
    assert (back.impedance is None) == (r.impedance is None)
    if r.impedance is not None:
        assert back.impedance is not None and back.impedance.equals(r.impedance)
    assert (back.profiles is None) == (r.profiles is None)
    if r.profiles is not None:
        assert back.profiles.equals(r.profiles)
    assert back.states is not None and r.states is not None
    assert back.states.values == r.states.values and (back.states.rows == r.states.rows).all()
