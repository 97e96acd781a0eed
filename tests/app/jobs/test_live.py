"""The live process: the newest question is answered, and a stopped one leaves nothing."""

from __future__ import annotations

from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from heterofilm.app.jobs.live import Live
from heterofilm.app.session.state import Curve
from heterofilm.errors import InputError
from heterofilm.simulation.run import simulate

from .project_jobs import LONG, SHORT, processes, wait


def test_the_live_process_answers_the_newest_question(tmp_path: Path) -> None:
    """Of questions that come while one runs only the last is answered; the answer is what `simulate` gives."""
    live = Live(tmp_path)
    try:
        first = live.ask(SHORT)
        wait(lambda: first.running() or first.done())
        thick = [Curve("vo-half", {"films.VO.thickness": f"{d} nm"}, SHORT.test) for d in (400, 450, 500)]
        asked = [live.ask(curve) for curve in thick]
        assert first.result(300.0).record is not None
        answer = asked[-1].result(300.0)
        assert answer.record is not None and answer.error == ""
        expected = simulate("vo-half", SHORT.test, overrides=thick[-1].values)
        shown = answer.record.frame
        assert shown.equals(expected.frame.select(shown.columns)) and answer.record.steps.equals(expected.steps)
        assert answer.record.meta == expected.meta
        dropped = [one for one in asked[:-1] if one.cancelled()]
        assert len(dropped) >= 1
        with pytest.raises(CancelledError):
            dropped[0].result()
        wrong = live.ask(Curve("vo-half", {}, "Discharge at 5 uA/cm2 until 9 V")).result(300.0)
        assert wrong.error
        place = tmp_path / "kept.nc"
        live.ask(SHORT, place).result(300.0)
        assert place.is_file()
    finally:
        live.close()
    wait(lambda: not processes(tmp_path))


def test_a_stopped_simulation_leaves_no_process(tmp_path: Path) -> None:
    live = Live(tmp_path)
    asked = live.ask(LONG)
    wait(asked.running)
    wait(lambda: processes(tmp_path))
    live.stop()
    with pytest.raises(InputError, match="stopped"):
        asked.result(60.0)
    wait(lambda: not processes(tmp_path))
    assert live.ask(SHORT).result(300.0).record is not None, "and it answers again"
    live.close()
    wait(lambda: not processes(tmp_path))
