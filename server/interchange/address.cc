#include "server/interchange/address.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/interchange/countries.h"
#include "server/interchange/text.h"

namespace maillage::interchange {
namespace {

constexpr int kMaxLines = 5;  // NF Z10-011
constexpr size_t kMaxLineCharacters = 120;

void AddLine(absl::string_view raw, v1::PostalAddress* postal) {
  std::string line = Cut(Clean(raw), kMaxLineCharacters);
  if (line.empty()) return;
  if (postal->lines_size() < kMaxLines) return postal->add_lines(std::move(line));
  std::string* last = postal->mutable_lines(kMaxLines - 1);
  *last = Cut(absl::StrCat(*last, ", ", line), 2 * kMaxLineCharacters);
}

}  // namespace

bool MakeAddress(const AddressParts& parts, v1::PostalAddress* postal) {
  for (const std::string& part : parts.lines) {
    for (const absl::string_view raw : absl::StrSplit(part, absl::ByAnyChar("\r\n"))) {
      AddLine(raw, postal);
    }
  }
  postal->set_postal_code(Cut(Clean(parts.postal_code), 16));
  postal->set_locality(Cut(Clean(parts.locality), kMaxLineCharacters));
  const std::string country = Clean(parts.country);
  const std::optional<std::string> code = CountryCode(country);
  if (code.has_value()) {
    postal->set_country(*code);
  } else {
    AddLine(country, postal);
  }
  return postal->lines_size() > 0 || !postal->postal_code().empty() || !postal->locality().empty();
}

}  // namespace maillage::interchange
