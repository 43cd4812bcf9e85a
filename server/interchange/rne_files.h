// The twelve files of the Répertoire national des élus, told by their headings.
#ifndef SERVER_INTERCHANGE_RNE_FILES_H_
#define SERVER_INTERCHANGE_RNE_FILES_H_

#include <array>
#include <string>
#include <vector>

#include "maillage/v1/actor.pb.h"

namespace maillage::interchange {

// In the order of the table in rne_files.cc.
enum class RneFile {
  kMunicipal,
  kMayors,
  kIntermunicipal,
  kDepartemental,
  kRegional,
  kArrondissement,
  kAssembly,
  kDeputies,
  kSenators,
  kEuropean,
  kConsular,
  kAbroad,
  kNone,
};

enum RneColumn : size_t {
  kDepartement,
  kDepartementName,
  kCommune,
  kCommuneName,
  kEpci,
  kEpciName,
  kRegion,
  kRegionName,
  kCollectivity,
  kCollectivityName,
  kCanton,
  kCantonName,
  kSection,      // of a region or a collectivity
  kSectionName,  // of a region
  kCollectivitySectionName,
  kMetropolitanName,  // constituency
  kLegislativeName,   // constituency
  kSector,            // of arrondissements
  kConsular,          // constituency
  kAfe,               // constituency
  kFamily,
  kGiven,
  kSex,
  kBirth,
  kMandateStart,
  kFunction,
  kFunctionStart,
  kRneColumns,
};

inline constexpr size_t kNoColumn = static_cast<size_t>(-1);
using RneColumns = std::array<size_t, kRneColumns>;     // where each stands, or kNoColumn
using RneCells = std::array<std::string, kRneColumns>;  // of one line, clean

// Headings that nothing is read from go to `unused`, if that is not null; those
// of what must not be kept (birth, profession, nationality, political label) do not.
RneColumns FindRneColumns(const std::vector<std::string>& headings,
                          std::vector<std::string>* unused);

RneFile RneFileOf(const RneColumns& columns);

// Sets register, organisation, function and territories of a mandate.
void DescribeRneMandate(RneFile file, const RneCells& cells, v1::Membership* membership);

// Where within the body's territory the person was elected, for the notes.
std::string RneConstituency(const RneCells& cells);

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_RNE_FILES_H_
