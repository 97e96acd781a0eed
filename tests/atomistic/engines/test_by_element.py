"""Settings by element: wrong ones are refused, absent ones too, and a part takes and states only what applies to it."""

import pytest

pytest.importorskip("ase", reason="the extra 'atoms' (ase, pymatgen) is not installed")

from dataclasses import dataclass

from ase import Atoms

from atomistic_engines import Lumps
from heterofilm.atomistic.engines.by_element import check_named, for_part
from heterofilm.atomistic.engines.checks import check_engine
from heterofilm.atomistic.engines.cp2k import Cp2k
from heterofilm.atomistic.engines.gpaw import Gpaw
from heterofilm.atomistic.tasks.sides import join
from heterofilm.errors import HeterofilmError

VO = Atoms("VO", [[0, 0, 0], [0, 0, 1.6]], cell=[6, 6, 6], pbc=True)


@pytest.mark.parametrize("engine", [Gpaw, Cp2k])
@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"u": {"Xx": 3.0}}, "u names 'Xx', which is no element"),
        ({"u": {"v": 3.1}}, "Did you mean 'V'"),
        ({"moments": {"CU": 1.0}}, "moments names 'CU'.*Did you mean 'Cu'"),
        ({"u": {"X": 1.0}}, "no element"),  # what ASE calls an atom without one
        ({"u": {"V": -3.0}}, "u from 0 to 20 eV, not -3.0 for V"),
        ({"u": {"V": float("nan")}}, "not nan for V"),
        ({"u": {"V": float("inf")}}, "not inf for V"),
        ({"u": {"V": True}}, "not True for V"),
        ({"u": {"V": "3"}}, "not '3' for V"),
        ({"u": 3.0}, "takes u by element"),
        ({"moments": {"Cu": float("nan")}}, "not nan for Cu"),
        ({"moments": {"Cu": []}}, r"not \[\] for Cu"),
    ],
)
def test_what_cannot_be_is_refused_when_the_engine_is_made(engine: type, settings: dict, words: str) -> None:
    with pytest.raises(HeterofilmError, match=words) as caught:
        engine(settings)
    assert "\n" not in str(caught.value)


def test_moments_of_single_atoms_are_for_cp2k_and_alternate_is_a_list_of_elements() -> None:
    Cp2k({"moments": {"Cu": [1.0, -1.0]}})
    with pytest.raises(HeterofilmError, match=r"one moment of at most 10 μ_B, not \[1.0, -1.0\] for Cu"):
        Gpaw({"moments": {"Cu": [1.0, -1.0]}})
    with pytest.raises(HeterofilmError, match="alternate as a list of elements"):
        Gpaw({"moments": {"Cu": 1.0}, "alternate": "Cu"})
    with pytest.raises(HeterofilmError, match="alternate names 'cu'"):
        Gpaw({"moments": {"Cu": 1.0}, "alternate": ["cu"]})


@pytest.mark.parametrize("engine", [Gpaw({"u": {"Cu": 4.0}}), Cp2k({"moments": {"V": 1.0, "Cu": 1.0}})])
def test_a_setting_of_an_absent_element_is_refused_with_those_that_are_there(engine: Gpaw | Cp2k) -> None:
    with pytest.raises(HeterofilmError, match=r"of Cu, but the structure holds O, V alone"):
        check_engine(VO, engine, "energy")
    check_engine(VO, Gpaw({"u": {"V": 3.1}, "moments": {"V": 1.0}, "alternate": ["V"]}), "energy")


def test_a_part_states_what_was_applied_to_it_and_keeps_the_spins_of_the_whole() -> None:
    whole = Gpaw({"u": {"V": 3.1, "Cu": 4.0}, "moments": {"Cu": 1.0}, "alternate": ["Cu"], "cutoff_eV": 300.0})
    part = for_part(whole, VO)
    assert str(part.level) == "PBE+U (V 3.1 eV), PW 300 eV, spins, GPAW"
    assert part.settings == {"u": {"V": 3.1}, "moments": {"O": 0.0}, "alternate": [], "cutoff_eV": 300.0}
    check_engine(VO, part)
    plain = Gpaw({"u": {"V": 3.1}})
    assert for_part(plain, VO) is plain


@dataclass(frozen=True)
class Seen(Lumps):
    """Lumps that have settings by element and remember which each structure was computed with."""

    def ground_state(self, atoms, *, elf, log):
        SEEN[str(atoms.symbols)] = self.settings
        return Lumps.ground_state(self, atoms, elf=elf, log=log)


SEEN: dict[str, dict] = {}


def test_the_sides_of_an_interface_are_computed_each_with_its_own_settings() -> None:
    atoms = Atoms("LiF", [[1.5, 1.5, 2.0], [1.5, 1.5, 6.0]], cell=[3, 3, 20], pbc=True)
    join(atoms, (0,), Seen({"u": {"Li": 2.0, "F": 1.0}}))
    assert SEEN == {"LiF": {"u": {"Li": 2.0, "F": 1.0}}, "Li": {"u": {"Li": 2.0}}, "F": {"u": {"F": 1.0}}}
    with pytest.raises(HeterofilmError, match="holds F, Li alone"):
        join(atoms, (0,), Seen({"u": {"V": 2.0}}))


def test_a_u_of_zero_is_none() -> None:
    check_named("GPAW", {"u": {"V": 0.0}, "moments": {}})
    assert str(Gpaw({"u": {"V": 0.0}}).level) == "PBE, PW 400 eV, GPAW"
