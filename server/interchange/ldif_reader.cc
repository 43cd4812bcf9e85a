// LDIF (RFC 2849) with entries of persons and organisations. No URL in it is
// ever followed, and no change of an entry carried out.
#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/interchange/address.h"
#include "server/interchange/body_reader.h"
#include "server/interchange/entry.h"
#include "server/interchange/ldif_attributes.h"
#include "server/interchange/lines.h"
#include "server/interchange/text.h"

namespace maillage::interchange {
namespace {

constexpr size_t kMaxAttributeBytes = 64 << 10;

class LdifReader : public BodyReader {
 public:
  LdifReader(v1::AudienceCategory category, Encoding encoding, Sink* sink)
      : encoding_(encoding),
        entry_(category, sink),
        scanner_(kMaxAttributeBytes, [this](const Line& line) { return OnLine(line); }) {}

  absl::Status Write(absl::string_view bytes) override { return scanner_.Write(bytes); }

  absl::Status Finish() override {
    RETURN_IF_ERROR(scanner_.Finish());
    RETURN_IF_ERROR(Flush());
    return EndEntry();
  }

  Encoding encoding() const override { return encoding_; }
  std::string kind() const override { return "LDIF"; }
  std::vector<std::string> unused_columns() const override {
    return {entry_.skipped().begin(), entry_.skipped().end()};
  }

