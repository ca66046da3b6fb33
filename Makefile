# `make` alone lists what there is. Everything runs inside the project's own environment, set up when it is missing.
PYTHON := .venv/bin/python
.DEFAULT_GOAL := help

##@ Every day
run: ready  ## Set up, train what changed, start; says where to talk to it.
	@exec $(PYTHON) -W ignore -m bot.run
chat: ready train  ## Talk to it in the terminal, as a Rasa developer would.
	@sh tools/chat.sh
train: ready  ## Train when, and only when, something it depends on changed.
	@$(PYTHON) -W ignore -m bot.train

##@ Before you commit
test: ready  ## Everything: style, types, data, and all tests with real parts.
	@sh tools/test.sh
check: ready  ## Style, types and Rasa's own validation, without the tests.
	@sh tools/check.sh

fuzz: train  ## Made-up requests to every endpoint for SECONDS (1800), by schemathesis in its own environment.
	@sh tools/fuzz.sh $(or $(SECONDS),1800)

##@ For people
review: ready  ## One printable page of every sentence it can say (var/review.html).
	@$(PYTHON) -m bot.review
check-facility: ready  ## Is facility.yml right? What is known, what is not?
	@$(PYTHON) -m bot.facility

##@ How good is it?
eval: $(if $(FILES),train,ready)  ## Measure labelled messages, with pictures: make eval FILES="a.yaml b.yaml"
	@$(PYTHON) -W ignore -m benchmarks.report $(FILES)

##@ How fast is it?
bench: train  ## Stock Rasa and ours side by side in one run (about 20 minutes; writes benchmarks/turns.md).
	@$(PYTHON) -W ignore -m benchmarks.turns
soak: train  ## Talk to it for SECONDS (300) and draw memory and open files (writes benchmarks/soak.md).
	@$(PYTHON) -W ignore -m benchmarks.soak --seconds $(or $(SECONDS),300)

##@ Now and then
lock: ready  ## Choose dependency versions anew and write the lock files.
	@sh tools/lock.sh
clean:  ## Remove models and caches; never var/, where the records are.
	rm -rf models .rasa .pytest_cache .mypy_cache .ruff_cache
help:  ## Show this help.
	@awk -F ':.*##' '/^[^: ]+:.*##/{printf "  make %-16s%s\n",$$1,$$2} /^##@/{printf "\n%s\n",substr($$0,5)}' $(MAKEFILE_LIST)

ready:
	@python3 tools/set_up.py
.PHONY: run chat train test check review check-facility eval fuzz bench soak lock clean help ready
