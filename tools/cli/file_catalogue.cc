// What is said of files that come in and go out, in French.
#include "tools/cli/phrase.h"

namespace maillage::cli {
namespace {

constexpr Phrase kPhrases[] = {
    {"import", "import"},
    {"imports", "imports"},
    {"mapping", "correspondance"},
    {"mappings", "correspondances"},
    {"Begun", "Commencé"},
    {"Mandates ended", "Mandats terminés"},
    {"Not brought back", "Non réintroduits"},
    {"Notice due", "Information due"},
    {"Taken back", "Annulé"},
    {"File", "Fichier"},
    {"Ended", "Terminé"},
    {"Changed since, left as it is", "Modifié depuis, laissé en l'état"},
    {"Deleted", "Supprimés"},
    {"As before", "Remis en l'état"},
    {"Left as they are", "Laissés en l'état"},
    {"Columns", "Colonnes"},
    {"$0 written.", "Écrit : $0."},
    {"Left out, because their processing is restricted (RGPD art. 18): $0.",
     "Laissés de côté, car leur traitement est limité (RGPD art. 18) : $0."},
    {"Left out, because they are partners': $0. --with-partners takes them.",
     "Laissés de côté, car ils sont à des partenaires : $0. --with-partners les prend."},
    {"Partners' actors are in the file: when a partner erases or withdraws one, it is for you to "
     "take it out (RGPD art. 17, 19).",
     "Le fichier contient des acteurs de partenaires : quand un partenaire en efface ou en retire "
     "un, c'est à vous de l'en ôter (RGPD art. 17, 19)."},
    {"The file is a newer state of a register: mandates that it has no more end",
     "Le fichier est un état plus récent d'un répertoire : les mandats qu'il n'a plus prennent "
     "fin"},
    {"Last day of those mandates; today if unset",
     "Dernier jour de ces mandats ; aujourd'hui s'il n'est pas donné"},
    {"Lists imports, the newest first", "Liste les imports, le plus récent d'abord"},
    {"Takes an import back", "Annule un import"},
    {"Writes actors as a file", "Écrit des acteurs dans un fichier"},
    {"What kind of file to write", "Sorte de fichier à écrire"},
    {"Also actors of partners, whose erasures do not reach the file",
     "Aussi les acteurs des partenaires, dont les effacements n'atteignent pas le fichier"},
    {"The file; standard output where it is not given",
     "Le fichier ; la sortie standard s'il n'est pas donné"},
    {"Saves the --map columns under this name", "Enregistre les colonnes de --map sous ce nom"},
    {"Takes the columns of a saved mapping, where --map says nothing",
     "Prend les colonnes d'une correspondance enregistrée, là où --map ne dit rien"},
    {"How the columns of files are read", "Comment les colonnes des fichiers sont lues"},
    {"Lists saved mappings", "Liste les correspondances enregistrées"},
    {"Deletes a saved mapping", "Supprime une correspondance enregistrée"},
};

}  // namespace

absl::Span<const Phrase> FilePhrases() { return kPhrases; }

}  // namespace maillage::cli
