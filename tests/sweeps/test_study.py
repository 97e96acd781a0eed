"""Studies: what one may say, and the sentence for what it may not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from heterofilm import HeterofilmError
from heterofilm.sweeps.study import Study, protocol_of, study_of

D = "phases.V2O5.D"
GOOD: dict[str, Any] = {"cell": "vo-half", "protocol": "Discharge at C/5", "values": {D: [1e-13, 1e-12]}}


def made(**changes: Any) -> dict[str, Any]:
    return GOOD | changes


def test_runs_are_counted() -> None:
    """A grid has the product of its lengths, a list the length of each, a sample what it is asked for."""
    ranged = {"low": 1e-13, "high": 1e-12}
    two = {D: [1e-13, 1e-12], "films.VO.thickness": {"low": 100, "high": 300, "count": 7}}
    assert study_of(made(values=two))[0].count() == 14
    side = {D: [1e-13, 1e-12], "films.VO.thickness": ["100 nm", 300]}
    assert study_of(made(values=side, sample={"kind": "list"}))[0].count() == 2
    assert study_of(made(values={D: ranged}, sample={"kind": "sobol", "runs": 9}))[0].count() == 9


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"protocol": 5}, "protocol"),
        ({"colour": "red"}, "there is no key 'colour'"),
        ({"values": {}}, "values"),
        ({"values": {D: []}}, "has no values"),
        ({"values": {D: {"low": 1, "high": 2}}}, "needs a count"),
        ({"sample": {"kind": "sobol"}}, "needs runs"),
        ({"sample": {"kind": "grid", "runs": 5}}, "takes no runs"),
        ({"sample": {"kind": "sobol", "runs": 5}}, "is a list"),
        ({"sample": {"kind": "latin", "runs": 5}, "values": {D: {"low": 1, "high": 2, "count": 3}}}, "takes no count"),
        ({"sample": {"kind": "list"}, "values": {D: [1, 2], "films.VO.thickness": [1]}}, "not equally many"),
        ({"values": {D: {"low": 1, "high": 2, "count": 10**9}, "a.b.c": [1, 2]}}, "at most"),
        ({"settings": {"ageing": ["rust"]}}, "no ageing mechanism"),
        ({"settings": {"rtol": 1.0}}, "rtol"),
        ({"keep": {"points": -1}}, "points"),
        ({"cell": 5}, "cell"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(HeterofilmError) as caught:
        study_of(made(**changes))
    assert words in str(caught.value) and "Traceback" not in str(caught.value)


def test_a_file_is_read_and_its_folder_told(tmp_path: Path) -> None:
    """The study's files are beside it."""
    file = tmp_path / "study.toml"
    file.write_text(f'cell = "vo-half"\nprotocol = "Discharge at C/5"\nvalues = {{ "{D}" = [1e-13] }}\n')
    study, near = study_of(file)
    assert isinstance(study, Study) and near == tmp_path and study.count() == 1
    with pytest.raises(HeterofilmError, match="Cannot read the study"):
        study_of(tmp_path / "none.toml")
    with pytest.raises(HeterofilmError, match="A study is a TOML file"):
        study_of(5)  # type: ignore[arg-type]


def test_files_of_a_protocol_are_beside_the_study(tmp_path: Path) -> None:
    """A protocol in a file, and a load that it follows; what is none is a sentence."""
    (tmp_path / "load.csv").write_text("time / s,current / mA\n0,0.01\n60,0.01\n")
    (tmp_path / "own.txt").write_text('Follow "load.csv"\n')
    for protocol in ("own.txt", 'Follow "load.csv"'):
        study, near = study_of(made(protocol=protocol))[0], tmp_path
        (load,) = protocol_of(study, near).loads()
        assert load.times[-1] == 60.0
    for protocol in ("other.txt", "Discharge at 5 uA/cm"):
        with pytest.raises(HeterofilmError):
            protocol_of(study_of(made(protocol=protocol))[0], tmp_path)
