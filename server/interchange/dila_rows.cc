// The directory of the public administrations that the DILA publishes as CSV:
// what there is several of stands as JSON in one cell.
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/base/status_macros.h"
#include "server/interchange/address.h"
#include "server/interchange/named_cells.h"
#include "server/interchange/row_reader.h"
#include "server/interchange/text.h"

namespace maillage::interchange {
namespace {

namespace pb = google::protobuf;

constexpr int kMaxPersons = 100;

const std::set<std::string>& Known() {
  static const auto* const known = new std::set<std::string>{
      "id",    "nom",       "sigle",         "code_insee_commune", "adresse",
      "siret", "telephone", "site_internet", "adresse_courriel",   "affectation_personne",
      "siren"};
  return *known;
}

// The text of a field, or of the first of several; empty if it is none.
std::string TextOf(const pb::Struct& object, const char* name) {
  const auto found = object.fields().find(name);
  return found == object.fields().end() ? "" : Clean(found->second.string_value());
}

// What stands in `cell`: objects, texts as objects with a "valeur", or nothing.
// False where it begins as JSON does and is none.
bool ReadObjects(absl::string_view cell, std::vector<pb::Struct>* objects) {
  const std::string clean = Clean(cell);
  if (clean.empty() || clean == "null") return true;
  pb::Value value;
  const bool json = clean[0] == '[' || clean[0] == '{';
  if (!json) {
    value.set_string_value(std::string(cell));
  } else if (!IsUtf8(cell) ||
             !pb::util::JsonStringToMessage({cell.data(), cell.size()}, &value).ok()) {
    return false;
  }
  pb::ListValue list;
  if (value.has_list_value()) {
    list = value.list_value();
  } else {
    *list.add_values() = value;
  }
  for (pb::Value& item : *list.mutable_values()) {
    if (item.has_string_value()) {
      (*objects->emplace_back().mutable_fields())["valeur"] = item;
    } else if (item.has_struct_value()) {
      objects->push_back(std::move(*item.mutable_struct_value()));
    }
  }
  return true;
}

class DilaRows : public RowReader {
 public:
  DilaRows(std::vector<std::string> headings, Sink* sink)
      : cells_(std::move(headings), Known(), {}),
        entry_(v1::AUDIENCE_CATEGORY_INSTITUTION, sink),
        person_(v1::AUDIENCE_CATEGORY_UNSPECIFIED, sink) {}

  absl::Status OnRow(const TextRow& row) override {
    cells_.SetRow(&row);
    if (!row.torn && cells_.IsBlank()) return absl::OkStatus();
    entry_.Start(row.line);
    if (!cells_.Fits()) {
      entry_.Refuse(cells_.Text("nom"), "The cells of this record do not fit the headings.");
      return entry_.Finish();
    }
    if (cells_.Text("nom").empty()) entry_.Refuse(cells_.Text("id"), "The name is missing.");
    entry_.SetOrganisation(v1::ORGANISATION_TYPE_INSTITUTION);
    Add("nom", Field::kOrganisation);
    entry_.SetAcronym(cells_.Text("sigle"));
    Add("siret", Field::kSiret);
    if (cells_.Text("siret").empty()) Add("siren", Field::kSiret);
    AddInsee(&entry_);
    if (!cells_.Text("id").empty()) entry_.AddIdentifier("DILA", cells_.Text("id"));
    AddEach("adresse_courriel", Field::kEmail);
    AddEach("telephone", Field::kPhone);
    AddEach("site_internet", Field::kNote);
    AddAddresses();
    const std::vector<pb::Struct> persons = Objects("affectation_personne");
    RETURN_IF_ERROR(entry_.Finish());
    return ReadPersons(persons);
  }

  std::vector<std::string> unused_columns() const override { return cells_.unused(); }

 private:
  void Add(absl::string_view name, Field field) {
    entry_.Add(field, cells_.Info(name), cells_.Raw(name), cells_.MendOf(name));
  }

  // One code, or a list of those of a commune and of what merged into it.
  void AddInsee(Entry* entry) {
    std::vector<pb::Struct> codes;
    const bool sound = ReadObjects(cells_.Raw("code_insee_commune"), &codes);
    if (!sound) return Add("code_insee_commune", Field::kInsee);
    if (codes.empty()) return;
    entry->Add(Field::kInsee, cells_.Info("code_insee_commune"), TextOf(codes[0], "valeur"));
  }

