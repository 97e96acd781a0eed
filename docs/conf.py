"""How Sphinx builds the documentation; ``make docs``. Pages are Markdown, and those with code are run by MyST-NB.

``HETEROFILM_DOCS_EXECUTE=off`` builds without running them (tests/docs runs every block too, in one process).
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(ROOT / "src"))

import generate  # noqa: E402  # beside this file

from heterofilm import __version__  # noqa: E402


def digest() -> str:
    """Of all that a page's results depend on besides its own code: they are kept under it."""
    found = hashlib.sha256()
    for folder in (ROOT / "src" / "heterofilm", ROOT / "tests" / "verification", ROOT / "tests" / "twins"):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                found.update(path.read_bytes())
    return found.hexdigest()[:16]


# the kernels that run the pages: this interpreter, this tree, the cells of tests/verification, one folder for commands
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")])

# a profile of the build's own: none of the reader's start-up files, figures as SVG, no word on the kernels' transport
profile = HERE / "_build" / "ipython" / "profile_default"
profile.mkdir(parents=True, exist_ok=True)
(profile / "ipython_kernel_config.py").write_text(
    'c.InlineBackend.figure_formats = {"svg"}\nc.IPKernelApp.log_level = 40\n', encoding="utf-8"
)
os.environ["IPYTHONDIR"] = str(profile.parent)
os.environ["TQDM_DISABLE"] = "1"  # a page shows results, not bars

generate.write_all(HERE / "generated")

project, author, copyright = "heterofilm", "the heterofilm contributors", "the heterofilm contributors"
version = release = __version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx-mathjax-offline",
]
exclude_patterns = ["_build", "generated/parts", "**.ipynb_checkpoints"]
nitpicky = False

myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

nb_execution_mode = os.environ.get("HETEROFILM_DOCS_EXECUTE", "cache")
suppress_warnings = ["misc.highlighting_failure"]  # commands and files in cells are no Python
if nb_execution_mode == "off":
    suppress_warnings.append("myst-nb.lexer")  # the kernel says what its language is
nb_execution_cache_path = str(HERE / "_build" / "executed" / digest())
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_execution_timeout = 300
nb_merge_streams = True
nb_output_stderr = "remove"  # of libraries that miss a widget
nb_number_source_lines = False

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autosummary_generate = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False
add_module_names = False
toc_object_entries = False

html_theme = "pydata_sphinx_theme"
html_title = "heterofilm"
templates_path = ["_templates"]
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_context = {"default_mode": "auto"}
html_sidebars = {page: [] for page in ("index", "start", "gallery")}  # nothing lies below these
html_theme_options = {
    "header_links_before_dropdown": 7,
    "navbar_align": "left",
    "show_toc_level": 1,
    "navigation_with_keys": False,
    "footer_start": ["copyright"],
    "footer_end": ["theme-version"],
    "secondary_sidebar_items": ["page-toc"],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
copybutton_exclude = ".linenos, .gp, .go"
