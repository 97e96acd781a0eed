"""By how much energies of lithium may be wrong: what CHGNet misses first principles by, on the same atoms.

    bias = E(CHGNet) - E(DFT)        of Li in a host against the metal, and halfway along its path against its site

The hosts recorded stand for all, and U is assumed. So the largest of the recorded bias and its range counts, to either
side; and differences between places count as wrong as the energies themselves, for what cancels is not known.
"""

from __future__ import annotations

from collections.abc import Mapping

from .recorded import Recorded

__all__ = ["Error", "insertion_error", "barrier_error"]

Error = tuple[float, str]  # eV, and where it is from
WITHOUT = {"Li-bias": 0.2, "path-bias": 0.1}  # eV, assumed where none is recorded, by how its name ends


def insertion_error(numbers: Mapping[str, Recorded]) -> Error:
    """Error (eV) of the energy of Li in a host against the metal, and so of a voltage."""
    return _largest(numbers, "Li-bias", "what CHGNet misses DFT by for Li in {}")


def barrier_error(numbers: Mapping[str, Recorded]) -> Error:
    """Error (eV) of a barrier."""
    return _largest(numbers, "path-bias", "what CHGNet misses DFT by for Li halfway along its path in {}")


def _largest(numbers: Mapping[str, Recorded], ending: str, words: str) -> Error:
    """The largest of all hosts whose bias is recorded, ``HOST-Li-bias``."""
    errors = {
        name.removesuffix(f"-{ending}"): max(abs(one.value), abs(one.low), abs(one.high))
        for name, one in numbers.items()
        if name.endswith(f"-{ending}")
    }
    if not errors:
        return WITHOUT[ending], "assumed"
    host = max(errors, key=errors.__getitem__)
    return errors[host], words.format(host)
