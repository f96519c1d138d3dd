# make run · make test · make css · make watch · make messages · make bench · make screenshots · make clean: see README.md.

# The first of these that is 3.12 or newer; use `make PYTHON=…` for another.
PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.14 python3.12,$(shell \
	$(name) -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && echo $(name))))
PORT ?= 8000
VENV := .venv/bin
MANAGE := $(VENV)/python manage.py
# The Procfile's web process, listening on this machine only.
SERVE := $(VENV)/$(shell sed -n -e 's/^web: //' -e 's/0\.0\.0\.0/127.0.0.1/' \
	-e 's/\$${PORT:-8000}/$(PORT)/' -e '/ uvicorn /p' Procfile)

# PORT counts as a deploy variable, and a local clone has none: do not export it.
unexport PORT
LOCALLY := env -u PORT
ifdef DEMO
LOCALLY += DATABASE_URL=sqlite:///var/demo.sqlite3 \
	ALLOWED_HOSTS=127.0.0.1,localhost SECRET_KEY="$$(cat var/secret-key)"
endif

.PHONY: run test lint checks fresh browsers pytest css emoji watch messages lock audit bench release-fixture screenshots clean
.NOTPARALLEL:

run: var/secret-key var/static/staticfiles.json
	@$(LOCALLY) $(MANAGE) migrate --noinput --verbosity 0
	@$(LOCALLY) $(MANAGE) createcachetable --verbosity 0
ifdef DEMO
	@$(LOCALLY) $(MANAGE) demo --once
endif
	@echo "Tertulia: open http://127.0.0.1:$(PORT)/ (Ctrl+C ends it)"
	@exec $(LOCALLY) SITE_URL="$${SITE_URL:-http://127.0.0.1:$(PORT)}" $(SERVE)

# Run every part, even if one fails (`--keep-going`).
test:
	@$(MAKE) --no-print-directory --keep-going lint checks fresh pytest

lint: .venv/tests-installed
	$(VENV)/ruff check
	$(VENV)/ruff format --check
	PYTHONPATH=site:. $(VENV)/lint-imports --no-cache --no-logo
	$(VENV)/mypy
	$(VENV)/djlint templates --lint --quiet

checks: .venv/tests-installed
	@$(LOCALLY) $(MANAGE) makemigrations --check --dry-run --skip-checks
	@$(LOCALLY) $(MANAGE) check --fail-level WARNING

