"""Work in several processes: the same results in the same order, and the environment as it was."""

import os
from pathlib import Path

import pytest

from heterofilm.samples import analyse_all, load_sample
from heterofilm.samples.workers import ONE_THREAD, Workers, cores
from synthetic_files import write_files


def test_results_come_in_the_order_of_the_tasks() -> None:
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    with Workers(2) as workers:
        # the first sorts a million numbers: it is the last that is done
        tasks = [(range(1_000_000 if k == 0 else k),) for k in range(10)]
        assert [len(one) for one in workers.map(sorted, tasks)] == [len(one) for (one,) in tasks]
    assert {name: os.environ.get(name) for name in ONE_THREAD} == before and cores() >= 1


@pytest.mark.parametrize("count", [1, 2])
def test_an_error_of_a_task_is_that_of_the_caller(count: int) -> None:
    with pytest.raises(ValueError, match="invalid literal"), Workers(count) as workers:
        list(workers.map(int, [("no",)] * 10))


def test_two_processes_find_what_one_finds(tmp_path: Path) -> None:
    """The same rows, figures and failures, whatever the number of processes."""
    samples = []
    for name in ("A", "B", "C"):
        write_files(tmp_path / name, "l.txt", "r.txt", "m.txt")
        (tmp_path / name / "sample.toml").write_text(f'name = "{name}"\nthickness = "300 +- 9 nm"\n')
        samples.append(load_sample(tmp_path / name))
    alone = analyse_all(samples)
    with Workers(2) as workers:
        together = analyse_all(samples, workers=workers)
    for one, other in zip(alone, together, strict=True):
        assert [str(r) for r in one.results] == [str(r) for r in other.results] and one.failed == other.failed
        assert [f.name for k in one.findings.values() for f in k.figures] == [
            f.name for k in other.findings.values() for f in k.figures
        ]
