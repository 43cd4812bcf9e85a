# Replies at the node that wrote, counted at the one that invites; letters for the others.
# shellcheck shell=bash
step "6. Replies and letters"

# Somebody whom ville alone knows, and the page that the mail links to.
citizen=$(comm -23 "$home/known.ville" <(sort "$home/known.irev" "$home/known.capso") | awk 'NR == 1')
[ -n "$citizen" ] || fail "ville knows nobody but those whom the others know"
mail=$(grep -rlF "X-Rcpt-Args: <$citizen>" "$home/sink/mails") || fail "no mail to $citizen"
page=$(tr -d '\r' <"$mail" |
  awk '{ if (sub(/=$/, "")) printf "%s", $0; else print }' |
  grep -o "http://127.0.0.1:${web_port[ville]}/r/[a-z0-9]*" | awk 'length($0) > 60' | awk 'NR == 1')
[ -n "$page" ] || fail "no mail of ville links to a reply page"
curl --silent --show-error --fail --location --output /dev/null \
  --data answer=yes --data seats=2 "$page"
for _ in $(seq 100); do
  yes=$(cli irev -o json invitation report "$reference" | field yes)
  if [ "$yes" = 1 ]; then break; fi
  sleep 0.1
done
[ "$yes" = 1 ] || fail "the reply did not reach irev"
if cli irev -o json reply list "$reference" | grep -qF "$citizen"; then fail "irev learnt an address"; fi
good "a citizen whom ville alone knows replied on its page; irev counts it without an address"

if cli irev invitation letters "$reference" --out "$home/letters.pdf" >"$home/letters.log" 2>&1; then
  good "letters for those without e-mail: $home/letters.pdf"
else
  cli irev invitation letters "$reference" --sample --out "$home/letters.pdf" >/dev/null 2>&1 ||
    fail "no letter could be printed: $(cat "$home/letters.log")"
  good "nobody needs a letter; a sample of it: $home/letters.pdf"
fi
