// Values as people write them in spreadsheets, read or refused, never guessed.
#ifndef SERVER_INTERCHANGE_VALUES_H_
#define SERVER_INTERCHANGE_VALUES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "maillage/v1/actor.pb.h"

namespace maillage::interchange {

// One value found in a cell. `error` empty: `value` is good, and `note` says
// what was changed, if anything. `error` set: `raw` could not be read.
struct Found {
  std::string raw;
  std::string value;
  std::string note;
  std::string error;
  bool ok() const { return error.empty(); }
};

// Several addresses between ; , / | spaces or line breaks; "(at)", "mailto:",
// "Jean <j@example.org>". Values are normalised. Words beside addresses come as
// a Found with a note and no value.
std::vector<Found> FindEmails(absl::string_view cell);

// Several numbers between ; , / | or line breaks, as E.164. Plain French forms
// first, then libphonenumber.
std::vector<Found> FindPhones(absl::string_view cell);

// Of a person rather than of an office, by the French numbering plan.
bool IsMobile(absl::string_view e164);

// Five digits; a lost zero is put back with a note.
Found ReadPostalCode(absl::string_view clean);
// Code of a commune, which may be of the past; a lost zero is put back.
Found ReadInsee(absl::string_view clean);

// A SIRET, SIREN or RNA with its checksum, whichever it is.
struct FoundIdentifier : Found {
  std::string scheme;
};
FoundIdentifier ReadIdentifier(absl::string_view clean);

// dd/mm/yy, dd/mm/yyyy [hh:mm], ISO 8601, a spreadsheet's day number, "juin
// 2019", "06/2019", "2019". Two-digit years as a spreadsheet reads them.
struct FoundDate : Found {
  v1::Date date;
};
FoundDate ReadDate(absl::string_view clean);

// "2018-05-31", "2018-05", "2018".
std::string FormatDate(const v1::Date& date);

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_VALUES_H_
