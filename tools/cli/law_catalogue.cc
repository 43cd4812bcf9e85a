// What is said of notices, objections, retention and the audit, in French.
#include "tools/cli/phrase.h"

namespace maillage::cli {
namespace {

constexpr Phrase kPhrases[] = {
    {"Records that persons were told, or need not be",
     "Note que des personnes ont été informées, ou n'ont pas à l'être"},
    {"Whose notice it is, by name", "De qui il s'agit, par nom"},
    {"The day on which they were told that their data is held (RGPD art. 13, 14)",
     "Le jour où elles ont su que leurs données sont conservées (RGPD art. 13, 14)"},
    {"How they were told: a letter, a form", "Comment elles l'ont su : un courrier, un formulaire"},
    {"Why they need not be told (RGPD art. 13.4, 14.5)",
     "Pourquoi elles n'ont pas à l'être (RGPD art. 13.4, 14.5)"},
    {"Takes the notice back: it is due again, and shares withdraw the records",
     "Reprend l'information : elle est due de nouveau, et les partages retirent les fiches"},
    {"What proves the consent, with --basis consent",
     "Ce qui prouve le consentement, avec --basis consent"},
    {"Recorded", "Notées"},
    {"Without a notice", "Sans information à donner"},
    {"Lists actors whose time of keeping is over",
     "Liste les acteurs dont la durée de conservation est échue"},
    {"Those that are due by this day; today if unset",
     "Ceux qui sont échus à ce jour ; aujourd'hui s'il n'est pas donné"},
    {"Look at each: give it a later retain_until with a reason to keep it, or erase it (RGPD "
     "art. 5.1.e).",
     "Regardez-les un par un : donnez un retain_until plus tardif s'il y a une raison de garder la "
     "fiche, ou effacez-la (RGPD art. 5.1.e)."},
    {"Time of keeping over", "Durée de conservation échue"},
    {"Who objected to being written to, or to all", "Qui s'est opposé aux courriels, ou à tout"},
    {"Lists objections; no address is kept", "Liste les oppositions ; aucune adresse n'est gardée"},
    {"Records an objection", "Note une opposition"},
    {"Removes an objection that the person took back",
     "Retire une opposition que la personne a levée"},
    {"The address of who objects; it is not kept",
     "L'adresse de qui s'oppose ; elle n'est pas gardée"},
    {"To what; invitations of this node if unset",
     "À quoi ; aux invitations de ce nœud si ce n'est pas dit"},
    {"How it was made, naming nobody: a letter, a call",
     "Comment elle a été faite, sans nommer personne : un courrier, un appel"},
    {"Only those of this address", "Seulement celles de cette adresse"},
    {"The objection holds no more.", "L'opposition ne vaut plus."},
    {"objection", "opposition"},
    {"objections", "oppositions"},
    {"Gathers all that is held about a person, for the person",
     "Rassemble tout ce qui est gardé sur une personne, pour elle"},
    {"With -o json it is whole, as a file to hand over (RGPD art. 15, 20).",
     "Avec -o json, tout y est, en un fichier à remettre (RGPD art. 15, 20)."},
    {"Controller", "Responsable"},
    {"Partner", "Partenaire"},
    {"Disclosed to", "Communiqué à"},
    {"Invited", "Invitations"},
    {"Objections", "Oppositions"},
    {"Has it", "L'a encore"},
    {"Who did what at the node, naming no persons",
     "Qui a fait quoi sur ce nœud, sans nommer personne"},
    {"Lists what was done, the oldest first",
     "Liste ce qui a été fait, du plus ancien au plus récent"},
    {"Checks that no line was changed or taken out",
     "Vérifie qu'aucune ligne n'a été changée ni retirée"},
    {"From this day on; all if unset", "À partir de ce jour ; tout s'il n'est pas donné"},
    {"Nothing was changed or taken out. Keep the hash elsewhere: it proves that later, too.",
     "Rien n'a été changé ni retiré. Gardez l'empreinte ailleurs : elle le prouvera aussi plus "
     "tard."},
    {"Lines", "Lignes"},
    {"Hash of the last", "Empreinte de la dernière"},
    {"What", "Quoi"},
    {"When", "Quand"},
    {"line", "ligne"},
    {"lines", "lignes"},
    {"Objects to", "S'oppose à"},
    {"everything", "tout"},
    {"Since", "Depuis"},
    {"How", "Comment"},
    {"Stay at home", "Restent ici"},
    {"What lets them out", "Ce qui les laisse sortir"},
    {"maillage actor notice, once they were told", "maillage actor notice, une fois informés"},
    {"a filter that names category = CITIZEN", "un filtre qui nomme category = CITIZEN"},
    {"when the restriction ends: restricted=false",
     "quand la limitation prend fin : restricted=false"},
    {"only the person can take it back", "seule la personne peut y renoncer"},
};

}  // namespace

absl::Span<const Phrase> LawPhrases() { return kPhrases; }

}  // namespace maillage::cli
