#include "server/directory/territories.h"

#include <google/protobuf/arena.h>

#include <algorithm>
#include <array>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "client/base/error.h"
#include "server/directory/commune_names.h"

extern "C" {
extern const char maillage_territories_begin[];
extern const char maillage_territories_end[];
}

namespace maillage::directory {
namespace {

using v1::Territory;
using v1::TerritoryLevel;
using Cells = std::vector<absl::string_view>;

constexpr absl::string_view kLevelPrefix = "TERRITORY_LEVEL_";

absl::string_view LevelName(TerritoryLevel level) {
  return absl::StripPrefix(v1::TerritoryLevel_Name(level).c_str(), kLevelPrefix);
}

TerritoryLevel LevelOf(absl::string_view name) {
  TerritoryLevel level = v1::TERRITORY_LEVEL_UNSPECIFIED;
  v1::TerritoryLevel_Parse(absl::StrCat(kLevelPrefix, absl::AsciiStrToUpper(name)), &level);
  return level;
}

TerritoryLevel LevelOfRow(char kind) {
  switch (kind) {
    case 'R':
      return v1::TERRITORY_LEVEL_REGION;
    case 'D':
      return v1::TERRITORY_LEVEL_DEPARTEMENT;
    case 'A':
      return v1::TERRITORY_LEVEL_ARRONDISSEMENT;
    case 'E':
      return v1::TERRITORY_LEVEL_EPCI;
    default:
      return v1::TERRITORY_LEVEL_COMMUNE;
  }
}

std::string CandidateList(const std::vector<const Territory*>& found) {
  const size_t shown = std::min<size_t>(found.size(), 5);
  std::string list = absl::StrJoin(found.begin(), found.begin() + shown, ", ",
                                   [](std::string* out, const Territory* t) {
                                     absl::StrAppend(out, t->title(), " (", t->ref().code(), ")");
                                   });
  if (found.size() > shown) absl::StrAppend(&list, " and ", found.size() - shown, " more");
  return list;
}

// The digits by which the postal codes of a departement begin, mostly.
absl::string_view PostalPrefix(absl::string_view departement) {
  return departement == "2A" || departement == "2B" ? "20" : departement;
}

absl::string_view DepartementOf(const Territory& commune) {
  for (const auto& ancestor : commune.ancestors()) {
    if (ancestor.level() == v1::TERRITORY_LEVEL_DEPARTEMENT) return ancestor.code();
  }
  return "";
}

bool HasPostalCode(const Territory& commune, absl::string_view postal_code) {
  return std::any_of(commune.postal_codes().begin(), commune.postal_codes().end(),
                     [postal_code](const std::string& code) { return code == postal_code; });
}

}  // namespace

struct Territories::Tables {
  google::protobuf::Arena arena;
  std::array<std::vector<const Territory*>, v1::TerritoryLevel_ARRAYSIZE> levels;
  std::array<absl::flat_hash_map<absl::string_view, const Territory*>, v1::TerritoryLevel_ARRAYSIZE>
      by_code;
  std::vector<const Territory*> all;
  CommuneNames names;
  int vintage = 0;

