"""Ending processes at any moment: what stands in their folders afterwards, and what the same command makes of it.

A server forks a process for each run, ends it, and runs it again to its end. ``python killing.py JOB TIMES SEED``
"""

from __future__ import annotations

import faulthandler
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

CYCLE = "(Discharge at 80 uA/cm2 until 2.15 V; Charge at 80 uA/cm2 until 3.8 V)"
STUDY = f"""
title = "two tests"
cells = ["vo-half"]
[[tests]]
name = "first"
protocol = "Discharge at 20 uA/cm2 until 2.15 V"
[[tests]]
name = "life"
protocol = "6 x {CYCLE}; EIS from 1 kHz to 1 Hz"
"""
SWEEP = """
cell = "vo-half"
protocol = "Discharge at 80 uA/cm2 until 2.15 V"
values = { "phases.V2O5.D" = { low = 1e-14, high = 1e-12, scale = "log", count = 4000 } }
"""
SHEET = """
name = "one"
area = "1 cm2"
thickness = "300 nm"
[[files]]
path = "g.DTA"
circuit = "R0-p(R1,C1)"
[[files]]
path = "l.txt"
"""
JOBS: dict[str, tuple[str, ...]] = {
    "simulate": ("simulate", "vo-half", f"150 x {CYCLE}; EIS from 1 kHz to 1 Hz", "--folder", "{}/out",
                 "--keep", "1,2,50,150"),
    "vary": ("vary", "vo-half", "Discharge at 80 uA/cm2 until 2.15 V", "phases.V2O5.D=1e-14:1e-12:150:log",
             "--folder", "{}/out", "--out", "{}/out.csv"),
    "sweep": ("sweep", "{}/sweep.toml", "--folder", "{}/out", "--out", "{}/out.csv"),
    "run": ("run", "{}/study.toml", "--out", "{}/out", "--members", "0", "--quiet"),
    "analyse": ("analyse", "{}/sample", "--out", "{}/out"),
}  # fmt: skip
TABLES = (".csv", ".parquet", ".txt", ".npy", ".svg")  # what is the same to the byte in two runs
GOLDEN = 0.6180339887498949  # whose multiples lie evenly in any number of them
SHARD = re.compile(r"\d{12}-\d{12}\.parquet|\.[0-9a-f]{8}\.part\.parquet")
LIBRARIES = {
    "simulate": ("h5netcdf",),
    "run": ("heterofilm.figures.matplotlib", "jinja2", "plotly.graph_objects", "xarray", "h5netcdf"),
    "analyse": ("heterofilm.figures.matplotlib", "jinja2", "plotly.graph_objects", "lmfit"),
}
CALLBACK = re.compile(r"Exception ignored .*?\n\w*(Interrupt|Exit)\w*:? *\n", re.DOTALL)
WAYS = (*[signal.SIGKILL] * 6, signal.SIGTERM, signal.SIGINT)


def prepare(folder: Path) -> None:
    """What the jobs read."""
    from synthetic_files import write_files

    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    (folder / "sweep.toml").write_text(SWEEP, encoding="utf-8")
    write_files(folder / "sample", "g.DTA", "l.txt")
    (folder / "sample" / "sample.toml").write_text(SHEET, encoding="utf-8")


def contents(folder: Path) -> dict[str, str]:
    """Every table that stands in the folder of results, by its checksum; other files (with times in them, as netCDF
    has, or checksums of such) by their names alone. What a sweep has in one file depends on how fast it was."""
    places = [folder / "out.csv", *(path for path in (folder / "out").rglob("*") if not SHARD.fullmatch(path.name))]
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        if path.suffix in TABLES and path.name != "parts.csv"
        else ""
        for path in places
        if path.is_file()
    }


def start(job: str, folder: Path) -> int:
    """A process that carries out the job; a job without a name prepares the folder.

    All that works is a process of its own: a fork of one whose threads have begun to work would wait for them forever.
    """
    child = os.fork()
    if child:
        return child
    os.setsid()
    code = 70
    faulthandler.enable()
    try:
        from heterofilm.cli import main
        from heterofilm.simulation import batch

        batch.PART = 4  # of 150 cells: else all would be one file, lost or whole
        for stream in (1, 2):
            os.dup2(os.open(folder / "said", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), stream)
        if job:
            code = main([part.replace("{}", str(folder)) for part in JOBS[job]])
        else:
            prepare(folder)
            code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def finish(job: str, folder: Path) -> int:
    """Carry out the job to its end: its exit code."""
    return os.waitstatus_to_exitcode(os.waitpid(start(job, folder), 0)[1])


