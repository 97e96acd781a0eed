"""Zip and XML from strangers: bounded before they are opened."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import FileFormatError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["open_zip", "parse_xml", "read_member"]

MAX_UNPACKED = 1_000_000_000
MAX_MEMBERS = 10_000
MAX_XML = 200_000_000


def open_zip(path: Path) -> zipfile.ZipFile:
    """The archive, after its claims were checked; members are read with `read_member`, never extracted to disk.

    Errors: `HeterofilmError` for no or a damaged archive, too many members, or more than 1 GB unpacked.
    """
    try:
        archive = zipfile.ZipFile(path)
        members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise FileFormatError(f"its zip container is damaged ({str(error)[:80]}).") from None
    unpacked = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED:
        archive.close()
        raise FileFormatError(
            f"its zip container claims {len(members)} members and {unpacked / 1e6:.0f} MB unpacked, "
            f"more than any instrument writes."
        )
    return archive


def read_member(archive: zipfile.ZipFile, name: str, limit: int = MAX_XML) -> bytes:
    """The bytes of one member, at most `limit`, whatever its header claims.

    Errors: `HeterofilmError` for a missing, damaged, encrypted or too large member.
    """
    try:
        with archive.open(name) as member:
            raw = member.read(limit + 1)
    except KeyError:
        raise FileFormatError(f"its zip container has no '{name}'.") from None
    except Exception as error:  # zlib, lzma, bz2 and zipfile each have their own
        raise FileFormatError(f"'{name}' in its zip container is damaged ({str(error)[:80]}).") from None
    if len(raw) > limit:
        raise FileFormatError(f"'{name}' in its zip container is larger than {limit // 1_000_000} MB.")
    return raw


def parse_xml(raw: bytes | str) -> Element:
    """The root of an XML document without entities, external references or a document type.

    Errors: `HeterofilmError` for XML that is damaged or holds any of these.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        return fromstring(raw, forbid_dtd=True)
    except DefusedXmlException:
        raise FileFormatError("its XML holds a document type or entities, which no instrument writes.") from None
    except Exception as error:  # ParseError, and codecs of a forged encoding
        raise FileFormatError(f"its XML is damaged ({str(error)[:80]}).") from None
