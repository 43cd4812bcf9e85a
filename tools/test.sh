#!/bin/bash
# Installs what is missing, builds everything and runs every test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
usage: tools/test.sh [--filter REGEX] [--build-dir DIR]

Installs what is missing, builds the preset `dev`, checks at compile time that
locks are held, and runs the tests.

  --filter REGEX    only the tests whose name matches
  --build-dir DIR   builds there (default: build/dev)
TEXT
}

say() { printf '\n== %s (%d min %02d s)\n' "$*" $((SECONDS / 60)) $((SECONDS % 60)); }

read_options() {
  filter="" build_dir="build/dev"
  while (($#)); do
    case $1 in
      --filter) filter=${2:?--filter needs a regular expression} && shift ;;
      --build-dir) build_dir=${2:?--build-dir needs a folder} && shift ;;
      -h | --help) usage && exit 0 ;;
      *) usage >&2 && exit 2 ;;
    esac
    shift
  done
}

# As many as there are processors, but no more than memory bears at 2 GB each.
count_jobs() {
  local processors by_memory
  processors=$(nproc)
  by_memory=$(awk '/^MemAvailable:/ {print int($2 / 2000000)}' /proc/meminfo)
  jobs=$((by_memory < processors ? by_memory : processors))
  jobs=$((jobs < 1 ? 1 : jobs))
}

main() {
  read_options "$@"
  tools/setup.sh
  count_jobs
  say "Configuring $build_dir"
  cmake --preset dev -B "$build_dir"
  say "Building with $jobs jobs"
  cmake --build "$build_dir" --parallel "$jobs"
  say "Checking that locks are held"
  cmake --build "$build_dir" --parallel "$jobs" --target locks
  say "Testing"
  ctest --test-dir "$build_dir" --parallel "$jobs" --output-on-failure --no-tests=error \
    ${filter:+--tests-regex "$filter"}
}

main "$@"
