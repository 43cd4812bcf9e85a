#!/bin/bash
# PostgreSQL 15: two clusters on scratch folders, logical replication between
# them. Prints work, value and unit, with tabs in between.
#
# usage: postgresql.sh DIR RECORDS CHANGES
set -euo pipefail

readonly DIR=$1 RECORDS=$2 CHANGES=$3
readonly BIN=/usr/lib/postgresql/15/bin
readonly FROM=54391 TO=54392
readonly SINGLES=50

[[ -x $BIN/initdb ]] || { echo "postgresql-15 is not installed" >&2; exit 1; }

# PostgreSQL does not run as root.
as_user() {
  if ((EUID == 0)); then runuser -u postgres -- "$@"; else "$@"; fi
}
sql() { as_user psql -qtAX -h "$DIR" -p "$1" -d postgres -c "$2"; }
now() { date +%s.%N; }
rate() { awk -v n="$1" -v a="$2" -v b="$3" 'BEGIN { printf "%.1f", n / (b - a) }'; }

make_cluster() {
  as_user "$BIN/initdb" -D "$DIR/$1" -A trust >/dev/null
  cat >>"$DIR/$1/postgresql.conf" <<CONF
port = $1
listen_addresses = ''
unix_socket_directories = '$DIR'
wal_level = logical
shared_buffers = 256MB
max_wal_size = 2GB
CONF
  as_user "$BIN/pg_ctl" -D "$DIR/$1" -l "$DIR/$1.log" -w start >/dev/null
}

# What is found by, as a node does: names, organisations and roles by their words and
# in order, territory with its ancestors, category, e-mail, telephone.
make_tables() {
  sql "$1" "CREATE TABLE actor (id uuid PRIMARY KEY, revision bigint, family text, given text,
    organisation text, role text, territories text[], category text, email text, phone text,
    source text, filler text);
    CREATE INDEX ON actor (family, given);
    CREATE INDEX ON actor USING gin (territories);
    CREATE INDEX ON actor (category);
    CREATE INDEX ON actor (email);
    CREATE INDEX ON actor (phone);
    CREATE INDEX ON actor USING gin (to_tsvector('simple', family || ' ' || given));
    CREATE INDEX ON actor USING gin (to_tsvector('simple', organisation || ' ' || role));"
}

fill() {
  sql $FROM "INSERT INTO actor SELECT
    lpad(to_hex(n), 32, '0')::uuid, 1, 'Waestelandt ' || n % 50000, 'Zelie',
    'Association du quartier ' || n % 2000, 'Conseiller municipal',
    ARRAY['COMMUNE/62765', 'EPCI/200069037', 'ARRONDISSEMENT/624', 'DEPARTEMENT/62', 'REGION/32'],
    'ASSOCIATION', 'personne' || n || '@quartier' || n % 500 || '.example.org', '+33199001234',
    'Annuaire des associations, fichier de la commune', repeat('x', 120)
    FROM generate_series(1, $RECORDS) AS n;" && sql $FROM "CREATE PUBLICATION everything FOR TABLE actor;"
}

bootstrap() {
  local start
  start=$(now)
  sql $TO "CREATE SUBSCRIPTION everything
    CONNECTION 'host=$DIR port=$FROM dbname=postgres' PUBLICATION everything;" 2>/dev/null
  until [[ $(sql $TO "SELECT srsubstate FROM pg_subscription_rel") == [rs] ]]; do sleep 0.05; done
  printf 'bootstrap\t%s\trec/s\n' "$(rate "$RECORDS" "$start" "$(now)")"
}

# Waits until the partner has nothing of a revision that is older.
wait_for() {
  until [[ $(sql $TO "SELECT count(*) FROM actor WHERE id = '$1' AND revision = $2") == 1 ]]; do
    sleep 0.02
  done
}

id_of() { printf '%032x' "$1"; }

changes() {
  local start
  start=$(now)
  sql $FROM "UPDATE actor SET revision = 2, role = 'Presidente',
    email = 'v2.' || email WHERE id < '$(id_of $((CHANGES + 1)))'"
  wait_for "$(id_of "$CHANGES")" 2
  printf 'changes\t%s\trec/s\n' "$(rate "$CHANGES" "$start" "$(now)")"
}

# With two client processes in each.
singles() {
  local n start all=()
  for ((n = 1; n <= SINGLES; ++n)); do
    start=$(now)
    sql $FROM "UPDATE actor SET revision = 3 WHERE id = '$(id_of "$n")'"
    until [[ $(sql $TO "SELECT revision FROM actor WHERE id = '$(id_of "$n")'") == 3 ]]; do :; done
    all+=("$(awk -v a="$start" -v b="$(now)" 'BEGIN { printf "%.2f", (b - a) * 1000 }')")
  done
  mapfile -t all < <(printf '%s\n' "${all[@]}" | sort -n)
  printf 'one change, p50\t%s\tms\n' "${all[SINGLES / 2]}"
  printf 'one change, p99\t%s\tms\n' "${all[SINGLES - 1]}"
}

stop() {
  for port in $TO $FROM; do
    as_user "$BIN/pg_ctl" -D "$DIR/$port" -m immediate stop >/dev/null 2>&1 || true
  done
}

mkdir -p "$DIR"
((EUID != 0)) || chown postgres "$DIR"
cd "$DIR"
trap stop EXIT
for port in $FROM $TO; do
  make_cluster $port
  make_tables $port
done
fill
bootstrap
changes
singles
