"""How kernels become machine code: each is translated once, and optimised once with all that it calls.

numba by itself makes machine code of every function, together with a copy of everything it calls: a kernel seven
calls deep is optimised seven times. Here a kernel that others call is only translated to LLVM's language. The
optimiser sees it where something is called from Python: there the whole tree of calls is linked, everything but the
function itself is marked as internal, and what is called once is inlined without anybody asking for it.
"""

from __future__ import annotations

from typing import Any

from numba.core import codegen
from numba.core.compiler import CompilerBase, DefaultPassBuilder

from . import progress


class Translated(codegen.JITCodeLibrary):  # type: ignore[misc]
    """A function that is only called by others: no machine code."""

    def add_llvm_module(self, module: Any) -> None:
        """Take the code as it is: it is optimised where it is used."""
        self._final_module.link_in(module)

    def finalize(self) -> None:
        """Nothing is left to do."""
        self._raise_if_finalized()
        self._finalized = True


class Linked(codegen.JITCodeLibrary):  # type: ignore[misc]
    """A function that is called from Python, with all that it calls."""

    def add_llvm_module(self, module: Any) -> None:
        """Take the code as it is: it is optimised when all is there."""
        self._final_module.link_in(module)

    def finalize(self) -> None:
        """Link the whole tree of calls, so that numba optimises it as one."""
        own = {function.name for function in self._final_module.functions if not function.is_declaration}
        for library in tree(self):
            self._final_module.link_in(library._get_module_for_linking(), preserve=True)
            self._reload_init.update(library._reload_init)
        for function in self._final_module.functions:
            if not function.is_declaration and function.name not in own:
                function.linkage = "internal"
        self._linking_libraries = []
        progress.advance(progress.machine_code(self.name))
        super().finalize()


def tree(library: Any) -> list[Any]:
    """Every library that something in ``library`` calls, each once."""
    found: list[Any] = []
    waiting = list(library._linking_libraries)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.append(one)
            if isinstance(one, Translated):  # others have theirs linked in
                waiting.extend(one._linking_libraries)
    return found


class Translate(CompilerBase):  # type: ignore[misc]
    """numba's pipeline up to LLVM's language."""

    def define_pipelines(self) -> list[Any]:
        """The passes, for a library without machine code and so without an entry."""
        state = self.state
        state.library = Translated(state.targetctx.codegen(), state.func_id.func_qualname)
        # numba tells functions by their entry, which must be a builtin: one of its own, that nobody calls
        progress.advance(_name(state))
        state.targetctx.get_executable = lambda library, description, environment: [].copy
        return [DefaultPassBuilder.define_nopython_pipeline(state)]


class Link(CompilerBase):  # type: ignore[misc]
    """numba's pipeline to machine code."""

    def define_pipelines(self) -> list[Any]:
        """The passes, for a library that can be kept on disk."""
        state = self.state
        state.library = Linked(state.targetctx.codegen(), state.func_id.func_qualname)
        state.library.enable_object_caching()
        progress.advance(_name(state))
        return [DefaultPassBuilder.define_nopython_pipeline(state)]


def _name(state: Any) -> str:
    return f"{state.func_id.modname.rpartition('.')[2]}.{state.func_id.func_name}"
