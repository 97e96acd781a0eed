"""``heterofilm example``: write an example project: synthetic samples measured by every technique."""

from __future__ import annotations

import argparse

GROUP = "analyse"
EXAMPLES = (
    "heterofilm example project",
    "heterofilm example other --seed 3",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("folder", metavar="DIR", help="a new folder")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of noise and artefacts (default: 0)")


def run(given: argparse.Namespace) -> int:
    """Write the project and say what to do with it."""
    from tqdm import tqdm

    from ..synthetic.project import FILMS, write_project

    with tqdm(total=len(FILMS), unit="sample", delay=2.0, dynamic_ncols=True) as bar:

        def progress(name: str) -> None:
            bar.set_postfix_str(name)
            bar.update()

        write_project(given.folder, seed=given.seed, progress=progress)
    print(f"{given.folder}: {', '.join(FILMS)}, each with raw files, sample.toml and truth.json")
    print(f"heterofilm analyse {given.folder}")
    return 0
