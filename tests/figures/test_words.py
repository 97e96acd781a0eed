"""Words as they may be shown: each back end gets its own markup escaped, and nothing that moves what stands beside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.figures.words import REORDERING, heading, html, paper, plain, screen


def test_controls_and_reordering_go_and_marks_stay() -> None:
    assert plain("a\u202eb\u200fc\x00d\ud800e") == "ab\u200fc d e"
    assert plain("a\nb") == "a b" and plain("a\nb", lines=True) == "a\nb"


@pytest.mark.parametrize(("text", "longest", "shown"), [("abcdefg", 7, "abcdefg"), ("abcdefgh", 7, "abc…fgh")])
def test_long_words_lose_their_middle(text: str, longest: int, shown: str) -> None:
    """Names of files differ at their ends: both stay."""
    assert plain(text, longest) == shown


def test_every_back_end_escapes_its_own_markup() -> None:
    assert html("<a href='x'>&") == "&lt;a href=&#x27;x&#x27;&gt;&amp;"
    assert screen("<b>1</b> 'a'") == "&lt;b&gt;1&lt;/b&gt; 'a'" and screen("a\nb", lines=True) == "a<br>b"
    assert paper("$x$") == r"\$x\$" and not paper("_x").startswith("_")


def test_a_title_is_broken_into_three_lines_at_most() -> None:
    assert heading("word " * 100).count("\n") == 2 and "…" in heading("word " * 100)


@given(st.text())
def test_what_is_shown_has_no_markup_and_no_controls(text: str) -> None:
    shown = html(text)
    assert not set(shown) & (REORDERING | set("<>\"'\x00\x1b\n")) and shown.isprintable() == html(shown).isprintable()
    shown.encode("utf-8")
