#include "tools/datagen/generate.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/territories.h"
#include "tools/datagen/contacts.h"
#include "tools/datagen/council.h"
#include "tools/datagen/lines.h"
#include "tools/datagen/retelling.h"
#include "tools/datagen/rne.h"

namespace maillage::datagen {
namespace {

// From so many rows before come those who are told again.
constexpr size_t kRemembered = 512;

absl::Status ListRow(const Contact& c, Lines* out) {
  return out->Row({c.civility, c.family, c.given, c.structure, c.role, c.email, c.phone, c.street,
                   c.postal_code, c.town, c.since},
                  c.person);
}

absl::Status ListHead(std::string title, Lines* out) {
  RETURN_IF_ERROR(out->Head({std::move(title), "", "", "", "", "", "", "", "", "", ""}));
  RETURN_IF_ERROR(out->Head({"", "", "", "", "", "", "", "", "", "", ""}));
  return out->Head({"Civ", "NOM", "Prénom", "Structure", "Fonction", "Mél", "Tél", "Adresse", "CP",
                    "Ville", "Depuis"});
}

// Those of the council who are listed, by lot.
bool IsListed(const Options& options, const Member& member) {
  Dice dice(options.seed, absl::StrCat("listed/", member.commune->ref().code()), member.seat);
  return dice.Chance(options.part);
}

absl::Status WriteRne(const Options& options, const Councils& councils, Lines* out) {
  RETURN_IF_ERROR(out->Head(RneHeadings()));
  for (int64_t i = 0; i < councils.size(); ++i) {
    const Member member = councils.At(i);
    if (!IsListed(options, member)) continue;
    RETURN_IF_ERROR(out->Row(RneCells(member, options.seed), member.id));
  }
  return absl::OkStatus();
}

// Writes the rows of a list as its teller does, some of them once more.
class Teller {
 public:
  Teller(const Options& options, Lines* out) : options_(options), out_(*out) {}

  absl::Status Tell(const Contact& contact) {
    Dice dice(options_.seed, absl::StrCat("telling/", options_.teller), row_++);
    if (!heard_.empty() && dice.Chance(options_.duplicates)) {
      return ListRow(Retold(heard_[dice.Throw(heard_.size())], &dice), &out_);
    }
    if (!heard_.empty() && dice.Chance(options_.lookalikes)) {
      const Contact& near = heard_[dice.Throw(heard_.size())];
      if (!IsBare(near))
        return ListRow(Lookalike(near, absl::StrCat(options_.teller, options_.first + row_), &dice),
                       &out_);
    }
    if (options_.duplicates > 0 || options_.lookalikes > 0) Remember(contact);
    return ListRow(options_.teller.empty() ? contact : Retold(contact, &dice), &out_);
  }

 private:
  void Remember(const Contact& contact) {
    if (heard_.size() < kRemembered) {
      heard_.push_back(contact);
    } else {
      heard_[row_ % kRemembered] = contact;
    }
  }

  const Options& options_;
  Lines& out_;
  int64_t row_ = 0;
  std::vector<Contact> heard_;
};

absl::Status WriteCouncilList(const Options& options, const Councils& councils, Lines* out) {
  RETURN_IF_ERROR(ListHead("Élus municipaux - adresses relevées en mairie", out));
  Teller teller(options, out);
  for (int64_t i = 0; i < councils.size(); ++i) {
    const Member member = councils.At(i);
    if (IsListed(options, member)) RETURN_IF_ERROR(teller.Tell(ContactOf(member, options.seed)));
  }
  return absl::OkStatus();
}

// What the kinds of rows in a list are; several take turns by lot.
absl::StatusOr<std::vector<Kind>> KindsOf(absl::string_view word) {
  if (word == "institutions") return std::vector{Kind::kInstitution};
  if (word == "associations") return std::vector{Kind::kAssociation};
  if (word == "companies") return std::vector{Kind::kCompany};
  if (word == "professionals") return std::vector{Kind::kProfessional};
  if (word == "citizens") return std::vector{Kind::kCitizen};
  if (word == "partners") {
    return std::vector{Kind::kInstitution, Kind::kAssociation, Kind::kAssociation,
                       Kind::kAssociation, Kind::kCompany,     Kind::kProfessional,
                       Kind::kProfessional};
  }
  return InvalidArgument("BAD_KIND", absl::StrCat("there is no kind ", word),
                         "council, institutions, associations, companies, professionals, citizens "
                         "or partners");
}

// Draws communes by their population.
class CommuneLot {
 public:
  explicit CommuneLot(std::vector<const v1::Territory*> communes) : communes_(std::move(communes)) {
    for (const v1::Territory* commune : communes_)
      ends_.push_back(total_ += commune->population() + 1);
  }
  const v1::Territory& Draw(Dice* dice) const {
    const auto at =
        std::upper_bound(ends_.begin(), ends_.end(), static_cast<int64_t>(dice->Throw(total_)));
    return *communes_[at - ends_.begin()];
  }

 private:
  const std::vector<const v1::Territory*> communes_;
  std::vector<int64_t> ends_;
  int64_t total_ = 0;
};

absl::Status WriteContacts(const Options& options, std::vector<const v1::Territory*> communes,
                           const Councils& councils, Lines* out) {
  ASSIGN_OR_RETURN(const std::vector<Kind> kinds, KindsOf(options.kind));
  RETURN_IF_ERROR(ListHead(absl::StrCat("Fichier ", options.kind, " MAJ 12/03/26"), out));
  const CommuneLot lot(std::move(communes));
  Teller teller(options, out);
  int64_t shared = 0;
  for (int64_t i = options.first; i < options.first + options.count; ++i) {
    Dice dice(options.seed, absl::StrCat("row/", options.kind), i);
    const Kind kind = kinds[dice.Throw(kinds.size())];
    const v1::Territory& commune = lot.Draw(&dice);
    std::optional<Member> known;
    if (kind != Kind::kInstitution && shared < councils.size() && dice.Chance(options.overlap)) {
      known = councils.Shuffled(shared++);
    }
    RETURN_IF_ERROR(teller.Tell(
        InventContact(options.seed, kind, i, commune, known.has_value() ? &*known : nullptr)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Generate(const Options& options, const Write& file, const Write& truth) {
  const auto& territories = directory::Territories::Official();
  ASSIGN_OR_RETURN(const v1::Territory* within, territories.Parse(options.territory));
  std::vector<const v1::Territory*> communes;
  for (const v1::Territory* t : territories.all()) {
    if (t->ref().level() == v1::TERRITORY_LEVEL_COMMUNE &&
        territories.Within(t->ref(), within->ref())) {
      communes.push_back(t);
    }
  }
  const bool rne = options.format == "rne";
  if (!rne && options.format != "excel") {
    return InvalidArgument("BAD_FORMAT", absl::StrCat("there is no format ", options.format),
                           "excel or rne");
  }
  if (rne && options.kind != "council") {
    return InvalidArgument("BAD_FORMAT", "only councils are written as rne", "--kind council");
  }
  const Councils councils(options.seed, communes, options.elected);
  Lines out(options, file, truth);
  if (rne) {
    RETURN_IF_ERROR(WriteRne(options, councils, &out));
  } else if (options.kind == "council") {
    RETURN_IF_ERROR(WriteCouncilList(options, councils, &out));
  } else {
    RETURN_IF_ERROR(WriteContacts(options, std::move(communes), councils, &out));
  }
  return out.Flush();
}

}  // namespace maillage::datagen
