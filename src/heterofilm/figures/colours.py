"""Colours: Okabe and Ito's, told apart with every kind of colour vision; a film of the library keeps its own."""

from __future__ import annotations

from functools import cache

from ..library import load_film, names

__all__ = ["BLUE", "GREEN", "GREY", "INK", "PALETTE", "VERMILION", "film_colour"]

BLUE, VERMILION, GREEN = "#0072B2", "#D55E00", "#009E73"
PALETTE = ("#CC79A7", "#56B4E9", "#E69F00", "#6B4C9A", "#8C6D31", "#5F6B73", BLUE, VERMILION, GREEN)
INK, GREY = "#1f2933", "#7b8794"


@cache
def film_colour(film: str) -> str | None:
    """The colour that the library gives a film, the same in every figure; None for a film without one."""
    return load_film(film).colour if film in names("films") else None
