#include "tools/bench/report.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace maillage::bench {
namespace {

// How many times as good ours is; 0 where there is nothing to compare.
double RatioTo(const Row& row, const std::vector<Row>& rows) {
  for (const Row& ours : rows) {
    if (!ours.is_ours || row.is_ours || ours.work != row.work || ours.unit != row.unit) continue;
    if (row.value <= 0 || ours.value <= 0) return 0;
    return row.unit == "rec/s" ? ours.value / row.value : row.value / ours.value;
  }
  return 0;
}

}  // namespace

std::string Table(const std::vector<Row>& rows) {
  std::string text =
      absl::StrFormat("%-34s %-34s %12s %-6s %s\n", "WORK", "WHO", "VALUE", "UNIT", "OURS IS");
  for (const Row& row : rows) {
    const double ratio = RatioTo(row, rows);
    absl::StrAppendFormat(&text, "%-34s %-34s %12.2f %-6s %s\n", row.work, row.who, row.value,
                          row.unit, ratio > 0 ? absl::StrFormat("%.2fx", ratio) : "");
  }
  return text;
}

std::string Json(const std::vector<Row>& rows) {
  std::string text;
  for (const Row& row : rows) {
    absl::StrAppendFormat(
        &text, R"({"work": "%s", "who": "%s", "value": %.3f, "unit": "%s", "ratio": %.3f})",
        row.work, row.who, row.value, row.unit, RatioTo(row, rows));
    text += "\n";
  }
  return text;
}

}  // namespace maillage::bench
