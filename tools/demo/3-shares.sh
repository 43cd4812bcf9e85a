# Shares: which records, which fields, to whom. Citizens stay at home.
# shellcheck shell=bash
step "3. Shares: who sees what, without handing over an address book"

# share ORIGIN TITLE MEMBER...: everyone but citizens, with work contacts.
share() {
  local origin=$1 title=$2
  shift 2
  cli "$origin" share create "$title" --to "$@" --filter 'NOT category = CITIZEN' \
    --view professional >/dev/null
  for member in "$@"; do
    # The offer needs a moment to cross.
    for _ in $(seq 100); do
      if cli "$member" share subscribe "$origin" "$title" >/dev/null 2>&1; then continue 2; fi
      sleep 0.05
    done
    fail "$member could not subscribe to $origin's $title"
  done
  good "$origin shares « $title » with $*"
}
started=$(now_ms)
share capso acteurs irev ville
share irev ressources capso ville
share ville equipes capso irev
for name in capso irev ville; do cli "$name" sync wait --timeout 60s >/dev/null; done
good "in sync after $(($(now_ms) - started)) ms; each run was proved before it was shown"

for name in capso irev ville; do
  say ""
  say "What $name sees, by origin and category:"
  cli "$name" actor count | shown
done

step "   One change, from its origin to a partner"
actor=$(cli capso -o json actor list --filter 'origin = capso AND category = PROFESSIONAL' \
  --limit 1 | field name)
started=$(now_ms)
cli capso actor update "$actor" email=nouvelle.adresse@capso.example.org >/dev/null
until [ "$(cli irev -o json actor count --filter 'email = nouvelle.adresse@capso.example.org' |
  field totalSize)" = 1 ]; do
  [ $(($(now_ms) - started)) -lt 10000 ] || fail "the change did not arrive"
done
change_ms=$(($(now_ms) - started))
good "changed at capso, seen at irev after $change_ms ms (the start of two client programs included)"
