#!/bin/bash
# OpenLDAP: a provider and a consumer on scratch folders, syncrepl between them.
# Prints work, value and unit, with tabs in between.
#
# usage: openldap.sh DIR RECORDS CHANGES
set -euo pipefail

readonly DIR=$1 RECORDS=$2 CHANGES=$3
readonly FROM=ldap://127.0.0.1:54393/ TO=ldap://127.0.0.1:54394/
readonly SUFFIX=dc=example,dc=org ADMIN=cn=admin,dc=example,dc=org PASSWORD=bench
readonly SINGLES=50
export PATH=$PATH:/usr/sbin

command -v slapd >/dev/null && command -v ldapsearch >/dev/null ||
  { echo "slapd or ldap-utils is not installed" >&2; exit 1; }

now() { date +%s.%N; }
rate() { awk -v n="$1" -v a="$2" -v b="$3" 'BEGIN { printf "%.1f", n / (b - a) }'; }

# Writes the configuration of $1, with $2 at its end.
configure() {
  mkdir -p "$DIR/$1"
  cat >"$DIR/$1.conf" <<CONF
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload syncprov
pidfile $DIR/$1.pid
sizelimit unlimited
database mdb
maxsize 8589934592
dbnosync
suffix "$SUFFIX"
rootdn "$ADMIN"
rootpw $PASSWORD
directory $DIR/$1
index objectClass eq
index entryCSN,entryUUID eq
index uid,mail,l,employeeType eq
index sn eq,sub,approx
index o,title eq,sub
index telephoneNumber eq
$2
CONF
}

entries() {
  printf 'dn: %s\nobjectClass: dcObject\nobjectClass: organization\no: example\ndc: example\n\n' "$SUFFIX"
  awk -v n="$RECORDS" -v suffix="$SUFFIX" 'BEGIN {
    for (i = 1; i <= n; ++i) {
      printf "dn: uid=%d,%s\nobjectClass: inetOrgPerson\nuid: %d\nsn: Waestelandt %d\n", i, suffix, i, i % 50000
      printf "cn: Zelie Waestelandt\no: Association du quartier %d\ntitle: Conseiller municipal\n", i % 2000
      printf "l: 62765\nemployeeType: ASSOCIATION\nmail: personne%d@quartier%d.example.org\n", i, i % 500
      printf "telephoneNumber: +33199001234\ndescription: Annuaire des associations, fichier de la commune\n\n"
    }
  }'
}

changed() {
  awk -v n="$CHANGES" -v suffix="$SUFFIX" 'BEGIN {
    for (i = 1; i <= n; ++i) {
      printf "dn: uid=%d,%s\nchangetype: modify\nreplace: mail\n", i, suffix
      printf "mail: v2.personne%d@quartier%d.example.org\n\n", i, i % 500
    }
  }'
}

context() {
  ldapsearch -LLL -x -H "$1" -s base -b "$SUFFIX" contextCSN 2>/dev/null |
    sed -n 's/^contextCSN: //p'
}
wait_until_same() { until [[ -n $(context $TO) && $(context $TO) == "$(context $FROM)" ]]; do sleep 0.02; done; }
start_server() { slapd -f "$DIR/$1.conf" -h "$2" -s 0; }

bootstrap() {
  local start
  start=$(now)
  start_server consumer $TO
  wait_until_same
  printf 'bootstrap\t%s\trec/s\n' "$(rate "$RECORDS" "$start" "$(now)")"
}

changes() {
  local start
  changed >"$DIR/changes.ldif"
  start=$(now)
  ldapmodify -x -H $FROM -D "$ADMIN" -w $PASSWORD -f "$DIR/changes.ldif" >/dev/null
  wait_until_same
  printf 'changes\t%s\trec/s\n' "$(rate "$CHANGES" "$start" "$(now)")"
}

# With two client processes in each.
singles() {
  local n start all=()
  for ((n = 1; n <= SINGLES; ++n)); do
    start=$(now)
    printf 'dn: uid=%d,%s\nchangetype: modify\nreplace: title\ntitle: v%d\n' "$n" "$SUFFIX" "$n" |
      ldapmodify -x -H $FROM -D "$ADMIN" -w $PASSWORD >/dev/null
    until ldapsearch -LLL -x -H $TO -s base -b "uid=$n,$SUFFIX" title | grep -q "title: v$n\$"; do :; done
    all+=("$(awk -v a="$start" -v b="$(now)" 'BEGIN { printf "%.2f", (b - a) * 1000 }')")
  done
  mapfile -t all < <(printf '%s\n' "${all[@]}" | sort -n)
  printf 'one change, p50\t%s\tms\n' "${all[SINGLES / 2]}"
  printf 'one change, p99\t%s\tms\n' "${all[SINGLES - 1]}"
}

stop() {
  for name in consumer provider; do
    [[ ! -f $DIR/$name.pid ]] || kill "$(<"$DIR/$name.pid")" 2>/dev/null || true
  done
}

mkdir -p "$DIR"
trap stop EXIT
configure provider "overlay syncprov
syncprov-checkpoint 1000 1"
configure consumer "syncrepl rid=1 provider=$FROM type=refreshAndPersist searchbase=\"$SUFFIX\"
  bindmethod=simple binddn=\"$ADMIN\" credentials=$PASSWORD retry=\"1 +\""
entries | slapadd -q -f "$DIR/provider.conf" >/dev/null 2>&1
start_server provider $FROM
bootstrap
changes
singles
