// A filter cut into tokens; private to the filter.
#ifndef SERVER_DIRECTORY_FILTER_TOKENS_H_
#define SERVER_DIRECTORY_FILTER_TOKENS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace maillage::directory {

struct FilterToken {
  enum class Kind { kWord, kQuoted, kOperator, kOpen, kClose, kEnd };
  Kind kind = Kind::kEnd;
  std::string text;
  size_t at = 1;  // character of the filter, from 1
};

// Ends with one of kind kEnd. INVALID_ARGUMENT (BAD_FILTER).
absl::StatusOr<std::vector<FilterToken>> TokeniseFilter(absl::string_view text);

// INVALID_ARGUMENT (BAD_FILTER): where, what stands there, what is wrong, the mend.
absl::Status BadFilter(const FilterToken& token, absl::string_view what, absl::string_view mend);

// A value as it stands in a canonical form.
std::string QuotedForFilter(absl::string_view value);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_FILTER_TOKENS_H_
