# The invitation: irev drafts, capso co-signs across the link between them.
# shellcheck shell=bash
step "4. The invitation, co-signed"

letter=$top/tools/demo/invitation-$reference.md
cli irev invitation create "$letter" 2>&1 | shown
for _ in $(seq 200); do
  if cli capso invitation show "$reference" >/dev/null 2>&1; then break; fi
  sleep 0.05
done
good "the draft reached capso"
cli capso invitation cosign "$reference" >/dev/null
for _ in $(seq 200); do
  state=$(cli irev -o json invitation show "$reference" | field state)
  if [ "$state" = READY ]; then break; fi
  sleep 0.05
done
[ "$state" = READY ] || fail "the co-signature did not come back (state: $state)"
good "capso co-signed the same text, by its hash; the invitation is ready"
