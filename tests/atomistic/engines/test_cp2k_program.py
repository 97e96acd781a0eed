"""Finding and running CP2K: scripts that behave like a program that is absent, stuck, stopped or something else."""

import os
import time
from pathlib import Path

import pytest

pytest.importorskip("ase")

from heterofilm.atomistic.engines import cp2k_program
from heterofilm.errors import HeterofilmError


def script(folder: Path, text: str, name: str = "cp2k.psmp") -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def run(path: Path, folder: Path, limit_s: float = 20.0) -> str:
    return cp2k_program.run(path, "&GLOBAL", folder, data=folder, threads=1, limit_s=limit_s)


def test_without_the_program_its_installation_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HeterofilmError, match=r"none of cp2k.psmp.*apt-get install cp2k"):
        cp2k_program.program()
    with pytest.raises(HeterofilmError, match=r"'/nowhere/cp2k' is no program"):
        cp2k_program.program("/nowhere/cp2k")
    made = script(tmp_path, "echo", "cp2k")
    assert cp2k_program.program() == made and cp2k_program.program(str(made)) == made


def test_the_version_is_what_the_program_says(tmp_path: Path) -> None:
    assert cp2k_program.version(script(tmp_path, "echo ' CP2K version 2099.1'", "a")) == "CP2K 2099.1"
    with pytest.raises(HeterofilmError, match="--version"):
        cp2k_program.version(script(tmp_path, "echo hello", "b"))


def test_data_are_looked_for_where_they_were_said_to_be(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    held, empty = tmp_path / "data", tmp_path / "empty"
    held.mkdir(), empty.mkdir()
    (held / "BASES").touch()
    half = len(str(held)) // 2  # CP2K breaks its lines within words
    said = f"printf ' -D __DATA_DIR=\"%s\\n   %s\" -D' '{str(held)[:half]}' '{str(held)[half:]}'"
    path = script(tmp_path, said)
    monkeypatch.delenv("CP2K_DATA_DIR", raising=False)
    assert cp2k_program.data_folder(path, "BASES") == held
    monkeypatch.setenv("CP2K_DATA_DIR", str(empty))
    with pytest.raises(HeterofilmError, match=r"BASES.*CP2K_DATA_DIR.*cp2k-data"):
        cp2k_program.data_folder(path, "BASES")


def test_the_program_gets_its_input_threads_and_data_and_its_words_come_back(tmp_path: Path) -> None:
    path = script(tmp_path, 'cat "$2" > "$4"; echo " $OMP_NUM_THREADS $CP2K_DATA_DIR PROGRAM ENDED" >> "$4"')
    assert run(path, tmp_path).split() == ["&GLOBAL", "1", str(tmp_path), "PROGRAM", "ENDED"]


def test_a_program_that_stops_says_why(tmp_path: Path) -> None:
    box = " *  ___ *\n * /   \\ *\n * [ABORT] *\n *  \\___/   Unknown unit of energy *\n *    |     in line 12 *"
    (tmp_path / "box").write_text(box)
    with pytest.raises(HeterofilmError, match=r"Unknown unit of energy in line 12") as caught:
        run(script(tmp_path, 'cat box > "$4"; exit 1'), tmp_path)
    assert "\n" not in str(caught.value)
    with pytest.raises(HeterofilmError, match="ends early"):
        run(script(tmp_path, 'echo started > "$4"'), tmp_path)
    with pytest.raises(HeterofilmError, match="exit status 3"):
        run(script(tmp_path, "exit 3"), tmp_path)


def test_a_program_that_takes_too_long_is_stopped_with_its_children(tmp_path: Path) -> None:
    start = time.monotonic()
    with pytest.raises(HeterofilmError, match="did not end within 1 s"):
        run(script(tmp_path, "sleep 60 & echo $! > child; wait"), tmp_path, limit_s=1.0)
    assert time.monotonic() - start < 30.0
    time.sleep(0.2)
    child = Path(f"/proc/{(tmp_path / 'child').read_text().strip()}/stat")
    assert not child.exists() or child.read_text().split()[2] == "Z"


@pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="the system does not show where its processes work")
def test_what_a_killed_call_left_at_work_is_ended_and_nothing_else(tmp_path: Path) -> None:
    import subprocess

    here, other = tmp_path / "here", tmp_path / "other"
    here.mkdir(), other.mkdir()
    left = subprocess.Popen(["sleep", "60"], cwd=here, start_new_session=True)
    stranger = subprocess.Popen(["sleep", "60"], cwd=other, start_new_session=True)
    path = script(tmp_path, 'echo "PROGRAM ENDED" > "$4"')
    try:
        (here / cp2k_program.PID).write_text(str(stranger.pid))
        run(path, here)
        assert stranger.poll() is None
        (here / cp2k_program.PID).write_text(str(left.pid))
        run(path, here)
        assert left.wait(timeout=10) == -9
        (here / cp2k_program.PID).write_text("no number")
        run(path, here)
    finally:
        for process in (left, stranger):
            if process.poll() is None:
                os.kill(process.pid, 9)
            process.wait()
