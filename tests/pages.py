"""What a page holds packed: Plotly and its figures."""

import base64
import gzip
import re

PACKED = re.compile(r'<script type="application/gzip\+base64"(?: id="plotly")?>([A-Za-z0-9+/=]*)</script>')


def unpacked(page: str) -> list[str]:
    """The texts that a page unpacks when they come into view, figures first and Plotly last."""
    return [gzip.decompress(base64.b64decode(text)).decode() for text in PACKED.findall(page)]
