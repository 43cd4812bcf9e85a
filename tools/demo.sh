#!/usr/bin/env bash
# Runs Maillage's main job on the real letter of 30 March 2018, with three real
# nodes and a real SMTP server on loopback. See tools/demo/README.md.
#
#   tools/demo.sh [--keep] [--no-setup]
#
#   --keep      leaves the nodes running and prints commands to try
#   --no-setup  does not look for missing packages
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
keep=no
setup=yes
for argument in "$@"; do
  case $argument in
    --keep) keep=yes ;;
    --no-setup) setup=no ;;
    *) echo "usage: tools/demo.sh [--keep] [--no-setup]" >&2; exit 2 ;;
  esac
done

if [ "$setup" = yes ]; then "$top/tools/setup.sh"; fi
# shellcheck source=tools/demo/lib.sh
. "$top/tools/demo/lib.sh"
build_product
prepare_home
trap clean_up EXIT

. "$top/tools/demo/1-nodes.sh"
. "$top/tools/demo/2-directories.sh"
. "$top/tools/demo/3-shares.sh"
. "$top/tools/demo/4-invitation.sh"
. "$top/tools/demo/5-broadcast.sh"
. "$top/tools/demo/6-replies.sh"
. "$top/tools/demo/7-report.sh"
