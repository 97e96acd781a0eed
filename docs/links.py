"""Every link within the built site leads to a page and a place that is there: ``python docs/links.py FOLDER``.

Links to the web are counted, not followed: the build has no network.
"""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class _Page(HTMLParser):
    """Names of places on a page, links from it, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for key, value in attrs:
            if key in ("id", "name") and value:
                self.names.add(value)
            if key == "href" and value and tag == "a":
                self.links.append(value)
            if value and ((key == "src" and tag in ("script", "img", "source")) or (key == "href" and tag == "link")):
                self.loads.append(value)


def main(site: Path) -> int:
    """Print what is broken; return 1 if anything is."""
    found = [path.resolve() for path in site.rglob("*.html") if "_static" not in path.parts]
    pages = {path: _Page(path.read_text(encoding="utf-8")) for path in found}
    broken, inside, outside = [], 0, set()
    for path, page in pages.items():
        here = path.relative_to(site.resolve())
        for link, loaded in [*((one, False) for one in page.links), *((one, True) for one in page.loads)]:
            parts = urlsplit(link)
            if parts.scheme == "data":
                continue
            if parts.scheme or parts.netloc:
                if loaded and not link.startswith("https://www.sphinx"):
                    broken.append(f"{here}: loads {link} from the web")
                outside.add(link)
                continue
            inside += 1
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            if not target.exists():
                broken.append(f"{here}: {link}")
            elif parts.fragment and not loaded and target in pages:
                name = unquote(parts.fragment)
                if name not in pages[target].names:
                    broken.append(f"{here}: {link}")
    print(f"{len(pages)} pages, {inside} links within, {len(outside)} to the web (not followed), {len(broken)} broken")
    for one in broken:
        print(" ", one)
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
