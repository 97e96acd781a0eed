"""Engines by name: what is missing is said in one sentence."""

from __future__ import annotations

import pytest

pytest.importorskip("ase", reason="the extra 'atoms' (ase, pymatgen) is not installed")

from heterofilm.atomistic.engines import base as engines
from heterofilm.errors import HeterofilmError


def test_the_nearest_name_is_offered() -> None:
    with pytest.raises(HeterofilmError, match="Did you mean 'chgnet'"):
        engines.get("chgnt")


def test_a_missing_package_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heterofilm.errors.find_spec", lambda name: None)
    with pytest.raises(HeterofilmError, match=r"needs the package ase.*heterofilm\[mlp\]") as caught:
        engines.get("chgnet")
    assert "\n" not in str(caught.value)
    with pytest.raises(HeterofilmError, match=r"heterofilm\[dft\]"):
        engines.get("gpaw")


def test_a_setting_that_an_engine_does_not_know_is_refused() -> None:
    from ase.build import bulk

    atoms = bulk("Cu")
    with pytest.raises(HeterofilmError, match="does not know the setting 'cutoff'"):
        engines.get("emt", cutoff=400).calculator(atoms)
    with pytest.raises(HeterofilmError, match="it takes none"):
        engines.get("emt").calculator(atoms, kpts=2)


def test_every_registered_engine_speaks_of_known_capabilities() -> None:
    engine = engines.get("emt")
    assert isinstance(engine, engines.Engine)
    assert engine.capabilities <= engines.CAPABILITIES
    assert engine.version().startswith("ase 3")
    assert set(engines.names()) == {"chgnet", "gpaw", "cp2k", "emt"}


def test_emt_gives_the_energy_ase_gives() -> None:
    """The engine adds nothing of its own."""
    from ase.build import bulk
    from ase.calculators.emt import EMT

    ours, theirs = bulk("Cu", a=3.7), bulk("Cu", a=3.7)
    ours.calc, theirs.calc = engines.get("emt").calculator(ours), EMT()
    assert ours.get_potential_energy() == theirs.get_potential_energy()


def test_chgnet_says_nothing_of_torch_between_the_lines_of_progress(recwarn: pytest.WarningsRecorder) -> None:
    """Its answer is that of CHGNet's own calculator, whose one warning is left out; others pass."""
    torch = pytest.importorskip("torch")
    pytest.importorskip("chgnet")
    from chgnet.model.dynamics import CHGNetCalculator

    from heterofilm.atomistic.structures.library import load

    ours, theirs = load("Li").atoms, load("Li").atoms
    ours.calc = engines.get("chgnet").calculator(ours)
    before = torch.is_warn_always_enabled()
    torch.set_warn_always(True)  # or it would be silent after the first time anyhow
    try:
        E = ours.get_potential_energy()
        assert not [one for one in recwarn if "requires_grad" in str(one.message)]
        theirs.calc = CHGNetCalculator(ours.calc.model, use_device="cpu", on_isolated_atoms="error")
        assert theirs.get_potential_energy() == E
    finally:
        torch.set_warn_always(before)
