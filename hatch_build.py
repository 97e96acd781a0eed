"""Compiled kernels into the wheel, where ``HETEROFILM_SHIP_KERNELS`` asks for them (``make wheel``).

They are found by what they were made from (sources, Python, numba, LLVM, level of processors), so one of another
version is not used but compiled anew. The wheel is tagged for the Python and the system whose kernels it carries. It
calls nothing of the C library by itself, so it is as portable as the oldest tag of its system.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SYSTEMS = {"linux": "manylinux_2_17", "darwin": "macosx_11_0", "win32": "win"}


class Kernels(BuildHookInterface[Any]):
    """Compile the kernels beside the build and add them to the package."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files, and the tag of the wheel."""
        if self.target_name != "wheel" or version == "editable" or not os.environ.get("HETEROFILM_SHIP_KERNELS"):
            return
        sys.path.insert(0, str(Path(self.root, "src")))
        import llvmlite.binding as llvm  # an isolated build, of any installation, has hatchling alone

        from heterofilm.engine import portable
        from heterofilm.engine.build import EVERYTHING, SIGNATURES
        from heterofilm.engine.jit import store

        self.made = tempfile.TemporaryDirectory()
        kept = store().folder  # beside those of this processor: the next wheel of the same code compiles nothing
        files = portable.build(self.made.name if kept is None else kept.parent)
        of_level = (llvm.get_process_triple(), portable.level().name, "")
        names = {portable.file(one.name, SIGNATURES[one], of_level) for one in EVERYTHING}
        for file in files:
            if file.name in names and kept in (None, file.parent):
                build_data["force_include"][str(file)] = f"heterofilm/engine/kernels/{file.parent.name}/{file.name}"
        python = f"cp{sys.version_info.major}{sys.version_info.minor}"
        build_data["pure_python"] = False
        build_data["tag"] = f"{python}-none-{SYSTEMS[sys.platform]}_{platform.machine().lower()}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Leave nothing beside the wheel."""
        if hasattr(self, "made"):
            self.made.cleanup()
