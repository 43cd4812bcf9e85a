// vCard 4.0 (RFC 6350) and 3.0 (RFC 2426).
#include <google/protobuf/util/time_util.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "server/interchange/values.h"
#include "server/interchange/written.h"

namespace maillage::interchange {
namespace {

constexpr size_t kMostOctets = 75;

std::string Escaped(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"\\", "\\\\"}, {",", "\\,"}, {";", "\\;"}, {"\r\n", "\\n"}, {"\n", "\\n"}});
}

// A scheme of an identifier as a part of the name of a property.
std::string PropertyOf(absl::string_view scheme) {
  std::string name = "X-";
  for (const char c : scheme) name.push_back(absl::ascii_isalnum(c) ? absl::ascii_toupper(c) : '-');
  return name;
}

// One card while it is being written.
class Card {
 public:
  Card(const v1::Actor& actor, VcardVersion version, std::string* out)
      : actor_(actor), four_(version == VcardVersion::k4), out_(*out) {}

  void Write(absl::string_view origin) {
    Line("BEGIN:VCARD");
    Line(four_ ? "VERSION:4.0" : "VERSION:3.0");
    WriteNames();
    WriteMemberships();
    WriteContacts();
    WriteRest(origin);
    Line("END:VCARD");
  }

 private:
  void Line(absl::string_view line) { AppendFolded(line, kMostOctets, "\r\n", &out_); }
  void Text(absl::string_view property, absl::string_view text) {
    if (!text.empty()) Line(absl::StrCat(property, ":", Escaped(text)));
  }
  template <typename List>
  void Texts(absl::string_view property, const List& texts) {
    if (texts.empty()) return;
    Line(absl::StrCat(property, ":",
                      absl::StrJoin(texts, ",", [](std::string* out, absl::string_view text) {
                        absl::StrAppend(out, Escaped(text));
                      })));
  }
  bool person() const { return actor_.kind() == v1::ACTOR_KIND_PERSON; }

  void WriteNames() {
    const v1::PersonName& name = actor_.person_name();
    if (four_) Line(person() ? "KIND:individual" : "KIND:org");
    Line(absl::StrCat("UID:", four_ ? "urn:uuid:" : "", UuidOf(actor_)));
    if (person()) {
      const std::string space = name.given().empty() || name.family().empty() ? "" : " ";
      Line(absl::StrCat("N:", Escaped(name.family()), ";", Escaped(name.given()), ";;",
                        Escaped(name.honorific()), ";"));
      Text("FN", absl::StrCat(name.given(), space, name.family()));
      return;
    }
    // RFC 2426 asks for a name even where nobody has one.
    if (!four_) Line("N:;;;;");
    Text("FN", actor_.organisation_name());
    Text("ORG", actor_.organisation_name());
    Text("NICKNAME", actor_.acronym());
    if (!four_) Line("X-ABSHOWAS:COMPANY");
  }

  // Those after the first are told apart by a group each.
  void WriteMemberships() {
    std::string group;
    int number = 1;
    for (const v1::Membership* membership : LastingMemberships(actor_)) {
      if (number > 1) group = absl::StrCat("m", number, ".");
      ++number;
      Text(absl::StrCat(group, "ORG"), membership->organisation_name());
      Text(absl::StrCat(group, "TITLE"), membership->role());
    }
  }

  // "TEL;TYPE=work,cell;PREF=1", in capitals and with "pref" among the types in
  // 3.0.
  std::string Typed(absl::string_view property, const v1::ContactPoint& point,
                    absl::string_view more, bool first) const {
    std::string types = point.scope() == v1::CONTACT_SCOPE_WORK ? "work" : "home";
    if (!more.empty()) absl::StrAppend(&types, ",", more);
    if (first && !four_) absl::StrAppend(&types, ",pref");
    if (four_) {
      // Several types in one parameter stand in quotes.
      const absl::string_view quote = more.empty() ? "" : "\"";
      return absl::StrCat(property, ";TYPE=", quote, types, quote, first ? ";PREF=1" : "");
    }
    return absl::StrCat(property, ";TYPE=", absl::AsciiStrToUpper(types));
  }

  void WriteContacts() {
    bool first_of[v1::ContactKind_ARRAYSIZE];
    for (bool& first : first_of) first = true;
    for (const v1::ContactPoint& point : actor_.contact_points()) {
      const bool first = first_of[point.kind()];
      first_of[point.kind()] = false;
      if (point.kind() == v1::CONTACT_KIND_EMAIL) {
        Text(Typed("EMAIL", point, four_ ? "" : "internet", first), point.value());
      } else if (point.kind() == v1::CONTACT_KIND_PHONE) {
        Text(Typed("TEL", point, IsMobile(point.value()) ? "cell" : "voice", first), point.value());
      } else {
        WriteAddress(Typed("ADR", point, "", first), point.postal());
      }
    }
  }

  void WriteAddress(absl::string_view property, const v1::PostalAddress& postal) {
    Line(absl::StrCat(property, ":;;", Escaped(absl::StrJoin(postal.lines(), "\n")), ";",
                      Escaped(postal.locality()), ";;", Escaped(postal.postal_code()), ";",
                      Escaped(postal.country())));
  }

  // The category of the audience first, in the word by which our own reader knows it.
  void WriteCategories() {
    std::vector<absl::string_view> words(actor_.themes().begin(), actor_.themes().end());
    if (!actor_.categories().empty()) {
      words.insert(words.begin(), FrenchCategory(actor_.categories(0)));
    }
    Texts("CATEGORIES", words);
  }

  void WriteRest(absl::string_view origin) {
    WriteCategories();
    Text("NOTE", actor_.notes());
    for (const v1::Identifier& identifier : actor_.identifiers()) {
      Text(PropertyOf(identifier.scheme()), identifier.value());
    }
    for (const absl::string_view code : CommunesOf(actor_)) Text("X-INSEE", code);
    Text("X-ORIGIN", origin);
    if (!actor_.has_update_time()) return;
    const absl::Time changed = absl::FromUnixSeconds(actor_.update_time().seconds());
    Line(absl::StrCat("REV:", absl::FormatTime("%Y%m%dT%H%M%SZ", changed, absl::UTCTimeZone())));
  }

  const v1::Actor& actor_;
  const bool four_;
  std::string& out_;
};

class VcardWriter : public ActorWriter {
 public:
  explicit VcardWriter(VcardVersion version) : version_(version) {}
  void Append(const v1::Actor& actor, absl::string_view origin, std::string* out) const override {
    Card(actor, version_, out).Write(origin);
  }

 private:
  const VcardVersion version_;
};

}  // namespace

std::unique_ptr<ActorWriter> NewVcardWriter(VcardVersion version) {
  return std::make_unique<VcardWriter>(version);
}

}  // namespace maillage::interchange
