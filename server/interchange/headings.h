// What the columns of a spreadsheet hold, by their headings.
#ifndef SERVER_INTERCHANGE_HEADINGS_H_
#define SERVER_INTERCHANGE_HEADINGS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace maillage::interchange {

enum class Field {
  kUnknown,
  kIgnored,  // by wish, or because it must not be stored (birth)
  kHonorific,
  kGiven,
  kFamily,
  kFullName,  // family name and given name together
  kOrganisation,
  kRole,
  kEmail,
  kPhone,
  kAddress,
  kPostalCode,
  kLocality,
  kCountry,
  kInsee,
  kSiret,
  kRna,
  kSince,
  kCategory,
  kTheme,
  kNote,
  kCount,
};

// The field that a heading names in French or English; kUnknown if none.
Field RecognizeHeading(absl::string_view heading);

// A field by its name in ImportSpec.columns.
Field FieldByName(absl::string_view name);

// The user's own headings, folded. INVALID_ARGUMENT (BAD_IMPORT_SPEC) for an
// unknown field.
using HeadingOverrides = std::map<std::string, Field>;
absl::StatusOr<HeadingOverrides> ReadOverrides(
    const std::vector<std::pair<std::string, std::string>>& columns);

// The fields of a row of headings.
std::vector<Field> ReadHeadings(const std::vector<std::string>& headings,
                                const HeadingOverrides& overrides);

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_HEADINGS_H_