 private:
  absl::Status OnLine(const Line& line) {
    if (!line.text.empty() && line.text[0] == ' ' && holding_) {
      const absl::string_view more = line.text.substr(1);
      const size_t room = kMaxAttributeBytes - held_.size();
      cut_ |= line.cut || more.size() > room;
      absl::StrAppend(&held_, more.substr(0, room));
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(Flush());
    if (absl::StripAsciiWhitespace(line.text).empty()) return EndEntry();
    holding_ = true;
    held_ = std::string(line.text);
    held_line_ = line.number;
    cut_ = line.cut;
    return absl::OkStatus();
  }

  // Reads the line that is whole now.
  absl::Status Flush() {
    if (!std::exchange(holding_, false)) return absl::OkStatus();
    const std::string text = std::exchange(held_, "");
    if (absl::StartsWith(text, "#")) return absl::OkStatus();
    const size_t colon = text.find(':');
    std::string name = absl::AsciiStrToLower(absl::StripAsciiWhitespace(text.substr(0, colon)));
    absl::string_view value = text;
    value.remove_prefix(colon == std::string::npos ? text.size() : colon + 1);
    if (!open_ && name == "version") return CheckVersion(value);
    if (!open_) Open(name);
    if (colon == std::string::npos) {
      // What ends one change of an entry, which is refused for that already.
      if (text != "-") entry_.Refuse(Shown(text), "This line is no attribute.");
      return absl::OkStatus();
    }
    AddAttribute(std::move(name), value);
    return absl::OkStatus();
  }

  void Open(absl::string_view name) {
    open_ = true;
    entry_.Start(held_line_);
    parts_ = LdifAddresses();
    if (name != "dn") entry_.Refuse("", "An entry begins with dn:.");
  }

  static absl::Status CheckVersion(absl::string_view value) {
    if (absl::StripAsciiWhitespace(value) == "1") return absl::OkStatus();
    return InvalidArgument("UNKNOWN_FORMAT",
                           absl::StrCat("LDIF of version ", Cut(value, 20), " is not known"),
                           "Export LDIF of version 1 (RFC 2849).");
  }

  void AddAttribute(std::string name, absl::string_view value) {
    const std::vector<std::string> options = absl::StrSplit(name, ';');
    PropertyInfo info{held_line_, options.front(), PreferenceOf(options), {}};
    if (absl::StartsWith(value, "<")) return RefuseUrl(info, value);
    if (options.front() == "dn") return;
    std::string decoded;
    const bool base64 = absl::ConsumePrefix(&value, ":");
    value = absl::StripAsciiWhitespace(value);
    const LdifAttribute* attribute = FindLdifAttribute(options.front());
    const bool binary = std::find(options.begin(), options.end(), "binary") != options.end();
    if (attribute == nullptr || binary) return entry_.Skip(options.front());
    if (cut_) return entry_.Flag(info, Shown(value), "The text is longer than 64 KiB.");
    if (base64) {
      if (!absl::Base64Unescape(value, &decoded)) {
        return entry_.Flag(info, Shown(value), "This is no base64.");
      }
      value = decoded;
    }
    std::string scratch;
    Mend mend;
    Encoding own = Encoding::kUndecided;  // of what is encoded
    const absl::string_view text = DecodeCell(value, base64 ? &own : &encoding_, &scratch, &mend);
    info.scope = attribute->scope;
    Place(*attribute, info, text, mend);
  }

  void Place(const LdifAttribute& attribute, const PropertyInfo& info, absl::string_view text,
             Mend mend) {
    switch (attribute.use) {
      case LdifUse::kChange:
        if (!absl::EqualsIgnoreCase(text, "add")) {
          entry_.Refuse(Shown(text), "The entry is a change; only additions are read.");
        }
        return;
      case LdifUse::kClass:
        return PlaceClass(absl::AsciiStrToLower(text));
      case LdifUse::kAddress:
        return parts_.Add(info, attribute.part, text);
      case LdifUse::kField:
        return entry_.Add(attribute.field, info, text, mend);
    }
  }

  void PlaceClass(absl::string_view name) {
    if (absl::StrContains(name, "person")) person_ = true;
    if (name == "organization" || name == "organizationalunit") organisation_ = true;
  }

  // The value stays on the record as it came, or the record without a name is refused.
  void RefuseUrl(const PropertyInfo& info, absl::string_view value) {
    constexpr absl::string_view kReason = "A URL is never followed: the value was not read.";
    if (info.name == "dn") return entry_.Refuse(Shown(value), kReason);
    entry_.Flag(info, Shown(value), kReason);
  }

  absl::Status EndEntry() {
    if (!std::exchange(open_, false)) return absl::OkStatus();
    if (person_) {
      entry_.SetKind(v1::ACTOR_KIND_PERSON);
    } else if (organisation_) {
      entry_.SetKind(v1::ACTOR_KIND_ORGANISATION);
    }
    DecideNames();
    parts_.Release(&entry_);
    person_ = organisation_ = false;
    return entry_.Finish();
  }

  // cn says again what sn and givenName say; ou is the organisation of an entry
  // without another.
  void DecideNames() {
    if (!person_ && organisation_) entry_.Drop(Field::kFullName);
    if (entry_.Has(Field::kFamily)) {
      if (entry_.Has(Field::kGiven)) {
        entry_.Drop(Field::kFullName);
      } else if (entry_.Has(Field::kFullName)) {
        entry_.Drop(Field::kFamily);
      }
    }
  }

  // French goes before what has no language, that before the others.
  static int PreferenceOf(const std::vector<std::string>& options) {
    int preference = 50;
    for (size_t i = 1; i < options.size(); ++i) {
      if (absl::StartsWith(options[i], "lang-")) {
        preference = absl::StartsWith(options[i], "lang-fr") ? 1 : 100;
      }
    }
    return preference;
  }

  std::string Shown(absl::string_view bytes) const {
    std::string scratch;
    Mend mend;
    Encoding encoding = encoding_;
    return Clean(DecodeCell(absl::StripAsciiWhitespace(bytes), &encoding, &scratch, &mend));
  }

  Encoding encoding_;
  Entry entry_;
  LineScanner scanner_;
  LdifAddresses parts_;
  bool open_ = false;  // an entry has begun
  bool person_ = false;
  bool organisation_ = false;
  // The line that may go on in the next.
  bool holding_ = false;
  std::string held_;
  int64_t held_line_ = 0;
  bool cut_ = false;
};

}  // namespace

std::unique_ptr<BodyReader> NewLdifReader(v1::AudienceCategory category, Encoding encoding,
                                          Sink* sink) {
  return std::make_unique<LdifReader>(category, encoding, sink);
}

}  // namespace maillage::interchange
