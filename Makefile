# The house's commands. `make demo` shows it, `make test` proves it; both set up what they need.

.PHONY: demo test build setup console lint unit passes foreign sim spine audit fuzz smoke browser
.PHONY: api bench clean programme valhalla

# The console's bundle is embedded in the binary, so it is built first.
DIST := console/dist/manifest.json
BIN := target/release/safeconduct

demo: build ## Build, start both parties' nodes, and print where to look.
	$(BIN) demo

build: $(DIST) ## Build target/release/safeconduct.
	cargo build --release --locked -p safeconduct

console: $(DIST)

$(DIST): console/package-lock.json $(shell find console/src console/styles console/build -type f 2>/dev/null)
	scripts/need node npm
	cd console && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build

setup: ## Install what the tests need and this machine lacks.
	scripts/need node npm cargo python3 chromium cvc5 z3 c++ softhsm2-util openssl

test: setup lint unit passes foreign programme valhalla sim spine audit smoke browser api ## Everything.
	@echo "make test: all of it passed"

lint: $(DIST)
	cargo fmt --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	cd console && npm run --silent check

unit: $(DIST)
	cargo test --locked --workspace --no-fail-fast
	cd console && npm test --silent

passes: $(DIST) ## Passes read and verified by independent programs, and offline in a real browser.
	scripts/passes

foreign: ## Go's sumdb and OpenSSL check our ledgers and cosignatures, and we theirs.
	scripts/need go x-mod python3 cryptography
	SAFECONDUCT_FOREIGN=1 cargo test --locked -p witness --test foreign

# Arcs of the largest game that HiGHS answers too; 100000 for the figure.
PROGRAMME_ARCS ?= 10000

programme: ## Our ambush games beside HiGHS, to a millionth.
	scripts/programme $(PROGRAMME_ARCS)

valhalla: build ## A thousand fastest routes beside Valhalla's, where the extract is.
	scripts/valhalla

sim: ## Two thousand seeds of two nodes with faults on purpose.
	cargo run --release --locked -q -p sim -- --seeds 2000

spine: build ## The demo scenario, headless, checked from the ledgers alone.
	mkdir -p .run
	$(BIN) demo --once --audit .run/exercise.audit
	$(BIN) audit .run/exercise.audit

# The second program that checks an audit file: Python, by docs/formats.
AUDITOR := .run/audit-venv/bin/python

$(AUDITOR): docs/audit/requirements.txt
	scripts/need python3
	python3 -m venv .run/audit-venv
	$(AUDITOR) -m pip install --quiet --disable-pip-version-check -r $<
	touch $@

audit: $(AUDITOR) ## The spine's file and forged ones, by a program that shares no line with ours.
	[ -f .run/exercise.audit ] || $(MAKE) spine
	$(AUDITOR) -B docs/audit/audit.py .run/exercise.audit
	$(AUDITOR) -B docs/audit/test_audit.py
	$(AUDITOR) -B docs/audit/test_apart.py
	$(AUDITOR) -B docs/audit/test_custody.py
	$(AUDITOR) -B docs/audit/test_hybrid.py

# How long each parser is fuzzed; `make fuzz FUZZ_SECONDS=3600` for a night.
FUZZ_SECONDS ?= 60

fuzz: ## Every parser of foreign bytes, coverage-guided, each with an oracle.
	scripts/fuzz $(FUZZ_SECONDS)

smoke: ## The same for two seconds each, from the seeds alone.
	scripts/fuzz --smoke 2

browser: build ## Every page in three languages in a real browser.
	cd browser && npm ci --no-audit --no-fund --loglevel=error && npm test --silent

api: build ## Schemathesis over the OpenAPI document.
	scripts/schemathesis

bench: build ## Measure; figures with their baselines of the same run.
	cargo run --release --locked -p benches -- all
	cargo run --release --locked -p trial -- all

clean:
	rm -rf target .run console/dist console/node_modules browser/node_modules
