// Invented people as a spreadsheet, and what others would type to find them.
#ifndef TOOLS_BENCH_DIRECTORY_ROWS_H_
#define TOOLS_BENCH_DIRECTORY_ROWS_H_

#include <cstddef>
#include <string>
#include <vector>

namespace maillage::bench {

// One row, the same for the same number. Names are of about 30,000 families, some
// frequent, most rare; communes are those of Hauts-de-France.
struct SheetRow {
  std::string given;
  std::string family;
  std::string organisation;
  std::string role;
  std::string commune;  // its title
  std::string insee;
  std::string email;
  std::string phone;
};
SheetRow MakeSheetRow(size_t number);

std::string SheetHead();
std::string ToCsv(const SheetRow& row);

// What people type who look for some of `rows` people: names whole, begun and
// misspelled, names with communes, organisations, roles, communes alone.
std::vector<std::string> SoughtTexts(size_t rows, size_t count);
// Filters of one term and of a few.
std::vector<std::string> CountedFilters(size_t rows, size_t count);

}  // namespace maillage::bench

#endif  // TOOLS_BENCH_DIRECTORY_ROWS_H_
