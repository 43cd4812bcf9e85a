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

namespace maillage::interchange {
namespace {

constexpr int64_t kHeadingLines = 20;

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
    const size_t fields = CountFields(headings, overrides);
    if (fields > best.fields) {
      best.layout.heading_line = row.line;
      best.layout.rne = AreRneHeadings(headings);
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

Encoding EncodingByContent(absl::string_view bytes) {
  if (IsAscii(bytes)) return Encoding::kUndecided;
  // One cell pasted in another encoding must not decide for the file.
  const Utf8Count count = CountUtf8(bytes);
  return count.characters > count.bad_bytes ? Encoding::kUtf8 : Encoding::kWindows1252;
}

absl::StatusOr<Layout> FindLayout(absl::string_view text, Encoding encoding,
                                  v1::ImportFormat format, const HeadingOverrides& overrides) {
  RETURN_IF_ERROR(TableScanner::RefuseNul(text));
  if (absl::StartsWith(text, "PK\x03\x04")) return Unknown("This is a workbook, not a CSV file.");
  std::string separators = ";,\t|";
  absl::string_view said = text;
  if (absl::ConsumePrefix(&said, "sep=") && !said.empty()) separators = std::string(1, said[0]);
  Candidate best;
  for (const char separator : separators) {
    const Candidate found = Try(separator, text, encoding, overrides);
    const bool better =
        found.fields > best.fields || (found.fields == best.fields && found.columns > best.columns);
    if (better) best = found;
  }
  if (best.fields < 2 && !best.alone && !best.layout.rne) {
    return Unknown("No row of headings stands in the first 20 lines.");
  }
  if (format == v1::IMPORT_FORMAT_RNE && !best.layout.rne) {
    return Unknown("These are not the headings of the Répertoire national des élus.");
  }
  if (format == v1::IMPORT_FORMAT_CSV) best.layout.rne = false;
  return best.layout;
}

}  // namespace maillage::interchange
