"""Read thousands of damaged instrument files: each must give measurements or one sentence.

    python tools/fuzz.py FOLDER --count 10000 --seed 0 [--only SUBSTRING] [--one NUMBER]

Takes the files under FOLDER in turn, damages a copy of each (see ``tests/damage.py``), and reads it in a process of
its own kind: one that is restarted when it dies, when a file takes longer than 5 s, or when it holds more than 1 GB.
Prints how many were read and refused, and every crash, hang, excess of memory or answer of more than one line with the
number that makes it again (``--one NUMBER`` writes that file and reads it here, with its traceback).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

import damage  # noqa: E402
from heterofilm.errors import HeterofilmError  # noqa: E402
from heterofilm.instruments import read_all  # noqa: E402
from heterofilm.instruments.reading import formats  # noqa: E402

WALL_S = 5.0
START_S = 600.0  # until a process has loaded the readers, on however busy a machine
GRACE_S = 25.0  # of the processor: beyond it the process is ended; one that waits is given START_S
MEMORY = 1_000_000_000  # bytes held
ADDRESSES = 8_000_000_000  # bytes of addresses: what no reader may come near, so that the machine stays alive
OTHER_SUFFIXES = (".txt", ".csv", ".xlsx", ".mpr", ".tif", ".ndax", ".parquet", "")


def made(files: list[Path], number: int, seed: int, folder: Path) -> tuple[Path, str]:
    """Damaged file `number` and what was done to it."""
    source = files[number % len(files)]
    draw = random.Random(f"{seed} {number}")
    raw, chance, suffix = source.read_bytes(), draw.random(), source.suffix
    if chance < 0.02:
        kind, data = "empty", b""
    elif chance < 0.04:
        kind, data = "random bytes", draw.randbytes(draw.choice((10, 1000, 100_000)))
    elif chance < 0.06:
        kind, data = "random bytes after the head", raw[:200] + draw.randbytes(10_000)
    elif chance < 0.09:
        kind, data, suffix = "wrong suffix", raw, draw.choice(OTHER_SUFFIXES)
    elif chance < 0.11:
        kind, data = "bomb", damage.bomb(raw, draw)
    else:
        one = draw.choice(damage.KINDS)
        kind, data = one.__name__, one(raw, draw)
        if draw.random() < 0.15:
            kind, data = f"{kind}, twice", damage.damaged(data or raw, draw)
    path = folder / f"damaged{suffix}"
    path.write_bytes(data)
    return path, f"{source.name}: {kind}"


def is_read(path: Path) -> bool:
    """Whether the whole file is read."""
    try:
        return bool(read_all(path))
    except HeterofilmError:
        return False


def held() -> int:
    """Bytes of memory at their most since the last `forget`."""
    with contextlib.suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/self/status").read_text().splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def forget() -> None:
    """Begin to count the most memory again (Linux)."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def work(files: list[Path], seed: int, folder: Path, pipe: Connection) -> None:
    """Read the damaged files whose numbers come through the pipe."""
    formats()
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 2)  # what libraries written in other languages say to the terminal
    for file in {path.suffix.lower(): path for path in files}.values():
        is_read(file)  # loads what its reader needs, which is no part of the time that a damaged file takes
    pipe.send("ready")
    while True:
        number = pipe.recv()
        path, what = made(files, number, seed, folder)
        forget()
        before, start, cpu = held(), time.monotonic(), time.process_time()
        try:
            found = read_all(path)
            end, said = ("read" if found else "nothing"), found[0].format if found else "an empty list"
            wild = {f"{one.technique} {name}" for one in found for name in damage.not_finite(one)}
            if wild:
                end, said = "not finite", f"{said}: {', '.join(sorted(wild))}"
        except HeterofilmError as error:
            said = str(error)
            one_line = said.isprintable() and 20 < len(said) < damage.LONGEST
            cause = error.__cause__
            end = "refused" if one_line else "not one line"
            if one_line and cause is not None:
                end = "refused, by a library's error"
                said = f"{type(cause).__name__}: {said}"
        except BaseException as error:
            end, said = "crash", f"{type(error).__name__}: {error}"
        took, most = min(time.monotonic() - start, time.process_time() - cpu), held()
        pipe.send((number, what, end, said, took, most, before))


