// Finds the functions of a formatted C++ source and their length, by braces.
#ifndef TESTS_TIDY_FUNCTIONS_H_
#define TESTS_TIDY_FUNCTIONS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace maillage::tidy {

struct Function {
  std::string head;  // what stands before the body, on one line
  int line;          // of the head's first token, from 1
  int length;        // lines from there to the closing brace
};

// The functions of namespaces and classes, in order of their closing brace; what
// is written inside a function belongs to it.
std::vector<Function> FindFunctions(absl::string_view source);

}  // namespace maillage::tidy

#endif  // TESTS_TIDY_FUNCTIONS_H_