  std::vector<pb::Struct> Objects(absl::string_view name) {
    std::vector<pb::Struct> objects;
    if (!ReadObjects(cells_.Raw(name), &objects)) {
      entry_.Flag(cells_.Info(name), Clean(cells_.Raw(name)), "The cell is no sound JSON.");
    }
    return objects;
  }

  void AddEach(absl::string_view name, Field field) {
    for (const pb::Struct& object : Objects(name)) {
      const std::string text = TextOf(object, "valeur");
      // The directory has addresses of mailboxes where those of sites belong.
      const bool mailbox =
          field == Field::kNote && absl::StrContains(text, '@') && !absl::StrContains(text, '/');
      entry_.Add(mailbox ? Field::kEmail : field, cells_.Info(name), text, cells_.MendOf(name));
    }
  }

  void AddAddresses() {
    for (const pb::Struct& object : Objects("adresse")) {
      AddressParts parts;
      for (const char* line :
           {"complement1", "complement2", "numero_voie", "service_distribution"}) {
        parts.lines.push_back(TextOf(object, line));
      }
      parts.postal_code = TextOf(object, "code_postal");
      parts.locality = TextOf(object, "nom_commune");
      parts.country = TextOf(object, "pays");
      v1::PostalAddress postal;
      if (MakeAddress(parts, &postal)) {
        entry_.AddAddress(cells_.Info("adresse"), std::move(postal));
      }
    }
  }

  // Those who act for the administration, each a record of its own.
  absl::Status ReadPersons(const std::vector<pb::Struct>& assignments) {
    int count = 0;
    for (const pb::Struct& assignment : assignments) {
      const auto found = assignment.fields().find("personne");
      if (found == assignment.fields().end() || !found->second.has_struct_value()) continue;
      const pb::Struct& person = found->second.struct_value();
      // A function that nobody holds.
      if (TextOf(person, "nom").empty()) continue;
      if (++count > kMaxPersons) break;
      RETURN_IF_ERROR(ReadPerson(assignment, person));
    }
    return absl::OkStatus();
  }

  absl::Status ReadPerson(const pb::Struct& assignment, const pb::Struct& person) {
    const PropertyInfo info = cells_.Info("affectation_personne");
    person_.Start(info.line);
    person_.SetKind(v1::ACTOR_KIND_PERSON);
    person_.Add(Field::kHonorific, info, TextOf(person, "civilite"));
    person_.Add(Field::kFamily, info, TextOf(person, "nom"));
    person_.Add(Field::kGiven, info, TextOf(person, "prenom"));
    person_.Add(Field::kNote, info, TextOf(person, "grade"));
    person_.Add(Field::kRole, info, TextOf(assignment, "fonction"));
    person_.Add(Field::kPhone, info, TextOf(assignment, "telephone"));
    person_.Add(Field::kOrganisation, cells_.Info("nom"), cells_.Raw("nom"));
    const auto mail = person.fields().find("adresse_courriel");
    if (mail != person.fields().end()) {
      person_.Add(Field::kEmail, info, mail->second.string_value());
      for (const pb::Value& item : mail->second.list_value().values()) {
        person_.Add(Field::kEmail, info, TextOf(item.struct_value(), "valeur"));
      }
    }
    AddInsee(&person_);
    AddPlace();
    return person_.Finish();
  }

  // Where the person works, by the administration's first address; not an address
  // of the person's.
  void AddPlace() {
    std::vector<pb::Struct> addresses;
    if (!ReadObjects(cells_.Raw("adresse"), &addresses) || addresses.empty()) return;
    const PropertyInfo info = cells_.Info("adresse");
    person_.Add(Field::kPostalCode, info, TextOf(addresses[0], "code_postal"));
    person_.Add(Field::kLocality, info, TextOf(addresses[0], "nom_commune"));
  }

  NamedCells cells_;
  Entry entry_;
  Entry person_;
};

}  // namespace

bool AreDilaHeadings(const std::vector<std::string>& headings) {
  const auto has = [&headings](absl::string_view name) {
    return std::find(headings.begin(), headings.end(), name) != headings.end();
  };
  return has("nom") && has("adresse") && (has("affectation_personne") || has("pivot"));
}

std::unique_ptr<RowReader> NewDilaRows(std::vector<std::string> headings, Sink* sink) {
  return std::make_unique<DilaRows>(std::move(headings), sink);
}

}  // namespace maillage::interchange
