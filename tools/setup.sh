#!/bin/sh
# Makes a checkout ready, from nothing but Python and make: `core` for running, `browser` and `kafka` for tests,
# `kafka` and `gateway` for the services apart, `tests` for all of them, side by side where they can be.
# Each step leaves a stamp in .venv, so that a second run takes a moment.
set -eu
cd "$(dirname "$0")/.."
STAMPS=.venv/.stamps
OLDEST='(3, 11)'
NEWEST='(3, 14)'
OLDEST_JAVA=17
JAVA="openjdk-$OLDEST_JAVA-jre-headless"
FONTS='fontconfig fonts-noto-cjk'

# Where the machine keeps its own certificates, believe them: there may be a proxy of the site.
if [ -s /etc/ssl/certs/ca-certificates.crt ] || [ "$(uname)" = Darwin ]; then
    export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}"
fi
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore

say() { printf 'setup: %s\n' "$*"; }
stop() { printf 'setup: %s\n' "$*" >&2; exit 1; }
is_root() { [ "$(id -u)" = 0 ]; }
may_use_apt() {
    command -v apt-get >/dev/null 2>&1 && { is_root || { [ "${CI:-}" = true ] && sudo -n true 2>/dev/null; }; }
}
digest() { cat "$@" | "$PYTHON" -c 'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())'; }
stamped() { [ "$(cat "$STAMPS/$1" 2>/dev/null)" = "$2" ]; }
stamp() { mkdir -p "$STAMPS" && printf '%s\n' "$2" >"$STAMPS/$1"; }

apt_install() {
    as_root='sudo -n'
    if is_root; then as_root=''; fi
    say "installing $* with apt"
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}

fits() { "$1" -c "import sys; sys.exit(not $OLDEST <= sys.version_info < $NEWEST)" >/dev/null 2>&1; }

find_python() {
    for PYTHON in "${BEACONFIRE_PYTHON:-python3}" python3 python3.13 python3.12 python3.11; do
        if fits "$PYTHON"; then return; fi
    done
    found=none
    if command -v python3 >/dev/null 2>&1; then found=$(python3 --version 2>&1); fi
    stop "Beaconfire needs Python 3.11, 3.12 or 3.13; found $found. Install one, or name it: make setup BEACONFIRE_PYTHON=/path/to/python3.12"
}

make_venv() {
    if fits .venv/bin/python; then PYTHON=.venv/bin/python; return; fi
    find_python
    rm -rf .venv
    say "making .venv with $("$PYTHON" --version)"
    if "$PYTHON" -m venv .venv >/dev/null 2>&1; then :
    elif rm -rf .venv && command -v uv >/dev/null 2>&1; then uv venv --quiet --seed --python "$PYTHON" .venv
    elif "$PYTHON" -m pip --version >/dev/null 2>&1; then
        "$PYTHON" -m pip install --quiet --target .bootstrap uv </dev/null
        .bootstrap/bin/uv venv --quiet --seed --python "$PYTHON" .venv
        rm -rf .bootstrap
    elif may_use_apt; then
        apt_install python3-venv
        "$PYTHON" -m venv .venv
    else
        stop "$PYTHON can make no virtual environment. Install it (Debian, Ubuntu: sudo apt-get install python3-venv) and run make again."
    fi
    PYTHON=.venv/bin/python
}

# uv's own lines of the lock come first, through pip, so that even uv is held by a hash.
install_uv() {
    if [ -x .venv/bin/uv ]; then return; fi
    say "installing uv"
    awk '/^[a-z0-9]/ { mine = /^uv==/ } mine' requirements.lock >.venv/uv.txt
    "$PYTHON" -m pip install --quiet --require-hashes --no-deps -r .venv/uv.txt </dev/null
}

install_locked() {
    wanted=$(digest requirements.lock)
    if stamped locked "$wanted"; then return; fi
    say "installing the locked packages"
    .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements.lock
    stamp locked "$wanted"
}

install_ours() {
    wanted=$(digest pyproject.toml hatch_build.py)
    if stamped ours "$wanted"; then return; fi
    say "installing beaconfire itself, editable"
    BEACONFIRE_SKIP_UI=1 .venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
    stamp ours "$wanted"
}

# The hook knows by a hash of the sources whether the pages are up to date.
build_pages() {
    if [ "$(.venv/bin/python hatch_build.py needs-node)" = yes ]; then
        wanted=$(digest requirements-node.lock)
        if ! stamped node "$wanted"; then
            say "installing Node.js into .venv, as this machine has none that is new enough"
            .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements-node.lock
            stamp node "$wanted"
        fi
    fi
    .venv/bin/python hatch_build.py build
}

# Whatever starts a process waits for its imports: compiled they take half as long. Some machines forbid
# Python to keep what it compiles, so it is done here once; what changed since is known by its time.
compile_all() {
    wanted="$(cat "$STAMPS/locked") $("$PYTHON" --version)"
    if ! stamped compiled "$wanted"; then
        "$PYTHON" -m compileall -q -j 0 .venv/lib >/dev/null 2>&1 || :
        stamp compiled "$wanted"
    fi
    "$PYTHON" -m compileall -q services shared src >/dev/null 2>&1 || :
}

core() {
    make_venv
    install_uv
    install_locked
    install_ours
    build_pages
    compile_all
}

