# What the sink received, against what was expected.
# shellcheck shell=bash
step "7. The proof, from what the mail server received"

# One address a line, for each mail.
find "$home/sink/mails" -type f -exec sed -n 's/^X-Rcpt-Args: <\([^>]*\)>.*/\1/p;/^$/q' {} \; |
  sort >"$home/received"
sort -u "$home/received" >"$home/received.once"
cli irev -o json invitation uncertain "$reference" | sed -n 's/.*"mailbox": *"\([^"]*\)".*/\1/p' |
  sort >"$home/uncertain"
expected=$(wc -l <"$home/expected")
received=$(wc -l <"$home/received")
uncertain=$(wc -l <"$home/uncertain")
twice=$(uniq -d "$home/received" | wc -l)
missing=$(comm -23 "$home/expected" "$home/received.once" | comm -23 - "$home/uncertain" | wc -l)
strangers=$(comm -13 "$home/expected" "$home/received.once" | wc -l)

say "expected      $expected recipients, each address once"
say "received      $received mails"
say "twice         $twice"
say "missing       $missing (uncertain ones apart)"
say "unexpected    $strangers"
say "uncertain     $uncertain (at most $connections open connections when the node was killed)"
say ""
cli irev invitation report "$reference" | shown

[ "$twice" = 0 ] || fail "somebody got two mails: $home/received"
[ "$missing" = 0 ] || fail "somebody got none: compare $home/expected with $home/received"
[ "$strangers" = 0 ] || fail "somebody got a mail who was not expected"
[ "$uncertain" -le "$connections" ] || fail "more uncertain recipients than open connections"

step "Done"
good "$expected recipients, one mail each; killed once on the way"
say "one change, origin to partner   $change_ms ms"
say "mails a second, after the kill  $rate"
sample=$(find "$home/sink/mails" -type f -print -quit)
say "a mail to look at               $sample"
if [ "$keep" = yes ]; then
  say ""
  say "The nodes go on running. Try:"
  say "  $maillage --node unix:$home/irev/admin.sock actor list --filter 'territory:200069037'"
  say "  $maillage --node unix:$home/irev/admin.sock invitation report $reference"
  say "  $maillage --node unix:$home/capso/admin.sock sync status"
  say "Stop them with: kill ${pids[*]}"
fi
