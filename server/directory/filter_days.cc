#include "server/directory/filter_days.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "server/storage/schema.h"

namespace maillage::directory {
namespace {

// "2018", "2018-05" or "2018-05-31", of a day that there is.
bool IsDay(absl::string_view text) {
  constexpr absl::string_view kShape = "0000-00-00";
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (digit != (kShape[i] == '0') || (!digit && text[i] != '-')) return false;
  }
  int month = 1;
  int day = 1;
  int year = 0;
  if (!absl::SimpleAtoi(text.substr(0, 4), &year) || year == 0) return false;
  if (text.size() > 4 && !absl::SimpleAtoi(text.substr(5, 2), &month)) return false;
  if (text.size() > 7 && !absl::SimpleAtoi(text.substr(8, 2), &day)) return false;
  const absl::CivilDay civil(year, month, day);
  return civil.month() == month && civil.day() == day;
}

}  // namespace

FilterNodePtr FilterRangeNode(Field field, std::string from, std::string to, std::string text) {
  auto node = std::make_shared<Filter::Node>();
  node->kind = Filter::Node::Kind::kRange;
  node->term = {field, std::move(from)};
  node->to = std::move(to);
  node->text = std::move(text);
  return node;
}

absl::StatusOr<FilterNodePtr> DayRange(Field field, const FilterRestriction& r) {
  const std::string& day = r.value.text;
  if (!IsDay(day)) {
    return BadFilter(r.value, "this is no day",
                     "a day as 2018-05-31, a month 2018-05, a year 2018");
  }
  const std::string after = storage::PrefixEnd(day);
  const std::string& op = r.comparator.text;
  std::string from;
  std::string to;
  if (op == ">") {
    from = after;
  } else if (op != "<" && op != "<=") {
    from = day;
  }
  if (op == "<") {
    to = day;
  } else if (op != ">" && op != ">=") {
    to = after;
  }
  return FilterRangeNode(field, std::move(from), std::move(to),
                         absl::StrCat(r.field.text, " ", op == ":" ? "=" : op, " ", day));
}

}  // namespace maillage::directory
