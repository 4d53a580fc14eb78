#!/bin/sh
# Makes .venv with the packages of one lock file, and sees to the libraries that the PDF needs:
#
#     sh tools/setup.sh requirements.lock        (or requirements-dev.lock)
#
# As root on Debian or Ubuntu it installs what is missing from the system; otherwise it says what
# to install and ends with status 2. PYTHON names the interpreter to use, if not the first found.
# The second also sees to Chromium, which the browser tests drive and a report does without.
set -eu
cd "$(dirname "$0")/.."
lock=${1:-requirements.lock}

say() { echo "setup: $*"; }

stop() {
    say "$*" >&2
    exit 2
}

recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if recent "$candidate"; then
            echo "$candidate"
            return
        fi
    done
}

# Names the Debian packages whose libraries or files cannot be found.
missing_packages() {
    "$1" - <<'PYTHON'
import ctypes, os, sys

missing = []
try:
    import ensurepip, venv
except ImportError:
    missing.append("python%d.%d-venv" % sys.version_info[:2])
if sys.platform.startswith("linux"):
    for library, package in [
        ("libpango-1.0.so.0", "libpango-1.0-0"),
        ("libpangoft2-1.0.so.0", "libpangoft2-1.0-0"),
        ("libharfbuzz-subset.so.0", "libharfbuzz-subset0"),
    ]:
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    named = os.environ.get("FONTCONFIG_FILE") or os.environ.get("FONTCONFIG_PATH")
    if not named and not os.path.exists("/etc/fonts/fonts.conf"):
        missing.append("fontconfig-config")
print(" ".join(missing))
PYTHON
}

# Runs a command, showing what it said only if it failed.
quietly() {
    log=$(mktemp)
    if "$@" >"$log" 2>&1; then
        rm -f "$log"
    else
        status=$?
        tail -n 30 "$log" >&2
        rm -f "$log"
        return $status
    fi
}

apt_install() {
    export DEBIAN_FRONTEND=noninteractive
    # An old package list may name files that are gone, so a failure is tried again after an update.
    apt-get install -y --no-install-recommends "$@" >/dev/null 2>&1 && return
    say "updating the package lists"
    quietly apt-get update || return
    quietly apt-get install -y --no-install-recommends "$@"
}

# What is missing here keeps nobody from the other tests, so it is named and no reason to stop.
see_to_browser() {
    [ -z "${CARREPORT_NO_BROWSER:-}" ] || return 0
    for browser in chromium chromium-browser google-chrome; do
        command -v "$browser" >/dev/null && return
    done
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        say "installing chromium (apt-get)"
        apt_install chromium && return
    fi
    say "the browser tests need Chromium: sudo apt-get install --no-install-recommends chromium" \
        "(CARREPORT_NO_BROWSER=1 leaves them out)"
}

python=$(find_python)
[ -n "$python" ] || stop "Python 3.11 or later is needed, and ${PYTHON:-python3} is not one." \
    "Install it (on Debian 12 or later: apt-get install python3) or set PYTHON to its path."
say "$("$python" --version) ($(command -v "$python"))"

missing=$(missing_packages "$python")
if [ -n "$missing" ]; then
    if ! command -v apt-get >/dev/null; then
        stop "missing, by their Debian names: $missing." \
            "Install what your system calls them, then run this again."
    elif [ "$(id -u)" != 0 ]; then
        stop "missing: $missing. Run: sudo apt-get install --no-install-recommends $missing"
    fi
    say "installing $missing (apt-get)"
    # Unquoted: a list of names.
    apt_install $missing || stop "apt-get could not install: $missing"
    missing=$(missing_packages "$python")
    [ -z "$missing" ] || stop "still missing after apt-get install: $missing"
fi

[ "$lock" != requirements-dev.lock ] || see_to_browser

if [ ! -x .venv/bin/python ] || ! recent .venv/bin/python \
    || ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    say "making .venv"
    rm -rf .venv
    quietly "$python" -m venv .venv || stop "$python -m venv .venv failed"
fi

pip() {
    .venv/bin/python -m pip --quiet --quiet --disable-pip-version-check --no-input install "$@"
}

say "installing $(grep -c '==' "$lock") packages from $lock (a minute or two when new)"
pip --require-hashes -r requirements-build.lock \
    && pip --require-hashes --no-build-isolation -r "$lock" \
    && pip --no-deps --no-build-isolation --editable . \
    || stop "pip failed; its message is above"

quietly .venv/bin/python -c 'import weasyprint' || stop "weasyprint finds no Pango; see above"
say "ready"
