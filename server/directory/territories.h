// The official territories of France, read from a table built into the program.
//
// A commune's ancestors are its EPCI, arrondissement, departement and region; an
// EPCI's are those of the last three that hold all its members. A former code or
// name may be of a commune that merged, of the commune itself before it was
// renamed, or of a municipal arrondissement of Paris, Lyon or Marseille.
#ifndef SERVER_DIRECTORY_TERRITORIES_H_
#define SERVER_DIRECTORY_TERRITORIES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "maillage/v1/territory.pb.h"

namespace maillage::directory {

// Immutable; thread safe.
class Territories {
 public:
  // The table of this build, parsed once at first use. Lives for ever.
  static const Territories& Official();

  // Year of the geography.
  int vintage() const;

  // The territory, or null. A former commune's code finds the present one.
  const v1::Territory* Find(v1::TerritoryLevel level, absl::string_view code) const;

  // Reads "62765", "EPCI/200069037", "territories/REGION/32". NOT_FOUND
  // (UNKNOWN_TERRITORY); INVALID_ARGUMENT (AMBIGUOUS_TERRITORY) for a code that
  // stands on several levels, with the choices as its mend.
  absl::StatusOr<const v1::Territory*> Parse(absl::string_view text) const;

  // The commune of that name, as people write it ("ST OMER CEDEX", "Aire s/ la
  // Lys", a former name). `postal_code` and `departement` narrow where given; a
  // postal code that no such commune has (CEDEX) narrows to its departement. A
  // present name goes before a former one, that before one without its article.
  // NOT_FOUND (UNKNOWN_COMMUNE) or INVALID_ARGUMENT (AMBIGUOUS_COMMUNE) with up
  // to five candidates: nothing is guessed.
  absl::StatusOr<const v1::Territory*> FindCommune(absl::string_view name,
                                                   absl::string_view postal_code,
                                                   absl::string_view departement) const;

  // All, by level, then code.
  const std::vector<const v1::Territory*>& all() const;

  // Whether `below` is `above` or lies below it.
  bool Within(const v1::TerritoryRef& below, const v1::TerritoryRef& above) const;

 private:
  struct Tables;
  Territories();
  const Tables* const tables_;  // never freed: lives as long as the process
};

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_TERRITORIES_H_
