#!/bin/bash
# Installs what is missing of tools/packages.txt, on Debian 12.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly LIST=tools/packages.txt

usage() {
  cat <<'TEXT'
usage: tools/setup.sh [--build-only | --no-tests] [--bench] [--dry-run]

Installs the Debian packages that building, running and testing Maillage needs
and that are missing. Nothing is touched where nothing is missing.

  --build-only   only what the build needs
  --no-tests     what building and running need
  --bench        also the peers that maillage-bench measures beside Maillage
  --dry-run      says what is missing, installs nothing
TEXT
}

say() { printf '%s\n' "setup: $*"; }

fail() {
  printf 'error: %s\nhint: %s\n' "$1" "$2" >&2
  exit 1
}

read_options() {
  sections="build run test"
  dry_run=no
  while (($#)); do
    case $1 in
      --build-only) sections="build" ;;
      --no-tests) sections="build run" ;;
      --bench) sections+=" bench" ;;
      --dry-run) dry_run=yes ;;
      -h | --help) usage && exit 0 ;;
      *) usage >&2 && exit 2 ;;
    esac
    shift
  done
}

check_distribution() {
  local id="" version="" name="this system"
  if [[ -r /etc/os-release ]]; then
    id=$(. /etc/os-release && echo "${ID:-}")
    version=$(. /etc/os-release && echo "${VERSION_ID:-}")
    name=$(. /etc/os-release && echo "${PRETTY_NAME:-$id}")
  fi
  [[ $id == debian && $version == 12 ]] ||
    fail "Maillage is built on Debian 12, and this is $name" \
      "use a Debian 12 machine or container (debian:12), or install what $LIST lists by hand"
}

# Sets `wanted` to the packages of the sections, less those whose program is there.
read_list() {
  local line section="" name program
  wanted=()
  while IFS= read -r line; do
    line=${line%%#*}
    read -r name program <<<"$line" || true
    if [[ $name == \[*\] ]]; then
      section=${name:1:-1}
    elif [[ -n $name && " $sections " == *" $section "* ]]; then
      [[ $program == \?* ]] && command -v "${program#\?}" >/dev/null && continue
      wanted+=("$name")
    fi
  done <"$LIST"
}

# Sets `missing`.
find_missing() {
  local installed name
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null |
    sed -n 's/^installed //p' || true)
  missing=()
  for name in "${wanted[@]}"; do
    grep -qxF -- "$name" <<<"$installed" || missing+=("$name")
  done
}

# Runs as root, without a question to anyone.
as_root() {
  local run=(env DEBIAN_FRONTEND=noninteractive "$@")
  ((EUID == 0)) || run=(sudo "${run[@]}")
  "${run[@]}" </dev/null
}

check_rights() {
  ((EUID == 0)) && return
  command -v sudo >/dev/null ||
    fail "installing packages takes root's rights, and there is no sudo" \
      "run as root: su -c $PWD/tools/setup.sh"
}

# Reads apt's status lines, prints a line each tenth of the way.
show_progress() {
  local kind package percent what last="" tenth
  while IFS=: read -r kind package percent what; do
    tenth=${percent%.*}
    [[ $tenth =~ ^[0-9]+$ ]] && tenth=$((tenth / 10 * 10)) || continue
    case $kind in
      dlstatus) kind="fetching  " ;;
      pmstatus) kind="installing" ;;
      *) continue ;;
    esac
    [[ "$kind$tenth" == "$last" ]] && continue
    last="$kind$tenth"
    printf 'setup:   %s %3d %%  %s\n' "$kind" "$tenth" "$what"
  done
}

# Prints apt's status lines; all else it says goes to the log. They have a pipe
# of their own: apt makes it non-blocking, which packages' scripts do not bear.
run_apt() {
  as_root sh -c 'exec "$@" 9>&1 1>&2' sh apt-get -q -y -o APT::Status-Fd=9 -o Dpkg::Use-Pty=0 \
    -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" 2>>"$log"
}

# Postfix is wanted for its smtp-sink alone: without a configuration it stays off.
keep_postfix_off() {
  [[ " ${missing[*]} " == *" postfix "* ]] || return 0
  as_root sh -c 'echo "postfix postfix/main_mailer_type select No configuration" |
    debconf-set-selections'
}

install_missing() {
  log=$(mktemp)
  say "refreshing the package lists"
  run_apt update >>"$log" || say "that failed; going on with the lists that are there"
  keep_postfix_off
  # Nothing of anybody's is removed for us: another mail server stays.
  if ! run_apt install --no-install-recommends --no-remove "${missing[@]}" | show_progress; then
    tail -n 20 "$log" >&2
    fail "apt could not install: ${missing[*]} (all it said: $log)" \
      "read the lines above; what conflicts with a package of yours has to be settled by hand"
  fi
  rm -f "$log"
}

main() {
  read_options "$@"
  check_distribution
  read_list
  find_missing
  if ((${#missing[@]} == 0)); then
    say "all ${#wanted[@]} packages are there"
    return
  fi
  say "${#missing[@]} of ${#wanted[@]} packages are missing: ${missing[*]}"
  [[ $dry_run == no ]] || return 0
  check_rights
  install_missing
  find_missing
  ((${#missing[@]} == 0)) || fail "still missing: ${missing[*]}" "install them by hand"
  say "done, all ${#wanted[@]} packages are there"
}

main "$@"
