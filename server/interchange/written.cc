#include "server/interchange/written.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "server/interchange/values.h"

namespace maillage::interchange {
namespace {

// Actors in protobuf JSON, one a line.
class JsonWriter : public ActorWriter {
 public:
  void Append(const v1::Actor& actor, absl::string_view /*origin*/,
              std::string* out) const override {
    std::string line;
    // Every actor has a JSON form: it holds no Any and no time out of range.
    google::protobuf::util::MessageToJsonString(actor, &line);
    absl::StrAppend(out, line, "\n");
  }
};

bool ReadsBack(const std::string& written, absl::string_view e164) {
  const auto found = FindPhones(written);
  return found.size() == 1 && found.front().ok() && found.front().value == e164;
}

// "03 53 01 00 12" of "353010012".
std::string InPairs(absl::string_view nine) {
  std::string text = absl::StrCat("0", nine.substr(0, 1));
  for (size_t i = 1; i < nine.size(); i += 2) absl::StrAppend(&text, " ", nine.substr(i, 2));
  return text;
}

}  // namespace

std::unique_ptr<ActorWriter> NewJsonWriter() { return std::make_unique<JsonWriter>(); }

absl::StatusOr<std::unique_ptr<ActorWriter>> NewActorWriter(v1::ExportFormat format) {
  switch (format) {
    case v1::EXPORT_FORMAT_CSV:
      return NewCsvWriter();
    case v1::EXPORT_FORMAT_VCARD:
      return NewVcardWriter(VcardVersion::k4);
    case v1::EXPORT_FORMAT_VCARD3:
      return NewVcardWriter(VcardVersion::k3);
    case v1::EXPORT_FORMAT_LDIF:
      return NewLdifWriter();
    case v1::EXPORT_FORMAT_JSON:
      return NewJsonWriter();
    default:
      return InvalidArgument("BAD_FORMAT", "it is not said what kind of file to write",
                             "csv, vcard, vcard3, ldif or json");
  }
}

absl::string_view UuidOf(const v1::Actor& actor) {
  const absl::string_view name = actor.name();
  return name.substr(name.rfind('/') + 1);
}

std::vector<const v1::Membership*> LastingMemberships(const v1::Actor& actor) {
  std::vector<const v1::Membership*> lasting;
  for (const v1::Membership& membership : actor.memberships()) {
    if (!membership.has_end()) lasting.push_back(&membership);
  }
  return lasting;
}

std::vector<absl::string_view> CommunesOf(const v1::Actor& actor) {
  std::vector<absl::string_view> codes;
  for (const v1::TerritoryRef& ref : actor.territories()) {
    if (ref.level() == v1::TERRITORY_LEVEL_COMMUNE) codes.push_back(ref.code());
  }
  return codes;
}

absl::string_view FrenchCategory(v1::AudienceCategory category) {
  switch (category) {
    case v1::AUDIENCE_CATEGORY_INSTITUTION:
      return "Institution";
    case v1::AUDIENCE_CATEGORY_ELECTED_OFFICIAL:
      return "Élu";
    case v1::AUDIENCE_CATEGORY_PROFESSIONAL:
      return "Professionnel";
    case v1::AUDIENCE_CATEGORY_ASSOCIATION:
      return "Association";
    case v1::AUDIENCE_CATEGORY_COMPANY:
      return "Entreprise";
    case v1::AUDIENCE_CATEGORY_CITIZEN:
      return "Habitant";
    default:
      return "";
  }
}

void AppendFolded(absl::string_view line, size_t most, absl::string_view end, std::string* out) {
  const auto continues = [&](size_t at) {
    return at < line.size() && (static_cast<unsigned char>(line[at]) & 0xC0) == 0x80;
  };
  size_t room = most;
  while (line.size() > room) {
    size_t cut = room;
    while (cut > 0 && continues(cut)) --cut;
    absl::StrAppend(out, line.substr(0, cut), end, " ");
    line.remove_prefix(cut);
    room = most - 1;  // the blank counts
  }
  absl::StrAppend(out, line, end);
}

std::string DialledPhone(absl::string_view e164) {
  const absl::string_view digits = e164.substr(absl::StartsWith(e164, "+") ? 1 : 0);
  // France and the overseas departements, whose national numbers have nine.
  for (const absl::string_view country : {"33", "262", "590", "594", "596"}) {
    if (!absl::StartsWith(digits, country) || digits.size() != country.size() + 9) continue;
    std::string national = InPairs(digits.substr(country.size()));
    if (ReadsBack(national, e164)) return national;
  }
  std::string abroad = absl::StrCat("00 ", digits);
  return ReadsBack(abroad, e164) ? abroad : std::string(e164);
}

}  // namespace maillage::interchange
