# make run and make test are all that is needed; both set up what is missing first.
# HELPDESK_VENV and HELPDESK_PYTHON choose another environment and Python (see scripts/setup.sh)
HELPDESK_VENV ?= .venv
PYTHON = $(HELPDESK_VENV)/bin/python
.PHONY: run test setup train chat bench lock clean

run: setup
	@$(PYTHON) -m bot.cli run

test: setup
	@$(PYTHON) scripts/check.py

setup:
	@sh scripts/setup.sh
	@sh scripts/assets.sh

train: setup
	@$(PYTHON) -m bot.cli train

chat: setup
	@$(PYTHON) -m bot.cli chat

bench: setup
	@$(PYTHON) -m bench

# after a change of pyproject.toml: names, versions and hashes, no addresses
lock: setup
	@uv=$$(command -v uv || echo .tools/uv/bin/uv); $$uv pip compile pyproject.toml --group dev \
		--generate-hashes --no-emit-index-url --no-annotate --universal --python-version 3.11 \
		--quiet -o requirements.lock

clean:
	rm -rf .venv .tools .assets node_modules .cache var models .pytest_cache .mypy_cache .ruff_cache
