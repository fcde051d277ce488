# make test · make demo: each does all of its own set-up; only make and Python 3.11 or later are needed.
# make lint · make bench · make docs · make clean. Another interpreter: make PYTHON=/path/to/python test

VENV  := .venv
BIN   := $(VENV)/bin
READY := $(VENV)/.listo
LINT  := $(VENV)/.listo-lint
BENCH := $(VENV)/.listo-bench
PIP   := $(BIN)/python -m pip --disable-pip-version-check --quiet
TYPES := $(VENV)/tipos

.PHONY: test demo lint bench docs clean

test: $(READY)
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

demo: $(READY)
	$(BIN)/xl-perlas demo

bench: $(BENCH)
	$(BIN)/python -m benchmarks $(ARGS)

docs: $(READY)
	$(BIN)/python docs/generar.py

# The folders udfs/ and workbook/ are imported as xl_perlas.udfs and xl_perlas.workbook: mypy sees them so through links.
lint: $(LINT)
	$(BIN)/ruff check .
	@rm -rf $(TYPES) && mkdir -p $(TYPES)/xl_perlas
	@ln -s $(CURDIR)/xl_perlas/* $(CURDIR)/udfs $(CURDIR)/workbook $(TYPES)/xl_perlas/
	cd $(TYPES) && ../bin/mypy --config-file $(CURDIR)/pyproject.toml --cache-dir $(CURDIR)/.mypy_cache

# A candidate must run (version managers leave stubs that do not) and must be able to make an environment with pip.
$(BIN)/python:
	@set -e; \
	for p in $(PYTHON) python3.13 python3.12 python3.11 python3.14 python3 python; do \
	  if "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    if "$$p" -c 'import ensurepip, venv' 2>/dev/null; then \
	      echo "Se usa $$("$$p" --version) ($$p)"; rm -rf $(VENV); "$$p" -m venv $(VENV); exit 0; \
	    else no_pip="$$p"; fi; \
	  fi; \
	done; \
	if [ -n "$$no_pip" ]; then \
	  echo "xl-perlas: $$no_pip no puede crear entornos. Instale su paquete venv (Debian, Ubuntu: apt install python3-venv)." >&2; \
	else \
	  echo "xl-perlas: hace falta Python 3.11 o posterior. Instálelo, o indique cuál usar: make PYTHON=/ruta/a/python" >&2; \
	fi; exit 1

$(READY): pyproject.toml $(BIN)/python
	$(PIP) install --editable '.[test]'
	@touch $@

$(LINT): $(READY)
	$(PIP) install --editable '.[test,lint]'
	@touch $@

$(BENCH): $(READY)
	$(PIP) install --editable '.[test,bench]'
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
