"""Starts of the command line over damaged caches of compiled kernels: what each of them gives.

A server, which has compiled and run nothing, forks a process for each. ``python damaged_starts.py FOLDER``
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import traceback
from pathlib import Path

COMMAND = ("simulate", "vo-half", "Discharge at 80 uA/cm2 until 2.15 V", "--out")


def start(cache: Path, out: Path) -> int:
    """Simulate with the kernels of a cache, in a process of its own: its exit code."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            os.environ["HETEROFILM_CACHE"] = str(cache)
            for stream in (1, 2):
                os.dup2(os.open(out.with_suffix(".said"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), stream)
            from heterofilm.cli import main
            from heterofilm.engine.store import Files

            read = Files.read

            def noted(self: Files, name: str) -> bytes | None:
                with out.with_suffix(".read").open("a") as file:
                    file.write(f"{name}\n")
                return read(self, name)

            Files.read = noted  # type: ignore[method-assign]
            code = main([*COMMAND, str(out)])
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def assault(place: Path) -> dict[str, list[str]]:
    """A start for each damage, to another kernel each time: what was wrong, by the damage.

    The largest kernel, which takes as long to compile as all others, is damaged once.
    """
    from kernel_damage import DAMAGES

    whole, out = place / "whole", place / "whole.csv"
    assert start(whole, out) == 0, out.with_suffix(".said").read_text()
    (folder,) = whole.glob("kernels-*")
    names = sorted(set(out.with_suffix(".read").read_text().split()), key=lambda name: (folder / name).stat().st_size)
    curve = out.read_bytes()
    wrong: dict[str, list[str]] = {}
    for k, (kind, damage) in enumerate(DAMAGES.items()):
        cache, found = place / "cache", place / f"{k}.csv"
        shutil.rmtree(cache, ignore_errors=True)
        shutil.copytree(whole, cache)
        name = names[-1] if k == 0 else names[k % (len(names) - 1)]
        damage(cache / folder.name / name)
        for again in (False, True)[: 2 if k % 3 == 0 else 1]:  # what the first has mended, or left
            code = start(cache, found)
            said = found.with_suffix(".said").read_text("utf-8", "replace")
            told = [line for line in said.splitlines() if line.startswith("heterofilm: ") and "compiling" not in line]
            faults = [f"exit {code}"] * (code != 0) + ["a traceback"] * ("Traceback" in said)
            faults += [f"{len(told)} sentences"] * (len(told) > 1)
            if not faults and found.read_bytes() != curve:
                faults = ["another curve"]
            if faults:
                wrong[f"{kind} of {name}{', again' * again}"] = [*faults, said[-1000:]]
    return {"wrong": [f"{key}: {value}" for key, value in wrong.items()], "starts": list(DAMAGES)}


def assaulted(place: Path) -> dict[str, list[str]]:
    """`assault`, in a process of its own."""
    done = subprocess.run([sys.executable, __file__, str(place)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    answer: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return answer


if __name__ == "__main__":
    import heterofilm.commands.simulate
    import heterofilm.engine.build  # noqa: F401

    print(json.dumps(assault(Path(sys.argv[1]))))
