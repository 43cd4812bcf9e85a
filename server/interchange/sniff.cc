#include "server/interchange/sniff.h"

#include <algorithm>
#include <set>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/interchange/fold.h"
#include "server/interchange/row_reader.h"
#include "server/interchange/table.h"
#include "server/interchange/text.h"

namespace maillage::interchange {
namespace {

constexpr int64_t kHeadingLines = 20;
constexpr size_t kMostFields = 100;

struct Candidate {
  Layout layout;
  size_t fields = 0;   // recognised
  size_t columns = 0;  // of the heading row
  bool alone = false;  // a single heading in the first row that is not blank
};

// How many different fields a row of headings names.
size_t CountFields(const std::vector<std::string>& headings, const HeadingOverrides& overrides) {
  std::set<Field> fields;
  size_t wished = 0;
  for (const Field field : ReadHeadings(headings, overrides)) {
    if (field != Field::kUnknown && field != Field::kIgnored) fields.insert(field);
  }
  for (const std::string& heading : headings) wished += overrides.count(Fold(heading));
  return std::max(fields.size(), wished);
}

// The open data that has these headings, or else CSV.
v1::ImportFormat TableOf(const std::vector<std::string>& headings) {
  if (AreRneHeadings(headings)) return v1::IMPORT_FORMAT_RNE;
  if (AreRnaHeadings(headings)) return v1::IMPORT_FORMAT_RNA;
  return AreDilaHeadings(headings) ? v1::IMPORT_FORMAT_DILA : v1::IMPORT_FORMAT_CSV;
}

// The line that a format begins with, without what may stand before it.
absl::string_view FirstLine(absl::string_view text) {
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of("\r\n"), text.size());
    const absl::string_view line = absl::StripAsciiWhitespace(text.substr(0, end));
    if (!line.empty() && line.front() != '#') return line;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return "";
}

v1::ImportFormat FormatOf(absl::string_view line) {
  if (absl::StartsWithIgnoreCase(line, "begin:vcard")) return v1::IMPORT_FORMAT_VCARD;
  if (absl::StartsWithIgnoreCase(line, "dn:") || absl::StartsWithIgnoreCase(line, "version:")) {
    return v1::IMPORT_FORMAT_LDIF;
  }
  return absl::StartsWith(line, "{") ? v1::IMPORT_FORMAT_JSON : v1::IMPORT_FORMAT_UNSPECIFIED;
}

Candidate Try(char separator, absl::string_view text, Encoding encoding,
              const HeadingOverrides& overrides) {
  Candidate best;
  best.layout.separator = separator;
  bool first = true;
  TableScanner scanner(separator, [&](const Row& row) {
    if (row.line > kHeadingLines) return absl::CancelledError();
    std::vector<std::string> headings;
    size_t filled = 0;
    for (const absl::string_view cell : row.cells) {
      Encoding decided = encoding;
      std::string scratch;
      Mend mend;
      headings.push_back(Clean(DecodeCell(cell, &decided, &scratch, &mend)));
      filled += headings.back().empty() ? 0 : 1;
    }
    size_t fields = CountFields(headings, overrides);
    // Those of open data are sure, however few of them a spreadsheet would have.
    if (TableOf(headings) != v1::IMPORT_FORMAT_CSV) fields += kMostFields;
    if (fields > best.fields) {
      best.layout.heading_line = row.line;
      best.layout.table = TableOf(headings);
      best.fields = fields;
      best.columns = filled;
      best.alone = filled == 1 && first;
    }
    first = first && filled == 0;
    return absl::OkStatus();
  });
  // Whatever stops the scan, what came before it counts.
  if (scanner.Write(text).ok()) static_cast<void>(scanner.Finish());
  return best;
}

absl::Status Unknown(absl::string_view what) {
  return InvalidArgument("UNKNOWN_FORMAT", what,
                         "Save the list as CSV with a row of headings, or name the columns with "
                         "--map HEADING=FIELD.");
}

}  // namespace

Encoding EncodingByMark(absl::string_view bytes, size_t* mark) {
  *mark = 2;
  if (absl::StartsWith(bytes, "\xFF\xFE")) return Encoding::kUtf16Le;
  if (absl::StartsWith(bytes, "\xFE\xFF")) return Encoding::kUtf16Be;
  *mark = 3;
  if (absl::StartsWith(bytes, "\xEF\xBB\xBF")) return Encoding::kUtf8;
  *mark = 0;
  return Encoding::kUndecided;
}

absl::StatusOr<v1::ImportFormat> FindFormat(absl::string_view text, v1::ImportFormat asked) {
  const v1::ImportFormat found = FormatOf(FirstLine(text));
  if (asked == v1::IMPORT_FORMAT_UNSPECIFIED || asked == found) return found;
  const char* what = nullptr;
  switch (asked) {
    case v1::IMPORT_FORMAT_VCARD:
      what = "The file does not begin with BEGIN:VCARD.";
      break;
    case v1::IMPORT_FORMAT_LDIF:
      what = "The file does not begin with version: or dn:.";
      break;
    case v1::IMPORT_FORMAT_JSON:
      what = "The file does not begin with a JSON object.";
      break;
    default:
      return asked;
  }
  return InvalidArgument("UNKNOWN_FORMAT", what, "Leave the format to be found: --format auto.");
}

absl::StatusOr<Layout> FindLayout(absl::string_view text, Encoding encoding,
                                  v1::ImportFormat format, const HeadingOverrides& overrides) {
  RETURN_IF_ERROR(TableScanner::RefuseNul(text));
  if (absl::StartsWith(text, "PK\x03\x04")) return Unknown("This is a workbook, not a CSV file.");
  std::string separators = ";,\t|";
  absl::string_view said = text;
  absl::ConsumePrefix(&said, "\"");
  if (absl::ConsumePrefix(&said, "sep=") && !said.empty()) separators = std::string(1, said[0]);
  Candidate best;
  for (const char separator : separators) {
    const Candidate found = Try(separator, text, encoding, overrides);
    const bool better =
        found.fields > best.fields || (found.fields == best.fields && found.columns > best.columns);
    if (better) best = found;
  }
  if (best.fields < 2 && !best.alone) {
    return Unknown("No row of headings stands in the first 20 lines.");
  }
  if (format == v1::IMPORT_FORMAT_UNSPECIFIED || format == best.layout.table) return best.layout;
  switch (format) {
    case v1::IMPORT_FORMAT_RNE:
      return Unknown("These are not the headings of the Répertoire national des élus.");
    case v1::IMPORT_FORMAT_RNA:
      return Unknown("These are not the headings of the Répertoire national des associations.");
    case v1::IMPORT_FORMAT_DILA:
      return Unknown("These are not the headings of the directory of the DILA.");
    default:
      best.layout.table = v1::IMPORT_FORMAT_CSV;
      return best.layout;
  }
}

}  // namespace maillage::interchange
