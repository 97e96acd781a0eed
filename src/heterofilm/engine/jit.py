"""One decorator for every kernel: numba on a plain function, compiled once and kept on disk."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import cache, cached_property
from typing import Any

import numba
from numba.core import serialize, types
from numba.core.compiler import CompileResult

from . import portable, progress
from .dual import DualType
from .fingerprint import fingerprint
from .linking import Link, Translate
from .store import Files, Store, roots, usable


def _spare_scipy() -> None:
    """Let numba load its functions on arrays without importing scipy.linalg.

    That import takes a sixth of the time to the first curve, and numba makes it only to learn whether there
    is a BLAS. There is: scipy is installed with this package. numba asks again where a compiled function
    does call one, so nothing changes for anybody; a numba that has moved these names is left alone.
    """
    try:
        from numba.np import linalg

        ask = linalg.ensure_blas
    except (ImportError, AttributeError):
        return
    linalg.ensure_blas = lambda: None
    try:
        import numba.np.arraymath  # noqa: F401
    finally:
        linalg.ensure_blas = ask


_spare_scipy()

# Reassociation and contraction only: the kernels rely on inf and nan keeping their meaning.
FASTMATH = {"contract", "reassoc", "arcp", "nsz"}


@cache
def store() -> Store:
    """Where this process keeps machine code: a folder named after the code it was made from."""
    return Store([root / store_name() for root in roots()])


@cache
def store_name() -> str:
    """Name of the folder for machine code of the present sources."""
    return f"kernels-{fingerprint(next((folder for folder in roots() if usable(folder)), None))}"


njit: Any = numba.njit  # some of its options are not in its stubs


@cache
def shipped_files() -> Files:
    """Machine code that came with the package, for the present code."""
    folder = portable.shipped_folder()
    return Files(folder / store_name() if folder.is_dir() else None)


class Kernel:
    """A compiled function: to other kernels its code, to Python a function.

    Machine code is made where Python calls it, and that of the engine's own kernels is kept on disk.
    """

    def __init__(self, function: Callable[..., Any], **options: Any) -> None:
        self.__wrapped__ = self.py_func = function
        self.__doc__, self.__name__ = function.__doc__, function.__name__
        self.name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
        self.is_ours = function.__module__.startswith(
            f"{__package__}."
        )  # the code of others is not in the name of files
        self._options = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True, **options}
        self._inner = njit(pipeline_class=Translate, no_cpython_wrapper=True, **self._options)(function)
        self._numba_type_ = self._inner._numba_type_
        ask = self._inner.get_call_template
        # numba takes a number written in the call for a type of its own, and compiles the function for it alone
        self._inner.get_call_template = lambda arguments, named: ask(
            tuple(map(types.unliteral, arguments)), {name: types.unliteral(one) for name, one in named.items()}
        )

    def for_dual(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Compile another function in place of this one where it is called with dual numbers (``dual.py``)."""
        self._inner._compiler._get_implementation = lambda arguments, named: (
            function if any(isinstance(one, DualType) for one in arguments) else self.py_func
        )
        return function

    @cached_property
    def entry(self) -> Any:
        """The function for Python."""
        dispatcher = njit(pipeline_class=Link, **self._options)(self.py_func)
        if self.is_ours:
            dispatcher._cache = Kept(self)
        return dispatcher

    def __call__(self, *arguments: Any) -> Any:
        try:
            return self.entry(*arguments)
        except SystemError as error:  # what Python makes of an interrupt that comes while machine code runs
            if isinstance(error.__cause__, KeyboardInterrupt):
                raise error.__cause__ from None
            raise

    def is_kept(self, signature: tuple[Any, ...]) -> bool:
        """Whether there is machine code on disk for these types."""
        target = self.entry.targetctx
        target.refresh()
        codegen = target.codegen()
        shipped = portable.shipped_file(self.name, signature, codegen)
        return store().has(self.entry._cache.file(signature, codegen)) or (
            shipped != "" and shipped_files().has(shipped)
        )

    def kernels(self) -> dict[str, Kernel]:
        """This kernel and all it calls, by their names."""
        found: dict[str, Kernel] = {}
        waiting = [self]
        while waiting:
            one = waiting.pop()
            if one.name not in found:
                found[one.name] = one
                known = one.py_func.__globals__
                waiting += [known[n] for n in one.py_func.__code__.co_names if isinstance(known.get(n), Kernel)]
        return found

    def parts(self) -> set[str]:
        """What is done to compile it for Python, by the names that ``progress`` counts."""
        return {*self.kernels(), progress.machine_code(self.__name__)}


class Kept:
    """Compiled versions of one kernel on disk: what numba asks before it compiles, and tells when it has."""

    cache_path = None  # numba's statistics ask for it

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel

    def file(self, signature: Any, codegen: Any) -> str:
        """Name of the file: the kernel, for these types and this processor."""
        return portable.file(self.kernel.name, signature, codegen.magic_tuple())

    def load_overload(self, signature: Any, target: Any) -> Any:
        """The machine code for these types, or None where it must be compiled."""
        target.refresh()
        codegen = target.codegen()
        own, shipped = self.file(signature, codegen), portable.shipped_file(self.kernel.name, signature, codegen)
        for files, name in ((store(), own), (shipped_files(), shipped)):
            body = files.read(name) if name else None
            if body is not None:
                try:
                    return CompileResult._rebuild(target, *pickle.loads(body))
                except Exception as error:  # whole, but not what its name says: nothing is wrong with this run
                    files.damaged(name, f"{type(error).__name__}: {error}")
        progress.begin(self.kernel.parts())
        return None

    def save_overload(self, signature: Any, compiled: Any) -> None:
        """Keep the machine code."""
        store().write(self.file(signature, compiled.codegen), serialize.dumps(compiled._reduce()))

    def flush(self) -> None:
        """Nothing is kept but in files."""


def kernel(function: Callable[..., Any]) -> Kernel:
    """Compile a function that only reads and writes the arrays it is given: reference counting is off."""
    return Kernel(function, fastmath=FASTMATH, _nrt=False)


def inlined_kernel(function: Callable[..., Any]) -> Kernel:
    """Compile a function of both electrodes that is copied to each: a call would cost a few per cent of a step."""
    return Kernel(function, fastmath=FASTMATH, _nrt=False, forceinline=True)


def exact_kernel(function: Callable[..., Any]) -> Kernel:
    """Compile a function whose rounding is part of its algorithm: sums are not reordered."""
    return Kernel(function, fastmath={"contract"}, _nrt=False)


def allocating_kernel(function: Callable[..., Any]) -> Kernel:
    """Compile a function that makes arrays."""
    return Kernel(function, fastmath=FASTMATH)
