#include "tools/cli/output.h"

#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "tools/cli/text.h"

namespace maillage::cli {
namespace {

// A table's widths are settled by so many rows at the latest, which bounds
// memory; later cells are cut to them, or stand out.
constexpr size_t kSettlingRows = 10'000;

std::string Json(const Message& message, bool indented) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = indented;
  options.always_print_primitive_fields = true;  // scripts need no defaults
  std::string json;
  // Fails for an Any of an unknown type alone; the protocol has none.
  (void)google::protobuf::util::MessageToJsonString(message, &json, options);
  if (json.empty() || json.back() != '\n') json.push_back('\n');
  return json;
}

std::string Capitals(absl::string_view text) {
  std::string capitals;
  icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())})
      .toUpper()
      .toUTF8String(capitals);
  return capitals;
}

Locale Raw() { return {.language = Language::kEnglish, .raw = true}; }

std::string CsvHeadings(const std::vector<Column>& columns) {
  return absl::StrCat(absl::StrJoin(columns, ",",
                                    [](std::string* out, const Column& column) {
                                      absl::StrAppend(out, CsvField(column.heading));
                                    }),
                      "\n");
}

std::string CsvLine(const Message& message, const std::vector<Column>& columns) {
  std::vector<std::string> fields;
  for (const Column& column : columns) {
    const std::string values = absl::StrJoin(Values(message, column, Raw()), "; ");
    fields.push_back(CsvField(Clean(values, Breaks::kLines)));
  }
  return absl::StrCat(absl::StrJoin(fields, ","), "\n");
}

}  // namespace

std::string CsvField(absl::string_view text) {
  if (text.find_first_of(",\"\n\r") == absl::string_view::npos) return std::string(text);
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

std::string Output::Text(absl::string_view english,
                         const std::vector<std::string>& arguments) const {
  std::vector<std::pair<std::string, std::string>> replacements;
  for (size_t i = 0; i < arguments.size(); ++i) {
    replacements.emplace_back(absl::StrCat("$", i), arguments[i]);
  }
  return absl::StrReplaceAll(Translate(options_.locale.language, english), replacements);
}

std::string Output::Count(int64_t number, const Noun& noun) const {
  const bool french = options_.locale.language == Language::kFrench;
  const bool one = number == 1 || (french && number == 0);
  return absl::StrCat(FormatNumber(options_.locale, number), " ", Text(one ? noun.one : noun.many));
}

void Output::One(const Message& message, const std::vector<Column>& columns) const {
  if (options_.format == Format::kJson) {
    *options_.out << Json(message, /*indented=*/true) << std::flush;
    return;
  }
  if (options_.format == Format::kCsv) {
    *options_.out << CsvHeadings(columns) << CsvLine(message, columns) << std::flush;
    return;
  }
  std::vector<std::pair<std::string, std::vector<std::string>>> pairs;
  for (const Column& column : columns) {
    std::vector<std::string> values = Values(message, column, options_.locale);
    values.erase(std::remove(values.begin(), values.end(), ""), values.end());
    for (std::string& value : values) value = Clean(value);
    pairs.emplace_back(Text(column.heading), std::move(values));
  }
  *options_.out << VerticalTable(pairs) << std::flush;
}

void Output::JsonLine(const Message& message) const {
  *options_.out << Json(message, /*indented=*/false);
}

void Output::Heading(absl::string_view english) const {
  if (table()) *options_.out << "\n" << Text(english) << "\n";
}

void Output::Print(absl::string_view text) const {
  *options_.out << Clean(text, Breaks::kLines);
  if (text.empty() || text.back() != '\n') *options_.out << "\n";
  *options_.out << std::flush;
}

void Output::Remark(absl::string_view text) const {
  if (!options_.quiet) *options_.err << Clean(text, Breaks::kLines) << "\n" << std::flush;
}

ListWriter::ListWriter(const Output* output, const std::vector<Column>* columns)
    : output_(output), columns_(columns) {
  if (output_->format() == Format::kCsv) *output_->options().out << CsvHeadings(*columns_);
}

void ListWriter::Add(const Message& message) {
  ++rows_;
  switch (output_->format()) {
    case Format::kJson:
      return output_->JsonLine(message);
    case Format::kCsv:
      return AddToCsv(message);
    case Format::kTable:
      return AddToTable(message);
  }
}

void ListWriter::AddToCsv(const Message& message) {
  *output_->options().out << CsvLine(message, *columns_);
}

void ListWriter::AddToTable(const Message& message) {
  if (table_.empty()) {
    std::vector<TableColumn> columns;
    for (const Column& column : *columns_) {
      columns.push_back({.heading = Capitals(output_->Text(column.heading)),
                         .right = (column.flags & kRight) != 0 || IsNumeric(message, column),
                         .whole = (column.flags & kWhole) != 0,
                         .optional = (column.flags & kOptional) != 0});
    }
    table_.emplace_back(std::move(columns));
  }
  std::vector<std::string> cells;
  for (const Column& column : *columns_) {
    cells.push_back(Clean(absl::StrJoin(Values(message, column, output_->locale()), ", ")));
  }
  table_[0].Add(std::move(cells));
  if (table_[0].size() >= kSettlingRows) {
    *output_->options().out << table_[0].Flush(output_->options().width);
  }
}

void ListWriter::End() {
  std::ostream& out = *output_->options().out;
  if (!table_.empty()) out << table_[0].Flush(output_->options().width);
  out << std::flush;
}

void ListWriter::End(const Noun& noun, int64_t total) {
  End();
  if (!output_->table() || output_->options().quiet) return;
  std::string count = output_->Count(rows_, noun);
  if (total > rows_) {
    count = output_->Text("$0 of $1",
                          {FormatNumber(output_->locale(), rows_), output_->Count(total, noun)});
  }
  output_->Print(count);
}

}  // namespace maillage::cli
