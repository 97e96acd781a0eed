"""Kernels are translated once and become machine code where Python calls them."""

from __future__ import annotations

import numpy as np

from heterofilm.engine import build
from heterofilm.engine.jit import Kernel, allocating_kernel, kernel
from heterofilm.engine.linking import Linked, Translated, tree


@kernel
def square(x):
    return x * x


@kernel
def fourth(x):
    return square(x) * square(x)


@kernel
def both(x):
    return square(x) + fourth(x)


@allocating_kernel
def powers(x):
    out = np.empty(2)
    out[0] = both(x)
    out[1] = square(x)
    return out


def compiled(one: Kernel):
    (found,) = one.entry.overloads.values()
    return found.library


def test_a_tree_of_calls_gives_what_its_functions_give() -> None:
    """Linked once, inlined or not: the arithmetic is that of Python."""
    assert powers(3.0).tolist() == [3.0**2 + 3.0**4, 9.0]
    assert both(2.0) == 20.0


def test_only_what_python_calls_becomes_machine_code() -> None:
    """The others are translated, each once, and have none."""
    both(1.0)
    assert isinstance(compiled(both), Linked)
    (inner,) = square._inner.overloads.values()
    assert isinstance(inner.library, Translated)
    assert inner.library.get_pointer_to_function(inner.fndesc.llvm_func_name) == 0


def test_each_library_is_linked_once() -> None:
    """A function that is reached along two ways is one."""
    powers(1.0)
    (top,) = (one.library for one in fourth._inner.overloads.values())
    found = [library.name for library in tree(top)]
    assert found.count("square") == 1


def kind(arguments: tuple[object, ...]) -> str:
    """Of the numbers that a kernel was translated for."""
    words = str(arguments).lower()
    return "slopes" if "dual" in words or "unituple" in words else "complex" if "complex" in words else "real"


def test_no_kernel_is_translated_twice_but_for_other_numbers() -> None:
    """A simulation and a spectrum use one translation of a kernel for each kind of number, whatever is cached. What
    follows slopes mixes numbers that have them with such that have none, and needs a translation for each mixture."""
    import heterofilm as hf

    build.prepare(*build.EVERYTHING)
    hf.simulate("vo-half", "Discharge at 50 uA/cm2 for 1 h; EIS from 1 kHz to 1 Hz", detail=False)
    for one in build.EVERYTHING:
        seen = {}
        for name, found in one.kernels().items():
            kinds = [numbers for numbers in map(kind, found._inner.overloads) if numbers != "slopes"]
            seen[name] = len(kinds) - len(set(kinds))
        assert not any(seen.values()), seen
