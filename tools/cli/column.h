// What a table or a CSV file shows of a message: a list of columns, each a
// heading and the path of a field. Values are found by reflection.
#ifndef TOOLS_CLI_COLUMN_H_
#define TOOLS_CLI_COLUMN_H_

#include <string>
#include <vector>

#include "tools/cli/locale.h"

namespace google::protobuf {
class Message;
}  // namespace google::protobuf

namespace maillage::cli {

using google::protobuf::Message;

enum ColumnFlag : unsigned {
  kWhole = 1,     // never cut: an id that one wants to copy
  kOptional = 2,  // left out where the terminal is too narrow
  kRight = 4,     // aligned to the right and never cut; numbers are by themselves
  kPlain = 8,     // a number without separators: a year
};

struct Column {
  const char* heading;  // English; the catalogue has it in other languages
  const char* path;     // "alias", "ref.code": fields as in the .proto
  unsigned flags = 0;
  // Where a path will not do: makes the values from the whole message.
  std::vector<std::string> (*render)(const Message&, const Locale&) = nullptr;
};

// The values of a column in a message, as written in `locale`; none where the
// field is unset or empty. A number and an enum have a value even when 0.
std::vector<std::string> Values(const Message& message, const Column& column, const Locale& locale);

// Whether the column holds numbers, by its path in messages like `message`.
bool IsNumeric(const Message& message, const Column& column);

// Makes a `render` from a function over a message type of its own:
// Render<v1::Actor, &DisplayName>.
template <typename T, std::string (*kFunction)(const T&, const Locale&)>
std::vector<std::string> Render(const Message& message, const Locale& locale) {
  return {kFunction(static_cast<const T&>(message), locale)};
}

}  // namespace maillage::cli

#endif  // TOOLS_CLI_COLUMN_H_
