#include "server/interchange/email.h"

#include <unicode/bytestream.h>
#include <unicode/idna.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/base/error.h"

namespace maillage::interchange {
namespace {

constexpr size_t kMaxLocalBytes = 64;     // RFC 5321, 4.5.3.1.1
constexpr size_t kMaxAddressBytes = 254;  // RFC 5321, erratum 1690

absl::Status Bad(absl::string_view what) {
  return InvalidArgument("BAD_EMAIL", what, "local-part@domain");
}

bool IsLocalByte(unsigned char c) {
  return absl::ascii_isalnum(c) || c >= 0x80 ||
         (c != 0 && absl::StrContains("!#$%&'*+-/=?^_`{|}~.",
                                      absl::string_view(reinterpret_cast<const char*>(&c), 1)));
}

bool IsDomain(absl::string_view domain) {
  const std::vector<absl::string_view> labels = absl::StrSplit(domain, '.');
  if (labels.size() < 2) return false;
  for (const absl::string_view label : labels) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') {
      return false;
    }
    if (!std::all_of(label.begin(), label.end(),
                     [](unsigned char c) { return absl::ascii_isalnum(c) || c == '-'; })) {
      return false;
    }
  }
  return !std::all_of(labels.back().begin(), labels.back().end(),
                      [](unsigned char c) { return absl::ascii_isdigit(c); });
}

// The domain in A-labels; empty where it has none.
std::string ToALabels(absl::string_view domain) {
  static const icu::IDNA* const idna = [] {
    UErrorCode error = U_ZERO_ERROR;
    return icu::IDNA::createUTS46Instance(UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI, error);
  }();
  std::string ascii;
  icu::StringByteSink<std::string> sink(&ascii);
  icu::IDNAInfo info;
  UErrorCode error = U_ZERO_ERROR;
  idna->nameToASCII_UTF8({domain.data(), static_cast<int32_t>(domain.size())}, sink, info, error);
  return U_SUCCESS(error) && !info.hasErrors() ? ascii : "";
}

// NFC and lower case, of any script.
std::string LowerNfc(absl::string_view utf8) {
  const bool ascii = std::all_of(utf8.begin(), utf8.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii) return absl::AsciiStrToLower(utf8);
  UErrorCode error = U_ZERO_ERROR;
  auto text = icu::UnicodeString::fromUTF8({utf8.data(), static_cast<int32_t>(utf8.size())});
  text.toLower(icu::Locale::getRoot());
  std::string lower;
  icu::Normalizer2::getNFCInstance(error)->normalize(text, error).toUTF8String(lower);
  return U_SUCCESS(error) ? lower : "";
}

}  // namespace

absl::StatusOr<std::string> NormaliseEmail(absl::string_view address) {
  const absl::string_view trimmed = absl::StripAsciiWhitespace(address);
  const size_t at = trimmed.rfind('@');
  if (at == absl::string_view::npos) return Bad("there is no @");
  const std::string local = LowerNfc(trimmed.substr(0, at));
  if (local.empty() || local.size() > kMaxLocalBytes) {
    return Bad("what stands before the @ is empty or too long");
  }
  if (!std::all_of(local.begin(), local.end(), [](char c) { return IsLocalByte(c); })) {
    return Bad("a character before the @ cannot stand there");
  }
  if (local.front() == '.' || local.back() == '.' || absl::StrContains(local, "..")) {
    return Bad("a dot stands wrong before the @");
  }
  std::string domain = absl::AsciiStrToLower(trimmed.substr(at + 1));
  if (!IsDomain(domain)) domain = ToALabels(domain);
  if (!IsDomain(domain)) return Bad("what stands after the @ is no domain");
  if (local.size() + 1 + domain.size() > kMaxAddressBytes) return Bad("the address is too long");
  return absl::StrCat(local, "@", domain);
}

}  // namespace maillage::interchange
