#include "server/interchange/headings.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/base/error.h"
#include "client/base/never_kept.h"
#include "server/interchange/fold.h"

namespace maillage::interchange {
namespace {

constexpr std::pair<absl::string_view, Field> kFieldNames[] = {
    {"honorific", Field::kHonorific},
    {"given", Field::kGiven},
    {"family", Field::kFamily},
    {"name", Field::kFullName},
    {"organisation", Field::kOrganisation},
    {"role", Field::kRole},
    {"email", Field::kEmail},
    {"phone", Field::kPhone},
    {"address", Field::kAddress},
    {"postal_code", Field::kPostalCode},
    {"locality", Field::kLocality},
    {"country", Field::kCountry},
    {"insee", Field::kInsee},
    {"siret", Field::kSiret},
    {"rna", Field::kRna},
    {"since", Field::kSince},
    {"category", Field::kCategory},
    {"theme", Field::kTheme},
    {"note", Field::kNote},
    {"ignore", Field::kIgnored}};

struct Rule {
  Field field;
  std::vector<absl::string_view> words;
};

bool Has(const std::vector<absl::string_view>& words, const std::vector<absl::string_view>& any) {
  return std::any_of(words.begin(), words.end(), [&](absl::string_view word) {
    return std::find(any.begin(), any.end(), word) != any.end();
  });
}

// In order: the first rule that has a word of the heading decides.
const std::vector<Rule>& Rules() {
  static const auto* const rules = new std::vector<Rule>{
      {Field::kIgnored,
       {"naissance", "birth", "birthday", "birthdate", "anniversaire", "ne", "nee", "age",
        "profession", "nationalite", "sexe", "genre"}},
      {Field::kEmail,
       {"mail", "mails", "mel", "mels", "email", "emails", "courriel", "courriels", "courrielle",
        "messagerie", "electronique"}},
      {Field::kUnknown, {"fax", "telecopie", "site", "web", "url", "internet", "facebook"}},
      {Field::kPhone,
       {"tel", "tels", "telephone", "telephones", "phone", "phones", "portable", "mobile", "gsm",
        "mob", "standard", "fixe"}},
      {Field::kInsee, {"insee", "cog"}},
      {Field::kSiret, {"siret", "siren"}},
      {Field::kRna, {"rna"}},
      {Field::kPostalCode, {"cp", "postal", "postcode", "zip"}},
      {Field::kRole, {"job", "poste"}},
      {Field::kHonorific, {"civilite", "civ", "titre", "honorific", "salutation", "mme"}},
      {Field::kSince, {"depuis", "since"}},
      {Field::kCategory, {"categorie", "categories", "category", "college"}},
      {Field::kTheme, {"theme", "themes", "thematique", "thematiques", "domaine", "domaines"}},
      {Field::kNote,
       {"remarque", "remarques", "observation", "observations", "commentaire", "commentaires",
        "note", "notes", "comment", "comments", "divers"}},
      {Field::kRole,
       {"fonction", "fonctions", "role", "qualite", "poste", "mandat", "emploi", "function", "job",
        "position", "statut"}},
      {Field::kOrganisation,
       {"structure",    "structures",  "organisme",   "organismes",   "organisation",
        "organization", "service",     "employeur",   "employer",     "company",
        "societe",      "entreprise",  "association", "asso",         "etablissement",
        "collectivite", "institution", "partenaire",  "denomination", "raison"}},
      {Field::kLocality, {"ville", "commune", "localite", "city", "town", "locality"}},
      {Field::kCountry, {"pays", "country"}},
      {Field::kAddress,
       {"adresse", "adresses", "address", "rue", "voie", "street", "bp", "complement"}},
  };
  return *rules;
}

Field NameField(const std::vector<absl::string_view>& words) {
  const bool given = Has(words, {"prenom", "prenoms", "firstname", "forename", "given", "first"});
  const bool family = Has(words, {"nom", "noms", "lastname", "surname", "family", "last"});
  if (given && family) return Field::kFullName;
  if (given) return Field::kGiven;
  if (family) return Field::kFamily;
  return Has(words, {"name", "fullname", "contact", "interlocuteur", "referent"}) ? Field::kFullName
                                                                                  : Field::kUnknown;
}

// What address books tell of a value in a column beside it: what kind it is, and
// how it is shown.
bool IsAboutAnother(const std::vector<absl::string_view>& words) {
  if (words.size() < 2) return false;
  if (Has({words.back()}, {"label", "type", "formatted"})) return true;
  return Has(words, {"display"}) || (Has(words, {"complet"}) && Has(words, {"messagerie"}));
}

// Dates that begin something; a date of birth was ruled out before.
bool IsBeginning(const std::vector<absl::string_view>& words) {
  if (!Has(words, {"date"})) return false;
  return words.size() == 1 ||
         Has(words, {"debut", "entree", "arrivee", "prise", "election", "nomination", "adhesion",
                     "inscription", "fonction", "mandat", "start"});
}

}  // namespace

Field FieldByName(absl::string_view name) {
  for (const auto& [known, field] : kFieldNames) {
    if (known == name) return field;
  }
  return Field::kUnknown;
}

Field RecognizeHeading(absl::string_view heading) {
  if (heading.size() > 80) return Field::kUnknown;
  const std::string folded = Fold(heading);
  const std::vector<absl::string_view> words = absl::StrSplit(folded, ' ', absl::SkipEmpty());
  if (words.empty() || words.size() > 8) return Field::kUnknown;
  if (IsAboutAnother(words)) return Field::kUnknown;
  if (folded == "e mail" || absl::StrContains(folded, "e mail")) return Field::kEmail;
  if (folded == "code commune" || folded == "code de la commune") return Field::kInsee;
  // Alone it is a civility, with more words a function: "Organization Title".
  if (Has(words, {"title"})) return words.size() == 1 ? Field::kHonorific : Field::kRole;
  if (folded == "poste tel" || folded == "telephone poste") return Field::kPhone;
  const auto& rules = Rules();
  if (Has(words, rules.front().words)) return Field::kIgnored;
  if (IsBeginning(words)) return Field::kSince;
  if (Has(words, {"date"})) return Field::kUnknown;
  for (const Rule& rule : rules) {
    if (Has(words, rule.words)) return rule.field;
  }
  return NameField(words);
}

absl::StatusOr<HeadingOverrides> ReadOverrides(
    const std::vector<std::pair<std::string, std::string>>& columns) {
  HeadingOverrides overrides;
  for (const auto& [heading, name] : columns) {
    const Field field = FieldByName(name);
    if (field == Field::kUnknown) {
      const auto first = [](std::string* out, const auto& pair) {
        absl::StrAppend(out, pair.first);
      };
      const std::string never = WhyNeverKept(name);
      return InvalidArgument(
          "BAD_IMPORT_SPEC",
          absl::StrCat("no field is called ", name, " (column ", heading, ")",
                       never.empty() ? "" : ": ", never),
          absl::StrCat("Use one of ", absl::StrJoin(kFieldNames, ", ", first), "."));
    }
    overrides[Fold(heading)] = field;
  }
  return overrides;
}

std::vector<Field> ReadHeadings(const std::vector<std::string>& headings,
                                const HeadingOverrides& overrides) {
  std::vector<Field> fields;
  for (const std::string& heading : headings) {
    const auto own = overrides.find(Fold(heading));
    fields.push_back(own != overrides.end() ? own->second : RecognizeHeading(heading));
  }
  return fields;
}

}  // namespace maillage::interchange
