# Directories in the form people have them: Excel CSV, and the register of
# elected officials. Real territories, invented people.
# shellcheck shell=bash
step "2. Their directories, as they have them"

# make FILE SEED OPTIONS...: a file of invented people; another seed, others.
make() {
  local file=$1 seed=$2
  shift 2
  "$datagen" --seed "$seed" --out "$home/files/$file" "$@"
}
# number NAME: a count of the import's summary, which leaves out what is zero.
number() {
  local value
  value=$(field "$1" <<<"$summary")
  echo "${value:-0}"
}
# import NODE FILE SOURCE OPTIONS...: into the node, telling what came of it.
import() {
  local node=$1 file=$2 source=$3 summary
  shift 3
  summary=$(cli "$node" -o json actor import "$home/files/$file" --source "$source" "$@" | tail -n 1)
  good "$node: $source: $(number created) new, $(number updated) completed" \
    "($(field dialect <<<"$summary"), $(number refused) refused)"
}

# No record of a person is shared before the person was told (RGPD art. 13, 14).
told=(--notice-given 2018-03-05 --notice-how "courrier d'information aux contacts")

# capso: the municipal councils of its 53 communes, its partners, its citizens.
make councils.csv 2018 --kind council --territory 200069037 --format rne
import capso councils.csv "Répertoire national des élus" --format rne \
  --notice-exempt "art. 14.5.c : le répertoire est public par la loi"
make town-halls.csv 2018 --kind council --territory 200069037 --part 0.6
import capso town-halls.csv "Élus, adresses des mairies" "${told[@]}"
make capso.csv 2018 --kind partners --territory 200069037 --count 1500
import capso capso.csv "Fichier partenaires de l'agglomération" "${told[@]}"
make capso-citizens.csv 2018 --kind citizens --territory 200069037 --count 400
import capso capso-citizens.csv "Conseil citoyen" --category CITIZEN

# irev: partners from the whole region, some of whom sit in councils as well.
make irev.csv 1901 --kind partners --territory REGION/32 --count 2500
import irev irev.csv "Réseau régional de l'IREV" "${told[@]}"
make irev-citizens.csv 1901 --kind citizens --territory REGION/32 --count 300
import irev irev-citizens.csv "Lettre d'information" --category CITIZEN

# ville: its associations, some of whose people sit in its council.
make ville.csv 2018 --kind associations --territory 62765 --count 300 --overlap 0.2
import ville ville.csv "Associations de la ville" "${told[@]}"
make ville-citizens.csv 3 --kind citizens --territory 62765 --count 250
import ville ville-citizens.csv "Comités de quartier" --category CITIZEN
