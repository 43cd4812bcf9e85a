# Three nodes, each with its own home, keys and mutual TLS; paired by tokens.
# shellcheck shell=bash
step "1. Three institutions, three nodes"

free_port; smtp_port=$port
declare -A web_port
declare -A names=(
  [capso]="Communauté d'agglomération du Pays de Saint-Omer"
  [irev]="IREV, centre de ressources Politique de la ville"
  [ville]="Ville de Saint-Omer")
for name in capso irev ville; do
  free_port; listen=$port
  free_port; web=$port; web_port[$name]=$web
  cli "$name" node init --dir "$home/$name" --alias "$name" --name "${names[$name]}" \
    --listen "127.0.0.1:$listen" --web "127.0.0.1:$web" \
    --base-url "http://127.0.0.1:$web" --smtp "smtp://127.0.0.1:$smtp_port" \
    --from "invitations@$name.example.org" >"$home/$name.init" 2>&1 ||
    { cat "$home/$name.init" >&2; fail "node $name could not be made"; }
  start_node "$name"
  good "$name: ${names[$name]} (127.0.0.1:$listen)"
done

# pair INVITING ACCEPTING: a one-time token from one, taken by the other.
pair() {
  local token words
  token=$(cli "$1" -o json partner invite | field token)
  words=$(cli "$2" -o json --quiet partner accept "$token" | field checkWords)
  good "$1 and $2 are partners; words to compare by phone: $words"
}
pair capso irev
pair capso ville
pair irev ville
