#!/bin/sh
# Resolves pyproject.toml into locks that hold for every platform, with hashes and without any host.
set -eu
cd "$(dirname "$0")/.."
UV=${UV:-.venv/bin/uv}
export UV_CUSTOM_COMPILE_COMMAND="make lock"
resolve() {
    "$UV" pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate \
        --python-version 3.11 "$@"
}
resolve pyproject.toml --group dev --output-file requirements.lock "$@"
resolve --group node --output-file requirements-node.lock "$@"
