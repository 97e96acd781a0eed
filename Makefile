# make demo   run the demonstration into demo/
# make test   style, types, tests; with EXTRAS=1 also those that need NiceGUI, the MCP SDK, CHGNet, PyBaMM, devsim, Dask (Python 3.11, 1.5 GB)
# make lint   style and types alone
# make docs   build the documentation into docs/_build/html, its notebooks run; EXECUTE=off leaves them as they are
# make explore   the tests of laws with new draws: a thousand each, or ten times as many as in every run
# make wheel   the sdist, and a wheel that carries the kernels compiled for this kind of processor, into dist/
# make sbom   a bill of materials (CycloneDX) of what an installation brings, into dist/
# The environment lives in .venv and is set up once; it is set up again when a lock file or pyproject.toml changes.

PYTHON ?= python3
BIN := .venv/bin
DEV := $(if $(EXTRAS),extras,dev)

.PHONY: demo test lint pytest docs explore wheel sbom clean

demo: .venv/run.stamp
	$(BIN)/heterofilm run --out demo --fresh

test: lint pytest

lint: .venv/$(DEV).stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# Kernels first: both workers would compile them. Each begins with half of the tests, so that what a module's tests share
# is made once; one who has none left takes half of the other's.
pytest: .venv/$(DEV).stamp
	$(BIN)/python tests/engine_laws.py
	$(BIN)/pytest -n 2 --dist worksteal

# Kernels first: a page that finds none would show how they are compiled.
docs: .venv/docs.stamp
	$(BIN)/python tests/engine_laws.py
	HETEROFILM_DOCS_EXECUTE=$(or $(EXECUTE),cache) $(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet docs docs/_build/html
	$(BIN)/python docs/links.py docs/_build/html

explore: .venv/$(DEV).stamp
	HYPOTHESIS_PROFILE=explore $(BIN)/pytest -n 2 --dist worksteal $$(grep -rliE 'hypothesis|from draws' --include='test_*.py' tests)

$(BIN)/python:
	$(PYTHON) -m venv .venv

# The kernels need numba alone of all that is installed, so they are compiled beside the rest. Where that fails, they
# are compiled at the first run, which says so.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
define install
$(PIP) --constraint $< numba
PYTHONPATH=src $(BIN)/python -m heterofilm.engine.build $(KERNELS) & \
    $(PIP) --requirement $< && $(PIP) --no-deps --editable .; installed=$$?; wait; exit $$installed
touch $@
endef

.venv/run.stamp: requirements.lock pyproject.toml | $(BIN)/python
	$(install)

# The development lock holds the same versions and the tools on top, so both goals share one environment; that of the
# extras holds all of them, pinned as they fit together on Python 3.11; that of the documentation agrees with it.
.venv/dev.stamp .venv/extras.stamp .venv/docs.stamp: KERNELS := everything
.venv/dev.stamp .venv/extras.stamp .venv/docs.stamp: .venv/%.stamp: requirements-%.lock pyproject.toml | $(BIN)/python
	$(install)

wheel: .venv/$(DEV).stamp
	$(BIN)/python -m build --sdist --outdir dist .
	HETEROFILM_SHIP_KERNELS=1 $(BIN)/python -m build --wheel --no-isolation --outdir dist .

# of the locked versions; the tool has dependencies of its own, so it gets an environment of its own
sbom:
	$(PYTHON) -m venv .venv/sbom
	.venv/sbom/bin/python -m pip install --quiet --disable-pip-version-check "cyclonedx-bom>=7"
	mkdir -p dist
	.venv/sbom/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-file dist/heterofilm.cdx.json

clean:
	rm -rf .venv demo dist docs/_build docs/generated .hypothesis .mypy_cache .pytest_cache .ruff_cache
