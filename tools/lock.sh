#!/bin/sh
# Writes the lock files anew from pyproject.toml. Needs uv on the path ("pip install uv").
# Versions already locked stay unless asked: "sh tools/lock.sh --upgrade".
set -eu
cd "$(dirname "$0")/.."

lock() {
    what=$1 file=$2
    shift 2
    body=$(mktemp)
    trap 'rm -f "$body"' EXIT
    [ ! -f "$file" ] || cp "$file" "$body"  # so that uv keeps what is locked
    # One version of everything for every Python, or numbers might depend on which is used.
    uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-annotate --no-header \
        "$@" --output-file "$body"
    {
        echo "# $what"
        echo "# Written by \"sh tools/lock.sh\" from pyproject.toml; do not edit."
        echo "# Install with \"pip install --require-hashes --no-build-isolation -r $file\"."
        cat "$body"
    } > "$file.new"
    mv "$file.new" "$file"
    rm -f "$body"
    echo "$file: $(grep -c '==' "$file") packages"
}

lock "What installs the others." requirements-build.lock --group build "$@"
lock "What a report needs." requirements.lock pyproject.toml \
    --constraint requirements-build.lock "$@"
lock "What a report needs, and what its tests and checks need." requirements-dev.lock \
    pyproject.toml --group dev --constraint requirements.lock "$@"
