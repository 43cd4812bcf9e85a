// The filter language (AIP-160): one parsed form, two evaluators that agree.
//
//   category = ELECTED_OFFICIAL AND territory:200069037 AND NOT origin = ville
//
// OR binds tighter than AND; NOT before a term or a parenthesis. Two terms side by
// side are joined by AND. Values with blanks stand in double quotes. At most 4096
// bytes, 32 parentheses deep.
//
//   category, kind, basis, notice, origin, theme, tag  = and : are the same
//   territory      = this one; : this one or anything below it
//   role, organisation   = the whole text; : each of the words, the last may end in
//                  `*`; an organisation is found by its own name, too
//   email          = the address; : the address, its domain
//   phone          = and : the number, as people write it
//   identifier     = the value, or SCHEME/value; : how the value begins, so that a
//                  SIREN finds its SIRETs
//   notice         DUE, GIVEN or EXEMPT: whether an own person was told
//   update_time, retain_until   = : < > <= >= a day, a month or a year, in UTC
//
// `!=` is what `=` is not. `:*` is "any" for role, organisation, email, phone, identifier,
// theme and tag. Case and accents of words never count.
#ifndef SERVER_DIRECTORY_FILTER_H_
#define SERVER_DIRECTORY_FILTER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/base/ids.h"
#include "maillage/v1/actor.pb.h"
#include "roaring/roaring.hh"
#include "server/directory/explain.h"
#include "server/directory/terms.h"
#include "server/storage/reader.h"

namespace maillage::directory {

// Immutable, cheap to copy; thread safe.
class Filter {
 public:
  // Finds the node behind an alias; NOT_FOUND where there is none.
  using AliasLookup = std::function<absl::StatusOr<NodeId>(absl::string_view alias)>;

  // Matches everything.
  Filter();
  // An empty text matches everything. INVALID_ARGUMENT (BAD_FILTER) says at
  // which character and what would be right.
  static absl::StatusOr<Filter> Parse(absl::string_view text, const AliasLookup& aliases);

  bool MatchesAll() const { return root_ == nullptr; }
  // Looks at one record by its terms (TermsOf).
  bool Matches(const Terms& terms) const;
  // Whether the filter itself names this term as one that it takes: anywhere but
  // under an odd number of NOTs.
  bool Names(const Term& term) const;
  // The texts of such terms of a field.
  std::vector<std::string> NamedTexts(Field field) const;
  // All ordinals that match, by postings. Adds to `explanation`, where there is
  // one, each that it read.
  absl::StatusOr<Roaring> Evaluate(const storage::Reader& reader,
                                   Explanation* explanation = nullptr) const;

  // The canonical form: node ids for aliases, LEVEL/code for territories; parsing
  // it again without aliases gives the same filter.
  std::string ToString() const;

  struct Node;

 private:
  explicit Filter(std::shared_ptr<const Node> root) : root_(std::move(root)) {}
  std::shared_ptr<const Node> root_;  // null: everything
};

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_FILTER_H_
