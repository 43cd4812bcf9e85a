#!/bin/bash
# Installs what is missing, builds everything and runs every test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
usage: tools/test.sh [--filter REGEX | --sim N] [--build-dir DIR]

Installs what is missing, builds the preset `dev`, checks at compile time that
locks are held, and runs the tests.

  --filter REGEX    only the tests whose name matches
  --sim N           simulates seeds 1 to N instead, on all processors, and says
                    which fail and how to replay them (CTest runs 2,000)
  --build-dir DIR   builds there (default: build/dev)
TEXT
}

say() { printf '\n== %s (%d min %02d s)\n' "$*" $((SECONDS / 60)) $((SECONDS % 60)); }

read_options() {
  filter="" seeds="" build_dir="build/dev"
  while (($#)); do
    case $1 in
      --filter) filter=${2:?--filter needs a regular expression} && shift ;;
      --sim) seeds=${2:?--sim needs a number of seeds} && shift ;;
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

# Each processor takes the next block of seeds when it is done with one.
simulate() {
  local sim="$build_dir/tests/sim/sim_test" reports block=250 first last failed
  say "Building the simulator"
  cmake --build "$build_dir" --parallel "$jobs" --target sim_test
  say "Simulating seeds 1 to $seeds, $jobs at a time"
  reports=$(mktemp -d)
  for ((first = 1; first <= seeds; first = last + 1)); do
    last=$((first + block - 1 < seeds ? first + block - 1 : seeds))
    echo "$first-$last"
  done | xargs -P "$jobs" -I{} sh -c \
    'echo "seeds {}"; "$0" --seeds {} >"$1/{}" 2>&1 || echo "seeds {}: see $1/{}"' "$sim" "$reports"
  failed=$(cat "$reports"/* | sed -n 's/^seed \([0-9]*\) (replay.*/\1/p' | sort -n)
  if [[ -z $failed ]] && ! grep -L '^good$' "$reports"/* | grep -q .; then
    rm -r "$reports"
    say "All $seeds seeds are good"
    return
  fi
  for first in $failed; do
    echo "seed $first fails: $sim --seed $first, shortly told by $sim --shrink $first"
  done
  exit 1
}

main() {
  read_options "$@"
  tools/setup.sh
  count_jobs
  say "Configuring $build_dir"
  cmake --preset dev -B "$build_dir"
  if [[ -n $seeds ]]; then
    simulate
    return
  fi
  say "Building with $jobs jobs"
  cmake --build "$build_dir" --parallel "$jobs"
  say "Checking that locks are held"
  cmake --build "$build_dir" --parallel "$jobs" --target locks
  say "Testing"
  ctest --test-dir "$build_dir" --parallel "$jobs" --output-on-failure --no-tests=error \
    ${filter:+--tests-regex "$filter"}
}

main "$@"
