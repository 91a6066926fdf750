#!/bin/sh
# Runs every law of the house and reports all that are broken, not only the first.
set -u
cd "$(dirname "$0")/.."
broken=''

law() {
    name=$1
    shift
    started=$(date +%s)
    if "$@"; then
        printf 'check: %-14s ok      %3ss\n' "$name" $(($(date +%s) - started))
    else
        printf 'check: %-14s BROKEN  %3ss\n' "$name" $(($(date +%s) - started))
        broken="$broken $name"
    fi
}

law format .venv/bin/ruff format --check --quiet .
law style .venv/bin/ruff check --quiet .

if [ -n "$broken" ]; then
    printf 'check: broken laws:%s\n' "$broken" >&2
    exit 1
fi
