// What an actor is found by, in the parts that its terms are made from. The same
// part makes the same terms, whoever has it: so parts can be compared, and known
// again, without making their terms.
#ifndef SERVER_DIRECTORY_TERM_PARTS_H_
#define SERVER_DIRECTORY_TERM_PARTS_H_

#include <cstdint>
#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "client/base/ids.h"
#include "maillage/v1/actor.pb.h"
#include "server/directory/terms.h"

namespace maillage::directory {

// Parts of different groups never make the same term.
enum class TermGroup : uint8_t {
  kAll,
  kKind,
  kOrigin,
  kCategory,
  kPrimary,
  kTerritory,
  kEmail,
  kName,
  kOrganisation,
  kRole,
  kPhone,
  kIdentifier,
  kTheme,
  kTag,
  kBasis,
  kUpdated,
  kNotice,
  kRestricted,
  kRetain,
};

// Points into the actor that it is of.
struct TermPart {
  TermGroup group = TermGroup::kAll;
  int64_t number = 0;
  absl::string_view text;
  absl::string_view more;

  friend bool operator==(const TermPart&, const TermPart&) = default;
};
using TermParts = absl::InlinedVector<TermPart, 24>;

// All but the import key, in the order of their groups. Notices are of own persons,
// those of `self`, alone.
TermParts PartsOf(const NodeId& self, const NodeId& origin, const v1::Actor& actor);
// Visits the terms of a part, in no order, perhaps some of them more than once.
void ForEachTerm(const TermPart& part,
                 absl::FunctionRef<void(Field field, absl::string_view text)> visit);
// Whether many actors have the part.
bool IsShared(const TermPart& part);
// Appends bytes that are the same for the same part.
void AppendKey(const TermPart& part, std::string* key);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_TERM_PARTS_H_
