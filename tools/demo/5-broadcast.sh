# The broadcast: carried by all three nodes, one mail to each recipient, with a kill in the
# middle.
# shellcheck shell=bash
step "5. The broadcast, and a node killed in the middle of it"

connections=40
# Started by root, smtp-sink insists on becoming somebody else.
if [ "$(id -u)" = 0 ]; then
  sink=(-u nobody -R "$home/sink" -d 'mails/%H%M%S.')
else
  sink=(-d "$home/sink/mails/%H%M%S.")
fi
/usr/sbin/smtp-sink "${sink[@]}" "127.0.0.1:$smtp_port" 256 >"$home/sink.log" 2>&1 &
pids[sink]=$!

cli irev invitation offer "$reference" --to capso ville --claim-time 10m 2>/dev/null | shown
good "irev offered the invitation to capso and ville; its citizens stay with each"
for name in capso ville; do
  for _ in $(seq 200); do
    if cli "$name" offer accept "$reference" >/dev/null 2>&1; then continue 2; fi
    sleep 0.05
  done
  fail "$name could not accept the offer"
done
good "both accepted: each says whom it knows, by tags that hide the addresses"

for name in irev capso ville; do
  cli "$name" -o json invitation preview "$reference" --recipients |
    sed -n 's/.*"mailbox": *"\([^"]*\)".*/\1/p' | sort >"$home/known.$name"
  good "$name knows $(wc -l <"$home/known.$name") of those concerned"
done
sort -u "$home"/known.* >"$home/expected"
total=$(wc -l <"$home/expected")
[ "$total" -gt 0 ] || fail "the audience is empty"

mails() { find "$home/sink/mails" -type f | wc -l; }

cli irev invitation send "$reference" >/dev/null
while [ "$(mails)" -lt $((total / 3)) ]; do
  kill -0 "${pids[sink]}" 2>/dev/null || fail "smtp-sink stopped: $(cat "$home/sink.log")"
  sleep 0.01
done
kill -KILL "${pids[irev]}"
wait "${pids[irev]}" 2>/dev/null || true
good "irev killed with SIGKILL after about $(mails) of $total mails"
start_node irev
good "irev is back; its ledger says:"
cli irev invitation report "$reference" | shown
started=$(now_ms)
before=$(mails)
cli irev invitation resume "$reference" >/dev/null
cli irev invitation watch "$reference"
for name in capso ville; do
  for _ in $(seq 1200); do
    state=$(cli "$name" -o json invitation show "$reference" | field state)
    if [ "$state" = SENT ]; then continue 2; fi
    sleep 0.1
  done
  fail "$name did not come to an end (state: $state)"
done
good "capso and ville mailed their own meanwhile"
rate=$(((total - before) * 1000 / ($(now_ms) - started + 1)))
