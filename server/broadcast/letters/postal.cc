#include "server/broadcast/letters/postal.h"

#include <unicode/locid.h>
#include <unicode/unistr.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/interchange/fold.h"

namespace maillage::broadcast {
namespace {

constexpr size_t kMaxLines = 5;

bool IsHome(const v1::PostalAddress& address) {
  return address.country().empty() || address.country() == "FR";
}

bool IsWhole(const v1::PostalAddress& address) {
  const std::string& code = address.postal_code();
  const bool french =
      code.size() == 5 && std::all_of(code.begin(), code.end(), absl::ascii_isdigit);
  return !address.lines().empty() && !address.locality().empty() && (french || !IsHome(address));
}

std::string Upper(const std::string& text) {
  icu::UnicodeString upper = icu::UnicodeString::fromUTF8(text);
  std::string utf8;
  upper.toUpper(icu::Locale::getFrench()).toUTF8String(utf8);
  return utf8;
}

std::string CountryName(const std::string& code) {
  icu::UnicodeString name;
  icu::Locale("", code.c_str()).getDisplayCountry(icu::Locale::getFrench(), name);
  std::string utf8;
  return name.toUTF8String(utf8);
}

std::string Folded(const v1::PostalAddress& address) {
  std::string folded;
  for (const std::string& line : address.lines()) {
    absl::StrAppend(&folded, interchange::Fold(line), "|");
  }
  return absl::StrCat(folded, address.postal_code(), "|", interchange::Fold(address.locality()),
                      "|", IsHome(address) ? "" : address.country());
}

}  // namespace

std::optional<v1::PostalAddress> ChoosePostal(const v1::Actor& actor) {
  std::optional<v1::PostalAddress> chosen;
  for (const v1::ContactPoint& contact : actor.contact_points()) {
    if (contact.kind() != v1::CONTACT_KIND_POSTAL || !IsWhole(contact.postal())) continue;
    if (contact.scope() == v1::CONTACT_SCOPE_WORK) return contact.postal();
    if (!chosen.has_value()) chosen = contact.postal();
  }
  return chosen;
}

std::string EnvelopeName(const v1::Actor& actor) {
  if (actor.kind() != v1::ACTOR_KIND_PERSON) return actor.organisation_name();
  const v1::PersonName& name = actor.person_name();
  std::vector<absl::string_view> parts;
  for (const std::string* part : {&name.honorific(), &name.given(), &name.family()}) {
    if (!part->empty()) parts.push_back(*part);
  }
  return absl::StrJoin(parts, " ");
}

std::vector<std::string> EnvelopeLines(const std::string& name, const v1::PostalAddress& address) {
  std::vector<std::string> lines = {name};
  for (const std::string& line : address.lines()) {
    if (lines.size() > kMaxLines) break;
    // Many addresses begin with the name themselves.
    if (interchange::Fold(line) != interchange::Fold(name)) lines.push_back(line);
  }
  lines.push_back(absl::StrCat(address.postal_code(), address.postal_code().empty() ? "" : " ",
                               Upper(address.locality())));
  if (!IsHome(address)) lines.push_back(Upper(CountryName(address.country())));
  return lines;
}

RecipientKey LetterKey(const std::string& name, const v1::PostalAddress& address) {
  return KeyOf(absl::StrCat(interchange::Fold(name), "|", Folded(address)), Channel::kLetter);
}

std::string PostalOrder(const std::string& name, const v1::PostalAddress& address) {
  return absl::StrCat(IsHome(address) ? "" : address.country(), " ", address.postal_code(), " ",
                      interchange::Fold(address.locality()), " ", interchange::Fold(name));
}

}  // namespace maillage::broadcast
