# Everything the two commands need is installed by themselves; see shielding/embedded/.
PYTHON ?= python3
VENV := .venv/bin/python
WITH_DATABASE := $(VENV) -m shielding.embedded exec --
PYTEST := $(WITH_DATABASE) $(VENV) -m pytest

.PHONY: help run test check migrate lock audit hook soak bench pictures old-enough ready ready-to-test
# Sources are UTF-8 whatever the machine's language is.
export PYTHONUTF8 := 1

help:                          ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: ready                     ## the site on http://127.0.0.1:8000 (PORT=...) until Ctrl-C
	@$(VENV) -m shielding.embedded run

# Three of these at a time: while a worker or a server starts, the processor has time for a browser.
WHOLE := tests/browser tests/worker tests/embedded
# What every council sets, for the check that says what is missing.
A_COUNCIL := SITE_URL=https://council.example/ COUNCIL_PHONE='020 7946 0001' \
  COUNCIL_PHONE_OUT_OF_HOURS='020 7946 0002' \
  MAIL_SENDER_NAME='IW Team' MAIL_CHECK_PHONE='020 7946 0003' SECURITY_CONTACT=weakness@council.example
# Measuring doubles the time, and what a browser or whole processes show meets no line more: it is
# asked for by MEASURED=yes, which CI does.
COVERED := $(if $(MEASURED),--cov --cov-report=term:skip-covered --cov-fail-under=95)
# The acts, and who may do what: every branch of them is met.
ACTS := */actions.py,*policies.py,*/second_person.py,*/role_grants.py,*/accounts/suspending.py,*/desk/phoned_requests.py,*/desk/urgent_calls.py,*/consultations.py,*/letting_go.py,*/attestations.py,*/other_ends.py,*/hand_over.py,*/changing_hands.py,*/disputes/*_actions.py,*/locking.py,*/reminder_days.py,*/reviews/dates.py,*/parts.py,*/core_hooks/unshield.py

ifdef ARGS
test: ready-to-test            ## every check, then every test; ARGS="tests/logbook -k order": these alone
	$(PYTEST) $(ARGS)
else
test: check
	$(PYTEST) -n 2 --dist worksteal $(WHOLE:%=--ignore=%) $(COVERED)
	$(if $(MEASURED),$(VENV) -m coverage report --include='$(ACTS)' --fail-under=100 --skip-covered --show-missing)
	$(PYTEST) -n 3 --dist worksteal $(WHOLE)
endif

check: ready-to-test           ## what can be said without running a test
	$(VENV) -m shielding.embedded.lock
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .
	$(WITH_DATABASE) $(VENV) -m mypy
	$(VENV) -c 'from importlinter.cli import lint_imports_command as check; check()'
	$(VENV) -m vulture
	$(VENV) -m djlint --lint --quiet templates
	$(WITH_DATABASE) $(VENV) manage.py makemigrations --check --dry-run --noinput
	$(WITH_DATABASE) $(VENV) manage.py lintmigrations --settings tests.support.linting
	$(WITH_DATABASE) env $(A_COUNCIL) $(VENV) manage.py check --deploy --fail-level WARNING

migrate: ready                 ## your own server (DATABASE_URL, DATABASE_OWNER_URL), or the demo's
	@$(VENV) -m shielding.embedded exec --live -- $(VENV) manage.py release

soak: ready-to-test            ## the long runs at full count
	$(PYTEST) -m soak -s -o faulthandler_timeout=0

bench: ready-to-test           ## ratios measured side by side in one run
	$(PYTEST) tests/bench -m bench -s -o faulthandler_timeout=0

pictures: ready-to-test        ## the pictures of docs/, made anew from invented data
	$(PYTEST) tests/browser/test_pictures.py -m pictures -k docs -o faulthandler_timeout=0

lock: ready-to-test            ## pin anew, with hashes, what the .in files ask for
	for list in requirements requirements-embedded requirements-dev requirements-node; do \
	  $(VENV) -m uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-annotate $$list.in -o $$list.txt || exit 1; \
	done

audit: ready-to-test           ## ask whether a known advisory is about anything that is pinned
	$(VENV) -m shielding.embedded.audit

hook: ready-to-test            ## let Git run `make check` before each commit
	@printf '#!/bin/sh\nexec make check\n' > "$$(git rev-parse --git-path hooks)/pre-commit"
	@chmod +x "$$(git rev-parse --git-path hooks)/pre-commit"
	@echo "Git runs 'make check' before each commit now; 'git commit --no-verify' does without."

ready: old-enough
	@$(PYTHON) -m shielding.embedded.install run

ready-to-test: old-enough
	@$(PYTHON) -m shielding.embedded.install test

old-enough:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; this one is %d.%d. Name another: make PYTHON=python3.12 ..." % sys.version_info[:2])'
