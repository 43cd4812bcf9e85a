// The terms by which an actor is found: what postings hold.
#ifndef SERVER_DIRECTORY_TERMS_H_
#define SERVER_DIRECTORY_TERMS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/base/ids.h"
#include "maillage/v1/actor.pb.h"

namespace maillage::directory {

// Posting fields; the numbers are in the keys of the database.
enum class Field : uint8_t {
  kAll = 1,        // ""
  kCategory = 2,   // "ELECTED_OFFICIAL"
  kPrimary = 3,    // the first category alone
  kKind = 4,       // "PERSON"
  kTerritory = 5,  // "COMMUNE/62765", and every ancestor
  kPlace = 6,      // the same without ancestors
  kOrigin = 7,     // node id, 10 bytes
  kEmail = 8,      // the address; "@" and its domain; "*" for any
  kImportKey = 9,  // by which an import knows a record again, 16 bytes
  // Words are those of words.h; a whole text is folded, with "=" before it.
  kName = 10,          // words of the actor's own names and acronym
  kSound = 11,         // how those of three letters and more sound (sound.h)
  kOrganisation = 12,  // words of the organisations of memberships; whole names,
                       // an organisation's own too
  kRole = 13,          // words of roles; whole roles
  kPhone = 14,         // the number (E.164); "*" for any
  kIdentifier = 15,    // value "/" scheme
  kTheme = 16,         // folded
  kTag = 17,           // folded
  kBasis = 18,         // "PUBLIC_TASK"
  kUpdated = 19,       // day of the last change, UTC: "2018-05-31"
  kNotice = 20,        // of own persons: "DUE", "GIVEN", "EXEMPT"
  kRestricted = 21,    // "" where processing is restricted
  kRetain = 22,        // day until which it is kept: "2018-05-31"
};

// "territory", as explanations call an index.
absl::string_view FieldName(Field field);

// One term.
using Term = std::pair<Field, std::string>;
// Sorted, without repetition.
using Terms = std::vector<Term>;

// "COMMUNE/62765".
std::string TerritoryText(const v1::TerritoryRef& ref);
// "PERSON".
std::string KindWord(v1::ActorKind kind);
// "PUBLIC_TASK", and back (UNSPECIFIED for an unknown word).
std::string BasisWord(v1::LegalBasis basis);
v1::LegalBasis ParseBasisWord(absl::string_view word);
// "DUE" where the person must still be told, "GIVEN", "EXEMPT".
std::string NoticeWord(v1::NoticeState state);
// The term of a whole text: folded, with "=" before it.
std::string WholeText(absl::string_view text);

// All terms of a shown record. `self` tells own records, which alone have
// import keys.
Terms TermsOf(const NodeId& self, const NodeId& origin, const v1::Actor& actor);
// Brings terms into the order of Terms.
void SortTerms(Terms* terms);

// 16 bytes that are the same for the same person or organisation in two files:
// a hash of kind, folded names, and the folded organisation of the first membership
// with its place.
std::string ImportKey(const v1::Actor& actor);
// The keys of all memberships: by each of its organisations a person is known again.
// That of the first membership comes first.
std::vector<std::string> ImportKeys(const v1::Actor& actor);
// What the import keys are made of, as it stands: the same of two actors, the same keys.
std::string ImportText(const v1::Actor& actor);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_TERMS_H_
