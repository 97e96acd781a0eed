"""Formats that are known and not read: told apart by content, refused with what to export instead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..head import Head
from ..reading import Format

__all__ = ["FORMATS"]


def _refusing(sentence: str) -> Callable[[Path], list[Measurement]]:
    def read(path: Path) -> NoReturn:
        raise FileFormatError(sentence)

    return read


def _is_ccs(head: Head) -> bool:
    """LAND's header has no published mark; the class of its name and the user's group stand at fixed places."""
    return head.bytes[:4] == b"\x00\x00\x00\x02" and b"Group" in head.bytes[16:48] and head.suffix in (".ccs", ".cex")


def _is_labview(head: Head) -> bool:
    return head.bytes[:4] == b"TDSm"


def _is_old_excel(head: Head) -> bool:
    return head.bytes[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" and head.suffix == ".xls"


def _is_bts_settings(head: Head) -> bool:
    return head.bytes.startswith(b"BIO-LOGIC SETTING FILE") or head.text.startswith("EC-LAB SETTING FILE")


_CCS = "the layout of .ccs is not published; export the record layer from LANDdt as text or xlsx and read that."
_TDMS = "files of LabVIEW are not read; export time, voltage and current as csv with headings that carry units."
_XLS = "the old Excel format is not read; save it as .xlsx or csv."
_MPS = "it holds EC-Lab's settings, not a measurement; give the .mpr or the .mpt beside it."

FORMATS = (
    Format("LAND .ccs (not read)", (".ccs",), (), _is_ccs, _refusing(_CCS)),
    Format("LabVIEW TDMS (not read)", (".tdms",), (), _is_labview, _refusing(_TDMS)),
    Format("Excel 97 (not read)", (".xls",), (), _is_old_excel, _refusing(_XLS)),
    Format("EC-Lab settings (not read)", (".mps",), (), _is_bts_settings, _refusing(_MPS)),
)
