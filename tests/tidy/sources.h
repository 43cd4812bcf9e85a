// The tree as its checks see it.
#ifndef TESTS_TIDY_SOURCES_H_
#define TESTS_TIDY_SOURCES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace maillage::tidy {

struct Source {
  std::string path;  // from the top of the tree
  std::string text;
  std::vector<std::string> lines;

  bool IsUnder(absl::string_view folder) const;
  bool IsHeader() const;
  bool IsCpp() const;
};

// Every text file of the tree, by path; without builds, version control and
// what npm fetched. Read once.
const std::vector<Source>& Sources();

// Where a rule is broken. A line of 0 stands for the whole file.
struct Offence {
  std::string path;
  int line;
  std::string what;
};

// Fails the running test where there are offences, with a line for each and the
// mend.
void ExpectNone(const std::vector<Offence>& offences, absl::string_view mend);

}  // namespace maillage::tidy

#endif  // TESTS_TIDY_SOURCES_H_
