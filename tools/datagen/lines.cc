#include "tools/datagen/lines.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/base/status_macros.h"
#include "tools/datagen/damage.h"
#include "tools/datagen/windows1252.h"

namespace maillage::datagen {
namespace {

constexpr size_t kPieceBytes = 64 << 10;

std::string Joined(const std::vector<std::string>& cells, bool excel) {
  const std::string line = absl::StrJoin(cells, ";", [](std::string* out, const std::string& cell) {
    absl::StrAppend(out, Quoted(cell));
  });
  return excel ? absl::StrCat(ToWindows1252(line), "\r\n") : absl::StrCat(line, "\n");
}

}  // namespace

absl::Status Lines::Head(const std::vector<std::string>& cells) {
  return Append(Joined(cells, options_.format == "excel"));
}

absl::Status Lines::Row(const std::vector<std::string>& cells, absl::string_view person) {
  if (write_truth_ != nullptr) {
    absl::StrAppend(&truth_, options_.file, ";", line_, ";", person, "\n");
  }
  const bool excel = options_.format == "excel";
  Dice dice(options_.seed, absl::StrCat("dirt/", options_.teller), rows_++);
  const bool dirty = excel && dice.Chance(options_.dirty);
  return Append(dirty ? absl::StrCat(DamagedLine(cells, &dice), "\r\n") : Joined(cells, excel));
}

absl::Status Lines::Append(const std::string& line) {
  line_ += std::count(line.begin(), line.end(), '\n');
  absl::StrAppend(&file_, line);
  return file_.size() < kPieceBytes ? absl::OkStatus() : Flush();
}

absl::Status Lines::Flush() {
  RETURN_IF_ERROR(write_file_(std::exchange(file_, {})));
  return truth_.empty() ? absl::OkStatus() : write_truth_(std::exchange(truth_, {}));
}

}  // namespace maillage::datagen