# Check that the committed builds match their sources.
BUILT := tertulia.css tertulia.js $(notdir $(wildcard site/static/*.min.js))
fresh: tailwind/node_modules/.package-lock.json
	@folder=$$(mktemp -d) && cd site/static && cp $(BUILT) $$folder && \
	cd ../.. && mkdir $$folder/built && \
	env -u TEMPLATES_DIR npm run --silent --prefix tailwind build -- --output $$folder/built/tertulia.css 2>$$folder/log && \
	npm run --silent --prefix tailwind bundle -- $$folder/built && \
	for name in $(BUILT); do cmp $$folder/$$name $$folder/built/$$name || exit; done; \
	status=$$?; rm -r $$folder; \
	[ $$status -eq 0 ] || echo "What is built in site/static is not fresh: run make css." >&2; \
	exit $$status

pytest: .venv/tests-installed var/static/staticfiles.json browsers
	$(VENV)/pytest --numprocesses 2 --dist worksteal $(ARGUMENTS)

# The browsers and servers that the tests use. Installs missing Debian packages if it may.
browsers:
	@missing=""; \
	for command in chromium firefox-esr w3m lynx tmux redis-server openssl git; do \
		command -v $$command >/dev/null || missing="$$missing $$command"; \
	done; \
	ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$$missing postgresql"; \
	[ -x /usr/sbin/nginx ] || missing="$$missing nginx-light"; \
	command -v npm >/dev/null || missing="$$missing npm"; \
	[ -n "$$missing" ] || exit 0; \
	if [ "$$(id -u)" = 0 ]; then as_root=""; \
	elif sudo -n true 2>/dev/null; then as_root="sudo -n"; \
	else echo "The tests need these Debian packages:$$missing" >&2; exit 1; fi; \
	echo "Installing$$missing"; \
	$$as_root apt-get update --quiet=2 && DEBIAN_FRONTEND=noninteractive \
	$$as_root apt-get install --yes --quiet=2 --no-install-recommends $$missing

# TEMPLATES_DIR=… also compiles the classes that are used only in that folder.
css: tailwind/node_modules/.package-lock.json
	npm run --silent --prefix tailwind build
	npm run --silent --prefix tailwind bundle

# The names of emoji, from a package that nothing else needs.
emoji:
	folder=$$(mktemp -d) && cd $$folder && npm pack --silent emojibase-data@17.0.0 && tar xzf *.tgz \
	    && cd "$(CURDIR)/tailwind" && node emoji.mjs $$folder/package && rm -r $$folder

watch: tailwind/node_modules/.package-lock.json
	npm run --silent --prefix tailwind watch

# Collect the sentences of templates and Python into the catalogs, and compile the translations.
messages: .venv/installed
	@command -v msgfmt >/dev/null || { echo "Needed: the Debian package gettext." >&2; exit 1; }
	@$(LOCALLY) $(MANAGE) makemessages --locale es --locale pt_BR --extension html,txt,py --no-wrap \
		--no-obsolete --add-location file --ignore .venv --ignore tailwind --ignore var \
		--ignore '*/tests/*' --ignore conftest.py --ignore 'site/bench/*'
	@$(LOCALLY) $(MANAGE) compilemessages --locale es --locale pt_BR --ignore .venv --ignore tailwind

# Pin every package and its dependencies, with the hashes of their files.
lock: .venv/installed
	@$(VENV)/python -m pip install --quiet --quiet uv
	@$(LOCK) pyproject.toml --output-file requirements.txt
	@$(LOCK) pyproject.toml --group tests --constraint requirements.txt \
		--output-file requirements-dev.txt

LOCK := $(VENV)/uv pip compile --quiet --universal --python-version 3.12 --generate-hashes \
	--no-annotate --custom-compile-command "make lock"

# Check that the packages are compatible, still match their hashes and are not yanked (PEP 592).
# Newer releases are listed and are not a failure.
audit: .venv/tests-installed
	@$(VENV)/python -m pip check
	@$(VENV)/python -m pip install --dry-run --ignore-installed --no-deps --require-hashes \
		--requirement requirements-dev.txt >.venv/audit 2>&1; status=$$?; \
	grep --ignore-case -e yanked -e '^ERROR' .venv/audit && exit 1; exit $$status
	@echo "Newer releases:"; $(VENV)/python -m pip list --outdated 2>/dev/null || true

bench: .venv/tests-installed var/static/staticfiles.json
	PYTHONPATH=site $(VENV)/python -m bench $(ARGUMENTS)

# Before a release, as the last step: store a sample workspace for the tests of upgrades.
# ARGUMENTS=--replace overwrites it until the release is published.
release-fixture: .venv/tests-installed
	@$(LOCALLY) $(VENV)/python site/tests/operations/releases/make.py $(ARGUMENTS)

# Take the README's pictures from the demo workspace.
screenshots: .venv/tests-installed var/static/staticfiles.json browsers
	@cd site && $(LOCALLY) ../$(VENV)/python -m tests.screenshots

# Delete everything built or downloaded, except the databases in var/.
clean:
	rm -rf .venv tailwind/node_modules var/static .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -r {} +

.venv/installed: requirements.txt
	@[ -n "$(PYTHON)" ] || { echo "Python 3.12 or newer is needed." >&2; exit 1; }
	@echo "Installing what runs Tertulia …"
	@$(PYTHON) -m venv .venv
	@$(VENV)/python -m pip install --quiet --quiet --requirement requirements.txt
	@touch $@

.venv/tests-installed: .venv/installed requirements-dev.txt
	@echo "Installing what tests Tertulia …"
	@$(VENV)/python -m pip install --quiet --quiet --requirement requirements-dev.txt
	@touch $@

# Importing the settings creates the key if it is missing.
var/secret-key: .venv/installed
	@[ -e $@ ] || PYTHONPATH=site env -u PORT $(VENV)/python -c "import tertulia.settings"

var/static/staticfiles.json: .venv/installed site/static $(wildcard site/static/*)
	@echo "Collecting the static files …"
	@$(LOCALLY) $(MANAGE) collectstatic --noinput --verbosity 0
	@touch $@

tailwind/node_modules/.package-lock.json: tailwind/package-lock.json | browsers
	npm ci --loglevel=error --no-progress --prefix tailwind
	@touch $@
