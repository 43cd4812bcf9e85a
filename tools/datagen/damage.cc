#include "tools/datagen/damage.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "tools/datagen/windows1252.h"

namespace maillage::datagen {
namespace {

// Where cells stand in a row of a list.
constexpr size_t kFamily = 1, kGiven = 2, kStructure = 3, kMail = 5, kPhone = 6, kPostalCode = 8,
                 kSince = 10;

using Cells = std::vector<std::string>;

// UTF-8 that was taken for Latin-1 and saved as UTF-8: "Ã©". What windows-1252
// has no character for would not have come through, so it stays as it was.
std::string Misread(absl::string_view utf8) {
  std::string misread;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 && byte < 0xA0) return std::string(utf8);
    if (byte < 0x80) {
      misread.push_back(c);
    } else {
      misread.push_back(static_cast<char>(0xC0 | (byte >> 6)));
      misread.push_back(static_cast<char>(0x80 | (byte & 0x3F)));
    }
  }
  return misread;
}

// A spreadsheet takes digits for a number.
void LoseZeros(Cells* cells) {
  for (const size_t at : {kPhone, kPostalCode}) {
    std::string& cell = (*cells)[at];
    std::string digits = absl::StrReplaceAll(cell, {{" ", ""}, {".", ""}, {"-", ""}});
    if (std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit)) {
      cell = std::string(absl::StripPrefix(digits, "0"));
    }
  }
}

void DayAsSerial(std::string* cell) {
  int day = 0, month = 0, year = 0;
  if (cell->size() != 10 || (*cell)[2] != '/' || !absl::SimpleAtoi(cell->substr(0, 2), &day) ||
      !absl::SimpleAtoi(cell->substr(3, 2), &month) ||
      !absl::SimpleAtoi(cell->substr(6, 4), &year)) {
    return;
  }
  *cell = absl::StrCat(absl::CivilDay(year, month, day) - absl::CivilDay(1899, 12, 30));
}

void BlankOut(Cells* cells) {
  for (const size_t at : {kFamily, kGiven, kStructure}) {
    (*cells)[at] = absl::StrCat(" ", absl::StrReplaceAll((*cells)[at], {{" ", "\u00A0 "}}), "  ");
  }
  (*cells)[kPhone] = absl::StrReplaceAll((*cells)[kPhone], {{" ", "\u00A0"}});
}

void SpoilMail(Cells* cells, Dice* dice) {
  static constexpr absl::string_view kInstead[] = {"@@", " (at) ", "", "@.", ",@"};
  (*cells)[kMail] = absl::StrReplaceAll((*cells)[kMail], {{"@", dice->Pick(kInstead)}});
}

std::string Line(const Cells& cells) {
  return ToWindows1252(absl::StrJoin(cells, ";", [](std::string* out, const std::string& cell) {
    absl::StrAppend(out, Quoted(cell));
  }));
}

// Rows of another file, copied in with their bytes as they were.
std::string ForeignBytes(const Cells& cells) {
  return absl::StrJoin(cells, ";", [](std::string* out, const std::string& cell) {
    absl::StrAppend(out, Quoted(cell));
  });
}

std::string UnquotedMails(const Cells& cells) {
  Cells parts;
  for (size_t i = 0; i < cells.size(); ++i) {
    parts.push_back(i == kMail ? absl::StrCat(cells[i], "; double.", cells[i]) : Quoted(cells[i]));
  }
  return ToWindows1252(absl::StrJoin(parts, ";"));
}

}  // namespace

std::string Quoted(absl::string_view cell) {
  if (cell.find_first_of(";\"\r\n") == absl::string_view::npos) return std::string(cell);
  return absl::StrCat("\"", absl::StrReplaceAll(cell, {{"\"", "\"\""}}), "\"");
}

std::string DamagedLine(std::vector<std::string> cells, Dice* dice) {
  switch (dice->Throw(8)) {
    case 0:
      return ForeignBytes(cells);
    case 1:
      for (const size_t at : {kFamily, kGiven, kStructure}) cells[at] = Misread(cells[at]);
      return Line(cells);
    case 2:
      LoseZeros(&cells);
      return Line(cells);
    case 3:
      // One address alone shows that the surplus cell belongs to it.
      return cells[kMail].find_first_of(" ;,\n") == std::string::npos ? UnquotedMails(cells)
                                                                      : Line(cells);
    case 4:
      DayAsSerial(&cells[kSince]);
      return Line(cells);
    case 5:
      BlankOut(&cells);
      return Line(cells);
    case 6:
      cells[kStructure] = absl::StrReplaceAll(cells[kStructure], {{" ", "\n"}});
      return Line(cells);
    default:
      SpoilMail(&cells, dice);
      return Line(cells);
  }
}

}  // namespace maillage::datagen