has_chromium() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        if command -v "$name" >/dev/null 2>&1; then return 0; fi
    done
    [ -d "/Applications/Google Chrome.app" ] || [ -d "/Applications/Chromium.app" ] \
        || ls -d "${HOME:-/nowhere}"/.cache/ms-playwright/chromium-* "${HOME:-/nowhere}"/Library/Caches/ms-playwright/chromium-* >/dev/null 2>&1
}

has_chinese_font() {
    [ "$(uname)" = Darwin ] || { command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh 2>/dev/null | head -n 1)" ]; }
}

is_debian() { grep -q '^ID=debian' /etc/os-release 2>/dev/null; }

# Ubuntu's chromium package is a snap, which containers cannot run: there playwright brings its own.
install_chromium() {
    if is_debian; then apt_install chromium
    else .venv/bin/playwright install --with-deps chromium </dev/null
    fi
}

browser() {
    if ! has_chromium; then
        if may_use_apt; then install_chromium
        else say "the browser tests need Chromium: sudo apt-get install chromium (Debian), or .venv/bin/playwright install --with-deps chromium; without it they are left out"
        fi
    fi
    if ! has_chinese_font; then
        # shellcheck disable=SC2086  # two words are two packages
        if may_use_apt; then apt_install $FONTS
        else say "Chinese text needs a font: sudo apt-get install fonts-noto-cjk"
        fi
    fi
}

java_here() {
    if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then printf '%s\n' "$JAVA_HOME/bin/java"
    else command -v java 2>/dev/null
    fi
}

has_java() {
    java=$(java_here) || return 1
    "$java" -version 2>&1 | awk -F'"' -v oldest="$OLDEST_JAVA" \
        '/ version "/ { split($2, part, "."); fits = part[1] + 0 >= oldest } END { exit !fits }'
}

# Not every release has the same Java; Maven comes with one of its own choice, so Java goes first.
install_java() {
    apt_install "$JAVA" 2>/dev/null || apt_install default-jre-headless
}

# The jars are put in place whole; the archive knows them by their place, so it is made there.
fetch_kafka() {
    say "fetching Apache Kafka with Maven"
    rm -rf .venv/kafka .venv/kafka.new
    if ! mvn --quiet --batch-mode --file deploy/kafka/pom.xml dependency:copy-dependencies \
        -DincludeScope=runtime "-DoutputDirectory=$PWD/.venv/kafka.new" </dev/null; then
        stop "Maven could not fetch Apache Kafka; its own words are above. Behind a proxy it needs ~/.m2/settings.xml."
    fi
    cp deploy/kafka/log4j2.properties .venv/kafka.new/
    mv .venv/kafka.new .venv/kafka
    .venv/bin/python -m beaconfire_testkit.kafka_archive \
        || say "no class archive was made: brokers start in 3 s instead of 1.3 s"
}

kafka() {
    if ! has_java && may_use_apt; then install_java; fi
    if ! command -v mvn >/dev/null 2>&1 && may_use_apt; then apt_install maven; fi
    if ! has_java; then
        say "the tests on Apache Kafka need Java $OLDEST_JAVA or newer: sudo apt-get install openjdk-$OLDEST_JAVA-jre-headless (or name one in JAVA_HOME); without it they are left out"
    elif ! command -v mvn >/dev/null 2>&1; then
        say "the tests on Apache Kafka need Maven: sudo apt-get install maven; without it they are left out"
    else
        PYTHON=.venv/bin/python
        wanted="$(digest deploy/kafka/pom.xml deploy/kafka/log4j2.properties) $("$(java_here)" -version 2>&1 | tail -n 1)"
        if stamped kafka "$wanted" && [ -d .venv/kafka ]; then return; fi
        fetch_kafka
        stamp kafka "$wanted"
    fi
}

# nginx lies where not everybody looks for programs.
find_program() { PATH="$PATH:/usr/sbin:/usr/local/sbin:/opt/homebrew/bin" command -v "$1" >/dev/null 2>&1; }

gateway_lacks() {
    if ! find_program nginx; then printf 'nginx-light '; fi
    if ! find_program wget; then printf 'wget '; fi
}

gateway() {
    missing=$(gateway_lacks)
    if [ -z "$missing" ]; then return; fi
    # shellcheck disable=SC2086  # two words are two packages
    if may_use_apt; then apt_install $missing
    else say "the services apart need nginx and wget: sudo apt-get install nginx-light wget; without them their tests are left out"
    fi
}

# All that is missing in one go, beside what needs no package; what could not be had is asked for once
# more by the part that needs it, which says so.
packages() {
    if ! may_use_apt; then return; fi
    missing=$(gateway_lacks)
    if ! has_chromium && is_debian; then missing="$missing chromium"; fi
    if ! has_chinese_font; then missing="$missing $FONTS"; fi
    if ! has_java; then missing="$missing $JAVA"; fi
    if ! command -v mvn >/dev/null 2>&1; then missing="$missing maven"; fi
    # shellcheck disable=SC2086  # each word is a package
    if [ -n "$missing" ]; then apt_install $missing 2>/dev/null || :; fi
}

tests() {
    packages &
    trap wait EXIT  # a setup that stops leaves no package half installed behind its back
    core
    wait
    browser
    kafka
    gateway
}

case "${1:-core}" in
    core) core ;;
    tests) tests ;;
    browser) browser ;;
    kafka) kafka ;;
    gateway) gateway ;;
    *) stop "unknown part $1" ;;
esac
