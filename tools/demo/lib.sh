# What the steps of the demo share. Sourced; $top and $keep are set.
# shellcheck shell=bash

preset=${MAILLAGE_PRESET:-dev}
build=$top/build/$preset
home=${MAILLAGE_DEMO_HOME:-$top/build/demo}
reference=028-2018
declare -A pids

bold=''; plain=''; green=''
if [ -t 1 ]; then bold=$'\e[1m'; plain=$'\e[0m'; green=$'\e[32m'; fi

step() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
say() { printf '   %s\n' "$*"; }
good() { printf '   %s✓%s %s\n' "$green" "$plain" "$*"; }
fail() { printf '   ✗ %s\n' "$*" >&2; exit 1; }
# Indents what a command prints.
shown() { sed 's/^/   /'; }

build_product() {
  step "Building (a few minutes the first time)"
  mkdir -p "$build"
  if ! (cd "$top" && cmake --preset "$preset" >"$build/configure.log" 2>&1); then
    tail -n 20 "$build/configure.log" >&2
    fail "cmake could not configure; the log is $build/configure.log"
  fi
  # ninja's own progress line where there is a terminal, silence elsewhere.
  if [ -t 1 ]; then
    cmake --build "$build" --target maillaged maillage maillage-datagen
  else
    cmake --build "$build" --target maillaged maillage maillage-datagen >"$build/build.log" 2>&1 ||
      { tail -n 30 "$build/build.log" >&2; fail "the build failed; the log is $build/build.log"; }
  fi
  maillage=$build/bin/maillage
  maillaged=$build/bin/maillaged
  datagen=$build/bin/maillage-datagen
  good "$("$maillage" version)"
}

prepare_home() {
  rm -rf "$home"
  mkdir -p "$home/files" "$home/sink/mails"
  chmod 755 "$home" "$home/sink"
  chmod 777 "$home/sink/mails"
}

clean_up() {
  local code=$?
  if [ "$keep" = yes ] && [ "$code" = 0 ]; then return; fi
  for name in "${!pids[@]}"; do kill "${pids[$name]}" 2>/dev/null || true; done
  wait 2>/dev/null || true
  [ "$code" = 0 ] || echo "The demo stopped; logs are in $home/*.log" >&2
}

# A free port of loopback: asks for one by one.
next_port=17400
free_port() {
  while (exec 3<>"/dev/tcp/127.0.0.1/$next_port") 2>/dev/null; do next_port=$((next_port + 1)); done
  port=$next_port
  next_port=$((next_port + 1))
}

# cli NODE ARGS...: the command line against a node of the demo.
cli() {
  local name=$1
  shift
  "$maillage" --node "unix:$home/$name/admin.sock" --lang en "$@"
}

start_node() {
  local name=$1
  "$maillaged" --dir "$home/$name" >>"$home/$name.log" 2>&1 &
  pids[$name]=$!
  for _ in $(seq 300); do
    if cli "$name" -o json node status >/dev/null 2>&1; then return; fi
    kill -0 "${pids[$name]}" 2>/dev/null || break
    sleep 0.05
  done
  tail -n 20 "$home/$name.log" >&2
  fail "node $name did not start"
}

# field NAME: the first value of a text or number in the JSON on stdin. Reads all
# of it: a writer cut short would fail the demo.
field() {
  sed -n "s/.*\"$1\": *\"\{0,1\}\([^\",}]*\).*/\1/p" | awk 'NR == 1'
}

now_ms() { date +%s%3N; }