  void Read(absl::string_view text);
  void ReadRow(const Cells& cells);
  void ReadCommune(const Cells& cells, Territory* commune);
  void AddAncestor(TerritoryLevel level, absl::string_view code, Territory* below) const;
  const Territory* Find(TerritoryLevel level, absl::string_view code) const {
    const auto found = by_code[level].find(code);
    return found == by_code[level].end() ? nullptr : found->second;
  }
  absl::StatusOr<const Territory*> FindAnywhere(absl::string_view code) const;
};

void Territories::Tables::AddAncestor(TerritoryLevel level, absl::string_view code,
                                      Territory* below) const {
  if (const Territory* above = Find(level, code)) *below->add_ancestors() = above->ref();
}

void Territories::Tables::ReadCommune(const Cells& cells, Territory* commune) {
  const auto index = static_cast<uint32_t>(levels[v1::TERRITORY_LEVEL_COMMUNE].size());
  names.Add(commune->title(), index, NameRank::kPresent);
  for (absl::string_view code : absl::StrSplit(cells[7], ' ', absl::SkipEmpty())) {
    commune->add_postal_codes(code.data(), code.size());
  }
  for (absl::string_view former : absl::StrSplit(cells[8], '|', absl::SkipEmpty())) {
    const size_t equals = former.find('=');
    const absl::string_view title = former.substr(equals + 1);
    commune->add_former_codes(former.data(), equals);
    commune->add_former_titles(title.data(), title.size());
    by_code[v1::TERRITORY_LEVEL_COMMUNE].try_emplace(former.substr(0, equals), commune);
    names.Add(title, index, NameRank::kFormer);
  }
}

// Rows stand so that what lies above comes first; see the head of the table.
void Territories::Tables::ReadRow(const Cells& cells) {
  const TerritoryLevel level = LevelOfRow(cells[0].front());
  auto* t = google::protobuf::Arena::CreateMessage<Territory>(&arena);
  t->set_name(absl::StrCat("territories/", LevelName(level), "/", cells[1]));
  t->mutable_ref()->set_level(level);
  t->mutable_ref()->set_code(cells[1].data(), cells[1].size());
  t->mutable_ref()->set_vintage(vintage);
  t->set_title(cells[2].data(), cells[2].size());
  int64_t population = 0;
  if (absl::SimpleAtoi(cells[3], &population)) t->set_population(population);
  const bool commune = level == v1::TERRITORY_LEVEL_COMMUNE;
  const bool epci = level == v1::TERRITORY_LEVEL_EPCI;
  absl::string_view region = level == v1::TERRITORY_LEVEL_DEPARTEMENT ? cells[4] : "";
  absl::string_view departement = level == v1::TERRITORY_LEVEL_ARRONDISSEMENT ? cells[4] : "";
  if (commune) AddAncestor(v1::TERRITORY_LEVEL_EPCI, cells[4], t);
  if (commune) departement = cells[6];
  if (epci) departement = cells[5];
  if (epci) region = cells[6];
  if (commune || epci) {
    AddAncestor(v1::TERRITORY_LEVEL_ARRONDISSEMENT, cells[commune ? 5 : 4], t);
  }
  if (const Territory* d = Find(v1::TERRITORY_LEVEL_DEPARTEMENT, departement)) {
    *t->add_ancestors() = d->ref();
    region = d->ancestors(0).code();
  }
  AddAncestor(v1::TERRITORY_LEVEL_REGION, region, t);
  if (commune) ReadCommune(cells, t);
  // A code in use goes before a former one.
  by_code[level][cells[1]] = t;
  levels[level].push_back(t);
}

void Territories::Tables::Read(absl::string_view text) {
  constexpr absl::string_view kVintage = "# vintage ";
  by_code[v1::TERRITORY_LEVEL_COMMUNE].reserve(45000);
  Cells cells;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    if (absl::ConsumePrefix(&line, kVintage)) {
      static_cast<void>(absl::SimpleAtoi(line, &vintage));
    } else if (line.front() != '#') {
      cells = absl::StrSplit(line, '\t');
      ReadRow(cells);
    }
  }
  names.Seal();
  for (const auto& level : levels) all.insert(all.end(), level.begin(), level.end());
}

Territories::Territories()
    : tables_([] {
        auto* tables = new Tables;
        tables->Read({maillage_territories_begin,
                      static_cast<size_t>(maillage_territories_end - maillage_territories_begin)});
        return tables;
      }()) {}

const Territories& Territories::Official() {
  static const Territories* const official = new Territories;
  return *official;
}

int Territories::vintage() const { return tables_->vintage; }

const Territory* Territories::Find(TerritoryLevel level, absl::string_view code) const {
  if (level <= 0 || level >= v1::TerritoryLevel_ARRAYSIZE) return nullptr;
  return tables_->Find(level, code);
}

