#!/bin/bash
# PostgreSQL 15: COPY of a sheet into a table with four indexes, on a scratch
# folder. Prints work, value and unit, with tabs in between.
#
# usage: postgresql_copy.sh DIR RECORDS SHEET
set -euo pipefail

readonly DIR=$1 RECORDS=$2 SHEET=$3
readonly BIN=/usr/lib/postgresql/15/bin
readonly PORT=54393

[[ -x $BIN/initdb ]] || { echo "postgresql-15 is not installed" >&2; exit 1; }

# PostgreSQL does not run as root.
as_user() {
  if ((EUID == 0)); then runuser -u postgres -- "$@"; else "$@"; fi
}
sql() { as_user psql -qtAX -h "$DIR" -p $PORT -d postgres -c "$1"; }
now() { date +%s.%N; }

stop() { as_user "$BIN/pg_ctl" -D "$DIR/data" -m immediate stop >/dev/null 2>&1 || true; }

mkdir -p "$DIR"
((EUID != 0)) || chown postgres "$DIR"
cd "$DIR"
trap stop EXIT
as_user "$BIN/initdb" -D "$DIR/data" -A trust >/dev/null
cat >>"$DIR/data/postgresql.conf" <<CONF
port = $PORT
listen_addresses = ''
unix_socket_directories = '$DIR'
shared_buffers = 256MB
max_wal_size = 2GB
CONF
as_user "$BIN/pg_ctl" -D "$DIR/data" -l "$DIR/log" -w start >/dev/null
# What is found by: name, commune, organisation, e-mail.
sql "CREATE TABLE actor (given text, family text, organisation text, role text, email text,
  phone text, commune text, insee text);
  CREATE INDEX ON actor (family, given);
  CREATE INDEX ON actor (insee);
  CREATE INDEX ON actor (organisation);
  CREATE INDEX ON actor (email);"
start=$(now)
sql "COPY actor FROM STDIN WITH (FORMAT csv, HEADER, DELIMITER ';')" <"$SHEET"
awk -v n="$RECORDS" -v a="$start" -v b="$(now)" \
  'BEGIN { printf "import of CSV\t%.1f\trec/s\n", n / (b - a) }'
