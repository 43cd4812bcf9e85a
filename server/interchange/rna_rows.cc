// Files of the Répertoire national des associations: rna_waldec, and rna_import
// of those that have not declared anything since 2009.
//
// Who declared the association and where its papers are kept is not read: these
// are persons and, often, their homes.
#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/interchange/address.h"
#include "server/interchange/named_cells.h"
#include "server/interchange/row_reader.h"
#include "server/interchange/text.h"
#include "server/interchange/values.h"

namespace maillage::interchange {
namespace {

const std::set<std::string>& Known() {
  static const auto* const known = new std::set<std::string>{"id",
                                                             "siret",
                                                             "titre",
                                                             "titre_court",
                                                             "objet",
                                                             "position",
                                                             "date_disso",
                                                             "adrs_complement",
                                                             "adrs_numvoie",
                                                             "adrs_repetition",
                                                             "adrs_typevoie",
                                                             "adrs_libvoie",
                                                             "adrs_distrib",
                                                             "adrs_codeinsee",
                                                             "adrs_codepostal",
                                                             "adrs_libcommune",
                                                             "libcom",
                                                             "adr1",
                                                             "adr2",
                                                             "adr3",
                                                             "siteweb",
                                                             "telephone",
                                                             "email"};
  return *known;
}

const std::set<std::string>& LeftOut() {
  static const auto* const left_out = new std::set<std::string>{
      "adrg_declarant",  "adrg_complemid", "adrg_complemgeo", "adrg_libvoie", "adrg_distrib",
      "adrg_codepostal", "adrg_achemine",  "adrg_pays",       "dir_civilite"};
  return *left_out;
}

class RnaRows : public RowReader {
 public:
  RnaRows(std::vector<std::string> headings, Sink* sink)
      : cells_(std::move(headings), Known(), LeftOut()),
        entry_(v1::AUDIENCE_CATEGORY_ASSOCIATION, sink) {}

  absl::Status OnRow(const TextRow& row) override {
    cells_.SetRow(&row);
    if (!row.torn && cells_.IsBlank()) return absl::OkStatus();
    entry_.Start(row.line);
    if (!cells_.Fits()) {
      entry_.Refuse(cells_.Text("id"), "The cells of this record do not fit the headings.");
      return entry_.Finish();
    }
    entry_.SetOrganisation(v1::ORGANISATION_TYPE_ASSOCIATION);
    RefuseDissolved();
    Add("titre", Field::kOrganisation);
    if (cells_.Text("titre").empty()) entry_.Refuse(cells_.Text("id"), "The title is missing.");
    ReadIdentifiers();
    entry_.SetAcronym(ShortTitle());
    Add("objet", Field::kNote);
    Add("siteweb", Field::kNote);
    Add("telephone", Field::kPhone);
    Add("email", Field::kEmail);
    ReadAddress();
    return entry_.Finish();
  }

  std::vector<std::string> unused_columns() const override { return cells_.unused(); }

 private:
  void Add(absl::string_view name, Field field) {
    entry_.Add(field, cells_.Info(name), cells_.Raw(name), cells_.MendOf(name));
  }

  void RefuseDissolved() {
    const std::string position = absl::AsciiStrToUpper(cells_.Text("position"));
    const std::string date = cells_.Text("date_disso");
    // The register writes the year 1 where there is no date.
    const bool dated = ReadDate(date).ok();
    if (position == "S") return entry_.Refuse(cells_.Text("id"), "The register has struck it off.");
    if (position != "D" && !(position.empty() && dated)) return;
    entry_.Refuse(cells_.Text("id"), absl::StrCat("The association was dissolved",
                                                  dated ? absl::StrCat(" on ", date) : "", "."));
  }

  void ReadIdentifiers() {
    // Those of rna_import are numbers of a prefecture.
    if (absl::StartsWithIgnoreCase(cells_.Text("id"), "W")) {
      Add("id", Field::kRna);
    } else {
      Add("id", Field::kNote);
    }
    Add("siret", Field::kSiret);
    const std::string insee = cells_.Text("adrs_codeinsee");
    if (insee != "00000") Add("adrs_codeinsee", Field::kInsee);
  }

  // Many say the title again.
  std::string ShortTitle() const {
    const std::string title = cells_.Text("titre_court");
    return absl::EqualsIgnoreCase(title, cells_.Text("titre")) ? "" : title;
  }

  void ReadAddress() {
    AddressParts parts;
    std::string street;
    for (const char* name : {"adrs_numvoie", "adrs_repetition", "adrs_typevoie", "adrs_libvoie"}) {
      absl::StrAppend(&street, cells_.Text(name), " ");
    }
    parts.lines = {cells_.Text("adrs_complement"),
                   street,
                   cells_.Text("adrs_distrib"),
                   cells_.Text("adr1"),
                   cells_.Text("adr2"),
                   cells_.Text("adr3")};
    const std::string code = cells_.Text("adrs_codepostal");
    if (code != "00000") parts.postal_code = code;
    parts.locality = cells_.Text("adrs_libcommune");
    if (parts.locality.empty()) parts.locality = cells_.Text("libcom");
    v1::PostalAddress postal;
    if (MakeAddress(parts, &postal)) {
      entry_.AddAddress(cells_.Info("adrs_codepostal"), std::move(postal));
    }
  }

  NamedCells cells_;
  Entry entry_;
};

}  // namespace

bool AreRnaHeadings(const std::vector<std::string>& headings) {
  const auto has = [&headings](absl::string_view name) {
    return std::any_of(headings.begin(), headings.end(), [name](const std::string& heading) {
      return absl::EqualsIgnoreCase(heading, name);
    });
  };
  return has("id") && has("titre") && (has("adrs_codeinsee") || has("adrs_codepostal"));
}

std::unique_ptr<RowReader> NewRnaRows(std::vector<std::string> headings, Sink* sink) {
  return std::make_unique<RnaRows>(std::move(headings), sink);
}

}  // namespace maillage::interchange
