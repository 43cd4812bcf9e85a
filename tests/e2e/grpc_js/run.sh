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

# Copied, so that nothing is written beside the sources.
install_packages() {
  cp "$here/list_actors.mjs" "$folder"
  cmp -s "$here/package-lock.json" "$folder/installed.json" && return
  cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$folder"
  if ! (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund) >"$folder/npm.log" 2>&1; then
    cat "$folder/npm.log" >&2
    grep -qE 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT' "$folder/npm.log" ||
      return 1
    echo "skipped: npm reaches no registry from here" >&2
    exit $SKIPPED
  fi
  cp "$here/package-lock.json" "$folder/installed.json"
}

install_packages
node "$folder/list_actors.mjs" --address "$address" --cert "$cert" --key "$key" \
  --node-cert "$node_cert" --protos "$here/../../../proto" --expect "$expected"
