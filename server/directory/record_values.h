// The values of a record, each as a text by which it is known again.
#ifndef SERVER_DIRECTORY_RECORD_VALUES_H_
#define SERVER_DIRECTORY_RECORD_VALUES_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "maillage/v1/actor.pb.h"

namespace maillage::directory {

// Lower-case letters, case and accents of addresses and functions do not count.
std::string KeyOf(const v1::ContactPoint& point);
std::string KeyOf(const v1::Membership& membership);
std::string KeyOf(const v1::Identifier& identifier);
std::string KeyOf(const v1::FlaggedValue& value);
// Of a field that holds one text.
std::string KeyOf(absl::string_view field, absl::string_view text);
std::string KeyOfTerritories(const v1::Actor& actor);

// Visits the keys of all values that files bring.
void ForEachValue(const v1::Actor& actor, absl::FunctionRef<void(const std::string& key)> visit);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_RECORD_VALUES_H_
