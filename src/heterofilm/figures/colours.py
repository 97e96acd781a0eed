"""Colours: Okabe and Ito's, told apart with every kind of colour vision; a film of the library keeps its own."""

from __future__ import annotations

from functools import cache

from ..library import load_film, names

__all__ = ["BLUE", "GREEN", "GREY", "INK", "PALETTE", "VERMILION", "film_colour", "shade"]

BLUE, VERMILION, GREEN = "#0072B2", "#D55E00", "#009E73"
PALETTE = ("#CC79A7", "#56B4E9", "#E69F00", "#6B4C9A", "#8C6D31", "#5F6B73", BLUE, VERMILION, GREEN)
INK, GREY = "#1f2933", "#7b8794"
ORDERED = ((68, 1, 84), (59, 82, 139), (33, 144, 140), (94, 201, 98), (240, 190, 30))  # like viridis, less bright


@cache
def film_colour(film: str) -> str | None:
    """The colour that the library gives a film, the same in every figure; None for a film without one."""
    return load_film(film).colour if film in names("films") else None


def shade(part: float) -> str:
    """The colour of a place in an order, from dark at 0 to light at 1, as every kind of colour vision sees it.

    >>> shade(0.0), shade(1.0)
    ('#440154', '#f0be1e')
    """
    at = min(max(part, 0.0), 1.0) * (len(ORDERED) - 1)
    k = min(int(at), len(ORDERED) - 2)
    mixed = (round(a + (at - k) * (b - a)) for a, b in zip(ORDERED[k], ORDERED[k + 1], strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)