def worked(process: int | None) -> float:
    """Seconds that the processor has worked for a process; 0 where the system does not say (other than Linux)."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


class Worker:
    """A process and the file it reads."""

    def __init__(self, files: list[Path], seed: int, folder: Path) -> None:
        context = get_context("spawn")  # threads of the libraries do not outlive a fork
        self.pipe, other = context.Pipe()
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.process = context.Process(target=work, args=(files, seed, folder, other), daemon=True)
        self.process.start()
        other.close()
        if not self.pipe.poll(START_S) or self.pipe.recv() != "ready":
            raise SystemExit(f"A process did not come up within {START_S:.0f} s.")

    def answers(self) -> bool:
        """Whether an answer comes before the processor has worked `GRACE_S` for it, on however busy a machine."""
        started, began = worked(self.process.pid), time.monotonic()
        while not self.pipe.poll(1.0):
            if worked(self.process.pid) - started > GRACE_S or time.monotonic() - began > START_S:
                return False
        return True

    def read(self, number: int) -> tuple[str, str, str, float, int]:
        """What it was, how it ended, what was said, seconds, bytes."""
        self.pipe.send(number)
        if not self.answers():
            self.process.kill()
            self.process.join()
            return "", "hang", "", GRACE_S, 0
        try:
            _, what, end, said, took, most, _ = self.pipe.recv()
        except EOFError:
            self.process.join()
            return "", "crash", f"the process died with {self.process.exitcode}", 0.0, 0
        if end in ("read", "refused", "refused, by a library's error"):
            end = "hang" if took > WALL_S else "memory" if most > MEMORY else end
        return what, end, said, took, most


def main() -> int:
    parser = argparse.ArgumentParser(description="Read thousands of damaged instrument files.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="files whose path holds this")
    parser.add_argument("--largest", type=int, default=5_000_000, help="bytes of a file taken")
    parser.add_argument("--foreign", action="store_true", help="take files too that are refused undamaged")
    parser.add_argument("--one", type=int, help="read this damaged file here")
    given = parser.parse_args()
    files = [
        path for path in sorted(given.folder.rglob("*"))
        if path.is_file() and given.only in str(path) and path.suffix != ".md"
        and 0 < path.stat().st_size <= given.largest
    ]  # fmt: skip
    if not given.foreign:
        files = [path for path in files if is_read(path)]
    if not files:
        print(f"no files under '{given.folder}'", file=sys.stderr)
        return 2
    folder = Path(tempfile.mkdtemp(prefix="heterofilm-fuzz-"))
    if given.one is not None:
        path, what = made(files, given.one, given.seed, folder)
        print(path, what)
        try:
            print(read_all(path))
        except BaseException:
            traceback.print_exc()
        return 0
    ends: Counter[str] = Counter()
    unforeseen: Counter[str] = Counter()
    faults: list[str] = []
    slowest, largest = (0.0, ""), (0, "")
    worker = Worker(files, given.seed, folder / "0")
    began = time.monotonic()
    for number in range(given.start, given.start + given.count):
        what, end, said, took, most = worker.read(number)
        if not worker.process.is_alive():
            what = what or made(files, number, given.seed, folder)[1]
            worker = Worker(files, given.seed, folder / "0")
        elif most > MEMORY // 2 or number % 500 == 499:  # freed memory that is not given back counts for the next
            worker.process.kill()
            worker.process.join()
            worker = Worker(files, given.seed, folder / "0")
        ends[end] += 1
        if end == "refused, by a library's error":
            unforeseen[f"{files[number % len(files)].suffix} {said.split(chr(39))[0][:40]} {said[-60:]}"] += 1
        slowest, largest = max(slowest, (took, f"{number} {what}")), max(largest, (most, f"{number} {what}"))
        if end not in ("read", "refused", "refused, by a library's error"):
            faults.append(f"{end} at {number} ({what}; {took:.1f} s, {most / 1e6:.0f} MB): {said[:300]!r}")
            print(faults[-1], flush=True)
        if number % 1000 == 999:
            print(f"{number + 1} in {time.monotonic() - began:.0f} s: {dict(ends)}", flush=True)
    worker.process.kill()
    print(f"{given.count} damaged copies of {len(files)} files in {time.monotonic() - began:.0f} s: {dict(ends)}")
    print(f"slowest {slowest[0]:.2f} s ({slowest[1]}); most memory {largest[0] / 1e6:.0f} MB ({largest[1]})")
    print(f"{len(faults)} faults")
    if unforeseen:
        print("errors of libraries, told as damage:", *unforeseen.most_common(15), sep="\n  ")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
