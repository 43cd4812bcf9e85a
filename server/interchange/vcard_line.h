// One property of a vCard (2.1, RFC 2426, RFC 6350).
#ifndef SERVER_INTERCHANGE_VCARD_LINE_H_
#define SERVER_INTERCHANGE_VCARD_LINE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/interchange/encoding.h"

namespace maillage::interchange {

struct VcardLine {
  std::string group;  // lower case: "item1"
  std::string name;   // upper case
  // Name and value in upper case, one pair a value; parameters without a name, as
  // 2.1 has them, under TYPE or ENCODING.
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string value;  // bytes, still encoded

  bool Has(absl::string_view parameter, absl::string_view value) const;
  // The first value of a parameter; empty if none.
  absl::string_view Get(absl::string_view parameter) const;
  bool IsBase64() const;
};

// False for what is no property.
bool ParseVcardLine(absl::string_view unfolded, VcardLine* line);

// Whether a line that ends in = goes on in the next.
bool IsQuotedPrintable(absl::string_view line);

// The value without its encoding, as UTF-8 with its escapes. `*mend` says what
// had to be done; `encoding` is the file's.
std::string DecodeVcardValue(const VcardLine& line, Encoding encoding, Mend* mend);

// Cut at each `separator` that is not escaped; the parts are without escapes.
std::vector<std::string> SplitVcardValue(absl::string_view text, char separator);
// One text without escapes.
std::string VcardText(absl::string_view text);

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_VCARD_LINE_H_
