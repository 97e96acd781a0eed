"""What ``heterofilm simulate`` prints, and in which order."""

import pytest

from heterofilm.cli import main


def test_a_run_that_gave_nothing_begins_with_why(capsys: pytest.CaptureFixture) -> None:
    """A film of 0.45 mm for one of 450 nm: the reason stands above the table of zeros, and once only."""
    thick = ["--set", "films.LMO.thickness=450 um", "--rtol", "0.01"]
    assert main(["simulate", "lmo-atfb", "Discharge at C/10", *thick]) == 2
    said = capsys.readouterr().out
    assert said.startswith("! Almost no charge passed.") and said.count("over at once") == 1
    assert main(["simulate", "lmo-atfb", "Discharge at C/10 for 1 s", "--rtol", "0.01"]) == 0
    assert "Almost no charge" not in capsys.readouterr().out, "a short step is no failure"
