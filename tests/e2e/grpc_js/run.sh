#!/bin/bash
# Lists a running node's actors with a client written in another language.
#
#   run.sh HOST:PORT OPERATOR.crt OPERATOR.key NODE.crt EXPECTED [FOLDER]
#
# EXPECTED is how many actors there must be. The client's packages are installed
# in FOLDER and stay there (default: a new one, removed at the end). Exit: 0 as
# many as expected; 1 not so; 2 wrong usage; 77 the packages cannot be fetched
# here, so nothing was tested.
set -euo pipefail

readonly SKIPPED=77
# What npm says where the network is the cause. A lock that does not fit, or a
# package that is not what the lock says, is a failure.
readonly UNREACHABLE='code (ENOTFOUND|EAI_AGAIN|ECONN|ENETUNREACH|ETIMEDOUT|.*CERT|E40[137]$|E50)'

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if (($# < 5 || $# > 6)); then
  echo "usage: run.sh HOST:PORT OPERATOR.crt OPERATOR.key NODE.crt EXPECTED [FOLDER]" >&2
  exit 2
fi
address=$1 cert=$(realpath "$2") key=$(realpath "$3") node_cert=$(realpath "$4") expected=$5
if (($# == 6)); then
  mkdir -p "$6"
  folder=$(realpath "$6")
else
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
fi

fetch_packages() {
  cd "$folder"
  npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 >npm.log 2>&1
}

# Copied, so that nothing is written beside the sources; one at a time.
install_packages() {
  exec 9>"$folder/lock"
  flock 9
  cp "$here"/{list_actors.mjs,package.json,package-lock.json,.npmrc} "$folder"
  cmp -s "$here/package-lock.json" "$folder/installed.json" && return
  if ! (fetch_packages); then
    cat "$folder/npm.log" >&2
    grep -qE "$UNREACHABLE" "$folder/npm.log" || exit 1
    echo "skipped: npm reaches no registry that it trusts from here" >&2
    exit $SKIPPED
  fi
  cp "$here/package-lock.json" "$folder/installed.json"
}

install_packages
exec 9>&-
node "$folder/list_actors.mjs" --address "$address" --cert "$cert" --key "$key" \
  --node-cert "$node_cert" --protos "$here/../../../proto" --expect "$expected"
