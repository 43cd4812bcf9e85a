// Days as people type them.
#ifndef TOOLS_COMMANDS_DAYS_H_
#define TOOLS_COMMANDS_DAYS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "maillage/v1/actor.pb.h"

namespace maillage::cli {

// YYYY-MM-DD. `what` names the option or field: INVALID_ARGUMENT (USAGE).
absl::StatusOr<v1::Date> ParseDay(absl::string_view what, const std::string& text);
// Of this machine's time zone.
v1::Date Today();
// YYYY-MM-DD.
std::string DayText(const v1::Date& date);

}  // namespace maillage::cli

#endif  // TOOLS_COMMANDS_DAYS_H_
