"""``python -m heterofilm``: the same as the command ``heterofilm``."""

import sys

from heterofilm.cli import main

if __name__ == "__main__":
    sys.exit(main())
