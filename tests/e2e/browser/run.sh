#!/bin/bash
# Runs one of the programs of this folder with its packages.
#
#   run.sh FOLDER PROGRAM ARGS...
#
# The packages are installed in FOLDER and stay there. Exit: the program's; 77
# the packages cannot be fetched here, so nothing was tested.
set -euo pipefail

readonly SKIPPED=77
# What npm says where the network is the cause. A lock that does not fit, or a
# package that is not what the lock says, is a failure.
readonly UNREACHABLE='code (ENOTFOUND|EAI_AGAIN|ECONN|ENETUNREACH|ETIMEDOUT|.*CERT|E40[137]$|E50)'

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if (($# < 2)); then
  echo "usage: run.sh FOLDER PROGRAM ARGS..." >&2
  exit 2
fi
mkdir -p "$1"
folder=$(realpath "$1") program=$2
shift 2

# Copied, so that nothing is written beside the sources; one at a time.
install_packages() {
  exec 9>"$folder/lock"
  flock 9
  cp "$here"/{*.mjs,package.json,package-lock.json,.npmrc} "$folder"
  cmp -s "$here/package-lock.json" "$folder/installed.json" && return
  if ! (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1) \
    >"$folder/npm.log" 2>&1; then
    cat "$folder/npm.log" >&2
    grep -qE "$UNREACHABLE" "$folder/npm.log" || exit 1
    echo "skipped: npm reaches no registry that it trusts from here" >&2
    exit $SKIPPED
  fi
  cp "$here/package-lock.json" "$folder/installed.json"
}

install_packages
exec 9>&-
exec node "$folder/$program" "$@"
