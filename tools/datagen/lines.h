// The lines of a file, and who stands in them.
#ifndef TOOLS_DATAGEN_LINES_H_
#define TOOLS_DATAGEN_LINES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "tools/datagen/generate.h"

namespace maillage::datagen {

// Collects lines and hands them over in pieces, so that memory does not grow
// with the file. Not thread safe.
class Lines {
 public:
  // All must outlive it; `truth` may be null.
  Lines(const Options& options, const Write& file, const Write& truth)
      : options_(options), write_file_(file), write_truth_(truth) {}

  // A title or a row of headings.
  absl::Status Head(const std::vector<std::string>& cells);
  // A row about `person`, damaged by lot where the options ask for it.
  absl::Status Row(const std::vector<std::string>& cells, absl::string_view person);
  absl::Status Flush();

 private:
  absl::Status Append(const std::string& line);

  const Options& options_;
  const Write& write_file_;
  const Write& write_truth_;
  std::string file_;
  std::string truth_;
  int64_t line_ = 1;  // of the file, where the next row starts
  uint64_t rows_ = 0;
};

}  // namespace maillage::datagen

#endif  // TOOLS_DATAGEN_LINES_H_
