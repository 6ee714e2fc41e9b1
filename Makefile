# Legato, as a person types it. Everything is installed into .venv, nothing outside this folder.

VENV := .venv
PIP_INSTALL := $(VENV)/bin/python -m pip install --quiet --no-compile --constraint constraints.txt

# Bytecode is kept, whatever is set around here: the tests begin hundreds of processes, and each would compile everything.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: replay demo vendor test audit firmware conform matrix mutants fuzz bench bench-peers performance clean

# The showpiece: the whole stack in virtual time, out/goddard/ holds the trace and the picture.
replay: $(VENV)/installed
	$(VENV)/bin/legato replay goddard

# The panel on simulated devices: nobody is pressed.
demo: $(VENV)/installed-tests
	$(VENV)/bin/legato serve --port sim://boots-6 --port sim://wrap-3 --port sim://chair-1 --open

# The chart library of the panel, at the version that is pinned; needs npm, and only to renew it.
UPLOT := 1.6.32
PANEL_VENDOR := legato/panel/vendor
vendor:
	cd $(PANEL_VENDOR) && npm pack --silent uplot@$(UPLOT) && tar xzf uplot-$(UPLOT).tgz --strip-components=1 -C uplot \
		package/LICENSE package/dist/uPlot.iife.min.js package/dist/uPlot.min.css && rm uplot-$(UPLOT).tgz
	cd $(PANEL_VENDOR) && mv uplot/dist/* uplot/ && rmdir uplot/dist && sha256sum --check SHA256SUMS

# One more than there are processors: much of the time a test waits for another process.
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
test: $(VENV)/installed-tests
	.ci/chromium
	.ci/mosquitto
	.ci/proxies
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	.ci/determinism
	$(VENV)/bin/pytest --numprocesses=$(WORKERS) --dist=loadgroup

# What shows that the firmware is real: bytecode, one digest on both interpreters, ticks on a locked heap.
firmware: $(VENV)/installed-tests
	$(VENV)/bin/python -m tests.firmware

# Each hard limit of the firmware, moved by a tenth: which test notices?
mutants: $(VENV)/installed-tests
	$(VENV)/bin/python -m tests.mutants

# Drawn routines through compiler, proof and auditor, with counts; `make audit COUNT=1000` draws fewer.
COUNT := 10000
audit: $(VENV)/installed-tests
	$(VENV)/bin/python -m tests.profiles.audit $(COUNT)

# The tables of the conformance kit: every simulated device, the firmware in MicroPython, and a broken firmware for every rule.
conform: $(VENV)/installed-tests
	$(VENV)/bin/python -m tests.contract

# What a service that plays has to bear, a process a cell, and all tests on every Python with the oldest and the newest packages;
# `make matrix CELLS="side-channels log"` is one side channel, CELLS="versions tests/care" some of the tests.
CELLS :=
matrix: $(VENV)/installed-matrix
	.ci/chromium
	.ci/mosquitto
	.ci/proxies
	$(VENV)/bin/python -m tests.matrix $(CELLS)

# Coverage-guided, so many seconds a target; `make fuzz TARGETS=device` is one. Linux on x86-64.
SECONDS := 60
fuzz: $(VENV)/installed-fuzz
	$(VENV)/bin/python -m tests.fuzz $(SECONDS) $(TARGETS)

# The service at 64, 128 and 256 descriptors in a flood of connections, for so many minutes in all. Linux.
.PHONY: siege
MINUTES := 60
siege: $(VENV)/installed-tests
	$(VENV)/bin/python -m tests.siege $(MINUTES)

bench: $(VENV)/installed-tests
	$(VENV)/bin/python -m bench

# Legato beside what a user would pick instead; with QUICK=--quick in four minutes.
bench-peers: $(VENV)/installed-peers
	$(VENV)/bin/python -m bench.peers $(QUICK)


# The pictures of the panel in docs/; needs a Chromium, as its tests do.
.PHONY: screenshots
screenshots: $(VENV)/installed-tests
	.ci/chromium
	$(VENV)/bin/python -m tests.panel.screenshots docs/pictures

# What the articles about leg massage want and what comes of it, measured anew and written into docs/reference/articles.md.
.PHONY: articles
articles: $(VENV)/installed-tests
	$(VENV)/bin/python -m tests.articles

# Every measurement there is, written into the page that shows them. Budgets that are missed are told, and are in the page.
performance: $(VENV)/installed-peers $(VENV)/installed-tests
	$(VENV)/bin/python -m bench.peers $(QUICK) --write docs/reference/performance.md
	$(VENV)/bin/python -m bench --write docs/reference/performance.md
	.ci/chromium
	$(VENV)/bin/python -m bench panel --write docs/reference/performance.md

# The add-on for Home Assistant, to be copied into its folder /addons; see docs/how-to/homeassistant.md.
.PHONY: addon
addon: $(VENV)/installed
	rm -rf out/addon
	mkdir -p out/addon
	cp -R packaging/homeassistant/legato constraints.txt out/addon/
	mv out/addon/constraints.txt out/addon/legato/
	$(VENV)/bin/python -m pip wheel --quiet --no-deps --wheel-dir out/addon/legato .

clean:
	rm -rf $(VENV) out

$(VENV)/bin/python:
	@python=$$(.ci/pythons | sed -n 's/^[^ ]* //p' | head -n 1); \
	test -n "$$python" || { echo "Legato needs Python 3.11 to 3.13 with venv (on Debian: apt install python3 python3-venv)" >&2; exit 1; }; \
	echo "setting up $(VENV) with $$python"; "$$python" -m venv $(VENV)

$(VENV)/installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP_INSTALL) --editable '.[pictures]'
	@touch $@

$(VENV)/installed-tests: $(VENV)/installed
	$(PIP_INSTALL) --editable '.[all,test]'
	@touch $@

$(VENV)/installed-fuzz: $(VENV)/installed-tests
	$(PIP_INSTALL) --editable '.[all,test,fuzz]'
	@touch $@

$(VENV)/installed-matrix: $(VENV)/installed-tests
	$(PIP_INSTALL) --editable '.[all,test,matrix]'
	@touch $@

$(VENV)/installed-peers: $(VENV)/installed
	$(PIP_INSTALL) --editable '.[all,peers]'
	@touch $@