absl::StatusOr<const Territory*> Territories::Tables::FindAnywhere(absl::string_view code) const {
  std::vector<const Territory*> found;
  for (int level = 1; level < v1::TerritoryLevel_ARRAYSIZE; ++level) {
    if (const Territory* t = Find(static_cast<TerritoryLevel>(level), code)) found.push_back(t);
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    return NotFound("UNKNOWN_TERRITORY", absl::StrCat("no territory has the code ", code),
                    "Look the code up with: maillage territory list");
  }
  const auto choice = [](std::string* out, const Territory* t) {
    absl::StrAppend(out, LevelName(t->ref().level()), "/", t->ref().code(), " (", t->title(), ")");
  };
  return InvalidArgument("AMBIGUOUS_TERRITORY",
                         absl::StrCat(code, " is the code of several territories"),
                         absl::StrCat("Write one of ", absl::StrJoin(found, ", ", choice), "."));
}

absl::StatusOr<const Territory*> Territories::Parse(absl::string_view text) const {
  absl::ConsumePrefix(&text, "territories/");
  const size_t slash = text.find('/');
  if (slash == absl::string_view::npos) {
    return tables_->FindAnywhere(absl::AsciiStrToUpper(text));
  }
  const std::string code = absl::AsciiStrToUpper(text.substr(slash + 1));
  if (const Territory* t = Find(LevelOf(text.substr(0, slash)), code)) return t;
  return NotFound("UNKNOWN_TERRITORY", absl::StrCat("there is no territory ", text),
                  "Look the code up with: maillage territory list");
}

absl::StatusOr<const Territory*> Territories::FindCommune(absl::string_view name,
                                                          absl::string_view postal_code,
                                                          absl::string_view departement) const {
  const WrittenLocality written = ReadLocality(name);
  const std::string postal(postal_code.size() == 5 ? std::string(postal_code)
                                                   : written.postal_code);
  auto entries = tables_->names.Find(written.key);
  if (const auto whole = tables_->names.Find(CommuneKey(name)); !whole.empty()) entries = whole;
  const auto& communes = tables_->levels[v1::TERRITORY_LEVEL_COMMUNE];
  const std::string in =
      departement.size() == 1 ? absl::StrCat("0", departement) : absl::AsciiStrToUpper(departement);
  for (const bool exact : {true, false}) {
    if (exact && postal.empty()) continue;
    std::vector<const Territory*> found;
    for (size_t i = 0; i < entries.size(); ++i) {
      const Territory* c = communes[entries[i].commune];
      const absl::string_view own = DepartementOf(*c);
      const bool fits = exact ? HasPostalCode(*c, postal)
                              : postal.empty() || absl::StartsWith(postal, PostalPrefix(own));
      const bool known = std::find(found.begin(), found.end(), c) != found.end();
      if (fits && !known && (in.empty() || in == own)) found.push_back(c);
      const bool last_of_rank = i + 1 == entries.size() || entries[i + 1].rank != entries[i].rank;
      if (!last_of_rank || found.empty()) continue;
      if (found.size() == 1) return found.front();
      return InvalidArgument("AMBIGUOUS_COMMUNE",
                             absl::StrCat("several communes are called ", name),
                             absl::StrCat("Could be ", CandidateList(found), "."));
    }
  }
  return NotFound("UNKNOWN_COMMUNE",
                  absl::StrCat("no commune is called ", name,
                               postal.empty() ? "" : absl::StrCat(" near ", postal)));
}

const std::vector<const Territory*>& Territories::all() const { return tables_->all; }

bool Territories::Within(const v1::TerritoryRef& below, const v1::TerritoryRef& above) const {
  const Territory* low = Find(below.level(), below.code());
  const Territory* high = Find(above.level(), above.code());
  if (low == nullptr || high == nullptr) return false;
  if (low == high) return true;
  return std::any_of(
      low->ancestors().begin(), low->ancestors().end(), [high](const v1::TerritoryRef& ref) {
        return ref.level() == high->ref().level() && ref.code() == high->ref().code();
      });
}

}  // namespace maillage::directory
