// LDIF (RFC 2849): inetOrgPerson (RFC 2798) and organization (RFC 4519).
#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "server/interchange/values.h"
#include "server/interchange/written.h"

namespace maillage::interchange {
namespace {

constexpr size_t kMostOctets = 76;

// RFC 2849, SAFE-STRING: all else goes in base64; a blank at the end too, which
// nobody would see.
bool IsSafe(absl::string_view value) {
  if (value.empty()) return true;
  const char first = value.front();
  if (first == ' ' || first == ':' || first == '<' || value.back() == ' ') return false;
  return std::all_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0 && byte < 0x80 && c != '\n' && c != '\r';
  });
}

// RFC 4517, postal address: lines between $, which is escaped.
std::string PostalText(const v1::PostalAddress& postal) {
  std::vector<std::string> lines(postal.lines().begin(), postal.lines().end());
  const std::string gap = postal.postal_code().empty() || postal.locality().empty() ? "" : " ";
  lines.push_back(absl::StrCat(postal.postal_code(), gap, postal.locality()));
  return absl::StrJoin(lines, "$", [](std::string* out, const std::string& line) {
    absl::StrAppend(out, absl::StrReplaceAll(line, {{"\\", "\\5C"}, {"$", "\\24"}}));
  });
}

// One entry while it is being written.
class Entry {
 public:
  Entry(const v1::Actor& actor, std::string* out) : actor_(actor), out_(*out) {}

  void Write() {
    Value("dn", absl::StrCat("uid=", UuidOf(actor_), ",ou=maillage"));
    actor_.kind() == v1::ACTOR_KIND_PERSON ? WritePerson() : WriteOrganisation();
    Value("uid", UuidOf(actor_));
    for (const v1::ContactPoint& point : actor_.contact_points()) WriteContact(point);
    for (const std::string& theme : actor_.themes()) Value("businessCategory", theme);
    if (!actor_.categories().empty()) {
      Value("x-category", FrenchCategory(actor_.categories(0)));
    }
    for (const v1::Identifier& identifier : actor_.identifiers()) {
      Value(absl::StrCat("x-", absl::AsciiStrToLower(identifier.scheme())), identifier.value());
    }
    for (const absl::string_view code : CommunesOf(actor_)) Value("x-insee", code);
    Value("description", actor_.notes());
    out_.push_back('\n');
  }

 private:
  // Nothing for an empty value: attributes of a directory have one.
  void Value(absl::string_view attribute, absl::string_view value) {
    if (value.empty()) return;
    const std::string line = IsSafe(value)
                                 ? absl::StrCat(attribute, ": ", value)
                                 : absl::StrCat(attribute, ":: ", absl::Base64Escape(value));
    AppendFolded(line, kMostOctets, "\n", &out_);
  }

  void WritePerson() {
    for (const char* name :
         {"top", "person", "organizationalPerson", "inetOrgPerson", "extensibleObject"}) {
      Value("objectClass", name);
    }
    const v1::PersonName& name = actor_.person_name();
    const std::string gap = name.given().empty() || name.family().empty() ? "" : " ";
    Value("cn", absl::StrCat(name.given(), gap, name.family()));
    // The schema asks for a family name.
    Value("sn", name.family().empty() ? name.given() : name.family());
    Value("givenName", name.given());
    Value("personalTitle", name.honorific());
    const auto memberships = LastingMemberships(actor_);
    if (memberships.empty()) return;
    Value("o", memberships.front()->organisation_name());
    Value("title", memberships.front()->role());
  }

  void WriteOrganisation() {
    for (const char* name : {"top", "organization", "extensibleObject"}) Value("objectClass", name);
    Value("cn", actor_.organisation_name());
    Value("o", actor_.organisation_name());
    Value("displayName", actor_.acronym());
  }

  void WriteContact(const v1::ContactPoint& point) {
    const bool work = point.scope() == v1::CONTACT_SCOPE_WORK;
    if (point.kind() == v1::CONTACT_KIND_EMAIL) {
      Value("mail", point.value());
    } else if (point.kind() == v1::CONTACT_KIND_PHONE) {
      Value(IsMobile(point.value()) ? "mobile" : (work ? "telephoneNumber" : "homePhone"),
            point.value());
    } else {
      WriteAddress(point.postal(), work);
    }
  }

  // The parts of one address of work and of one of home can be told apart.
  void WriteAddress(const v1::PostalAddress& postal, bool work) {
    Value(work ? "postalAddress" : "homePostalAddress", PostalText(postal));
    if (std::exchange(addressed_[work ? 1 : 0], true)) return;
    Value(work ? "street" : "mozillaHomeStreet", absl::StrJoin(postal.lines(), "\n"));
    Value(work ? "postalCode" : "mozillaHomePostalCode", postal.postal_code());
    Value(work ? "l" : "mozillaHomeLocalityName", postal.locality());
    Value(work ? "c" : "mozillaHomeCountryName", postal.country());
  }

  const v1::Actor& actor_;
  std::string& out_;
  bool addressed_[2] = {};
};

class LdifWriter : public ActorWriter {
 public:
  std::string Beginning() const override { return "version: 1\n\n"; }
  void Append(const v1::Actor& actor, absl::string_view /*origin*/,
              std::string* out) const override {
    Entry(actor, out).Write();
  }
};

}  // namespace

std::unique_ptr<ActorWriter> NewLdifWriter() { return std::make_unique<LdifWriter>(); }

}  // namespace maillage::interchange
