#!/bin/sh
# Runs every law of the house and names all that are broken, not only the first.
set -u
cd "$(dirname "$0")/.."
BIN=.venv/bin
broken=''

law() {
    name=$1
    shift
    started=$(date +%s)
    if "$@" </dev/null; then verdict=ok; else
        verdict=BROKEN
        broken="$broken $name"
    fi
    printf 'check: %-10s %-6s %3ss\n' "$name" "$verdict" $(($(date +%s) - started))
}

law format "$BIN/ruff" format --check --quiet .
law style "$BIN/ruff" check --quiet .
law layers "$BIN/lint-imports" --no-logo
law packages "$BIN/deptry" services shared src
# The types take one core for as long as all that follows: their verdict is heard at the end.
types_said=$(mktemp)
trap 'rm -f "$types_said"' EXIT
"$BIN/basedpyright" --warnings </dev/null >"$types_said" 2>&1 &
types=$!
law house env PYTHONPATH=tests/architecture "$BIN/python" -m laws check
law sabotage "$BIN/pytest" --quiet -n 2 tests/architecture --ignore tests/architecture/test_laws.py
if [ -f web/package.json ] && [ "${BEACONFIRE_SKIP_UI:-}" != 1 ]; then
    law web-types "$BIN/python" -m beaconfire.web_types --check
    law web "$BIN/python" hatch_build.py check
fi

law types wait "$types"
cat "$types_said"

if [ -n "$broken" ]; then
    printf 'check: broken:%s\n' "$broken" >&2
    exit 1
fi
