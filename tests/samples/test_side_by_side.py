"""The page of several samples: their numbers, replicates and curves together; of one sample its potentials."""

from pathlib import Path

from heterofilm.samples import analyse
from heterofilm.samples.side_by_side import over_potentials, side_by_side
from synthetic_files import write_files


def test_samples_measured_alike_share_figures_and_a_table(tmp_path: Path) -> None:
    done = []
    for name in ("A", "B", "C"):
        write_files(tmp_path / name, "l.txt", "m.txt")
        (tmp_path / name / "sample.toml").write_text(f'name = "{name}"\ngroup = "all"\nthickness = "300 +- 9 nm"\n')
        done.append(analyse(tmp_path / name))
    chapter = side_by_side(done)
    assert [figure.title for figure in chapter.figures] == ["UV-vis: Transmittance", "Raman: intensity"]
    both, made_alike = chapter.tables
    assert any(row[0] == "direct gap" for row in both.rows) and any(row[0] == "direct gap" for row in made_alike.rows)
    assert all([s.label for s in figure.series] == ["A", "B", "C"] for figure in chapter.figures)


def test_a_sample_over_its_potentials(tmp_path: Path) -> None:
    write_files(tmp_path, "i.vms")
    (tmp_path / "j.vms").write_bytes((tmp_path / "i.vms").read_bytes())
    lines = [f'[[files]]\npath = "{f}.vms"\nwhat = "xps"\npotential = "{p} V"\n' for f, p in (("i", 2.9), ("j", 2.1))]
    (tmp_path / "sample.toml").write_text('name = "A"\n' + "".join(lines))
    figures = over_potentials(analyse(tmp_path), "xps")
    assert figures and all([s.label for s in f.series] == ["2.1 V", "2.9 V"] for f in figures)
