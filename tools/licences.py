"""The licence of every package that ``pip install heterofilm`` brings, as a table: ``python tools/licences.py``.

It ends with 1 where one of them may not come with a package under the BSD licence. ``python tools/licences.py EXTRA``
lists what an extra brings on top, which may be under any licence.
"""

from __future__ import annotations

import re
import sys
from importlib import metadata

from packaging.requirements import Requirement

COPYLEFT = re.compile(r"\b(A?GPL|General Public License)", re.IGNORECASE)
WEAK = re.compile(r"\bLGPL\S*|(Lesser|Library) General Public License", re.IGNORECASE)


def brought(name: str, extra: str = "") -> dict[str, str]:
    """Version of every installed package that ``name`` needs, and what these need in turn."""
    found: dict[str, str] = {}
    waiting = [(name, {extra, ""})]
    while waiting:
        package, extras = waiting.pop()
        for text in metadata.requires(package) or ():
            one = Requirement(text)
            if one.marker is not None and not any(one.marker.evaluate({"extra": extra}) for extra in extras):
                continue
            key = one.name.lower().replace("_", "-")
            if key not in found:
                try:
                    found[key] = metadata.version(one.name)
                except metadata.PackageNotFoundError:  # of another system or Python
                    continue
                waiting.append((one.name, {*one.extras, ""}))
    return dict(sorted(found.items()))


def licence(package: str) -> str:
    """What a package says of its licence: the expression, the classifiers, or the first line of the text."""
    about = metadata.metadata(package)
    classifiers = [c.rpartition(" :: ")[2] for c in about.get_all("Classifier") or () if c.startswith("License ::")]
    said = about.get("License-Expression") or ", ".join(classifiers) or (about.get("License") or "").split("\n")[0]
    return said or "not stated"


def binds(words: str) -> bool:
    """Whether a licence asks the same of what is distributed with it."""
    return bool(COPYLEFT.search(WEAK.sub("", words))) and not re.search(r"\b(OR|MIT|BSD|Apache)\b", words)


if __name__ == "__main__":
    extra = sys.argv[1] if len(sys.argv) > 1 else ""
    packages = brought("heterofilm", extra)
    for name, version in packages.items():
        print(f"{name:24} {version:12} {licence(name)}")
    bound = [name for name in packages if binds(licence(name))]
    print(f"{len(packages)} packages; under the GPL: {', '.join(bound) or 'none'}.")
    sys.exit(1 if bound and not extra else 0)
