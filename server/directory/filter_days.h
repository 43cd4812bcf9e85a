// Restrictions over ranges of terms; private to the filter.
#ifndef SERVER_DIRECTORY_FILTER_DAYS_H_
#define SERVER_DIRECTORY_FILTER_DAYS_H_

#include <string>

#include "absl/status/statusor.h"
#include "server/directory/filter_fields.h"

namespace maillage::directory {

// Texts of a field with from <= text < to (empty: to the end).
FilterNodePtr FilterRangeNode(Field field, std::string from, std::string to, std::string text);

// A field of days compared with a day (2018-05-31), a month or a year, in UTC: `=` and
// `:` are within it, `<` before it, `>` after it. INVALID_ARGUMENT (BAD_FILTER).
absl::StatusOr<FilterNodePtr> DayRange(Field field, const FilterRestriction& r);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_FILTER_DAYS_H_