def done_within(child: int, seconds: float) -> int | None:
    """The exit code of a process that ends by itself within a time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(min(0.01, max(0.0, until - time.monotonic())))
    return None


def clear(folder: Path) -> None:
    """As it was before any run."""
    shutil.rmtree(folder / "out", ignore_errors=True)
    for name in ("out.csv", "said"):
        (folder / name).unlink(missing_ok=True)


def assault(job: str, times: int, seed: int) -> dict[str, object]:
    """Kill the job at so many moments, and go on each time: what was wrong, and how many processes died of it.

    At some further moments it is asked to end.
    """
    draw = random.Random(f"{job} {seed}")
    wrong: list[str] = []
    ended = 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        assert finish("", folder) == 0, (folder / "said").read_text()
        began = time.monotonic()
        if finish(job, folder) != 0:
            return {"wrong": [(folder / "said").read_text()[-2000:]], "ended": 0}
        lasts, whole = time.monotonic() - began, contents(folder)
        tries = 0
        while ended < times and tries < 4 * times + 10:
            tries += 1
            clear(folder)
            for _ in range(draw.choice((1, 1, 2, 3))):
                how, moment = draw.choice(WAYS), draw.uniform(0.0, 1.0) * lasts
                began = time.monotonic()
                child = start(job, folder)
                code = done_within(child, moment)
                if code is None:
                    os.kill(child, how)
                    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
                else:  # sooner than the first run of all, which may have compiled
                    lasts = min(lasts, time.monotonic() - began)
                ended += code == -signal.SIGKILL
            code = finish(job, folder)
            found = contents(folder)
            # of the ended process; an interrupt within a callback of the compiler is told by Python and goes no further
            said = CALLBACK.sub("", (folder / "said").read_text("utf-8", "replace"))
            if code != 0 or "Traceback" in said:
                wrong.append(f"{how.name} at {moment:.2f} of {lasts:.2f} s: exit {code}: {said[-1500:]}")
            elif found != whole:
                names = sorted(name for name in {*found, *whole} if found.get(name) != whole.get(name))
                wrong.append(f"{how.name} at {moment:.2f} of {lasts:.2f} s: {names[:5]} differ")
    return {"wrong": wrong, "ended": ended}


def fill(job: str, times: int, seed: int) -> dict[str, object]:
    """The job on so many disks that are too small for it, each of another size, and again after room was made.

    It needs the right to mount; without it "wrong" is None.

    Sizes are spread over what the job writes, in whole pages; those on which there is room for all do not count.
    """
    wrong: list[str] = []
    ended = 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        assert finish("", folder) == 0, (folder / "said").read_text()
        assert finish(job, folder) == 0
        whole = contents(folder)
        pages = sum(-(-path.stat().st_size // 4096) + 1 for path in (folder / "out").rglob("*"))
        clear(folder)
        (folder / "out").mkdir()
        if not _mount(folder / "out", 4096):
            return {"wrong": None, "ended": 0}
        for k in range(2 * times):
            if ended == times:
                break
            size = 4096 * max(1, round((seed + k) * GOLDEN % 1.0 * pages))
            _mount(folder / "out", size)
            for name in ("out.csv", "said"):
                (folder / name).unlink(missing_ok=True)
            code = finish(job, folder)
            told = (folder / "said").read_text("utf-8", "replace")
            lines = [line for line in told.splitlines() if line.startswith("heterofilm: ")]
            ended += code != 0
            if code == 0:  # smaller ones from here on
                pages = min(pages, size // 4096)
            if code not in (0, 2) or "Traceback" in told or (code and len(lines) != 1):
                wrong.append(f"{size} bytes: exit {code}: {told[-1500:]}")
            _mount(folder / "out", 0, "remount,size=1g")
            code = finish(job, folder)
            if code != 0:
                wrong.append(f"{size} bytes, then room: exit {code}: {(folder / 'said').read_text()[-1500:]}")
            elif (found := contents(folder)) != whole:
                names = sorted(name for name in {*found, *whole} if found.get(name) != whole.get(name))
                wrong.append(f"{size} bytes, then room: {names[:5]} differ")
            subprocess.run(["umount", str(folder / "out")], check=True)
        subprocess.run(["umount", str(folder / "out")], check=False)
    return {"wrong": wrong, "ended": ended}


def _mount(folder: Path, size: int, options: str = "") -> bool:
    """A file system in memory at a folder."""
    command = ["mount", "-t", "tmpfs", "-o", options or f"size={size}", "heterofilm", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def assaulted(job: str, times: int, seed: int = 0, full: bool = False) -> dict[str, object]:
    """`assault`, or `fill`, in a process of its own, which has run nothing before it forks."""
    command: Sequence[str] = [sys.executable, __file__, job, str(times), str(seed), "full" if full else ""]
    if full:
        command = ["unshare", "--mount", *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return answer


if __name__ == "__main__":
    given = sys.argv[1]
    for name in ("heterofilm.cli", f"heterofilm.commands.{given}", "lark", "tqdm", *LIBRARIES.get(given, ())):
        import_module(name)  # once, not in every process
    attack = fill if sys.argv[4:] == ["full"] else assault
    print(json.dumps(attack(given, int(sys.argv[2]), int(sys.argv[3]))))
