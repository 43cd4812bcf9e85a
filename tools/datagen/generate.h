// Writes files as institutions have them, full of invented people.
#ifndef TOOLS_DATAGEN_GENERATE_H_
#define TOOLS_DATAGEN_GENERATE_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace maillage::datagen {

struct Options {
  // council, institutions, associations, companies, professionals, citizens, or
  // partners (all but council and citizens, mixed).
  std::string kind = "partners";
  std::string territory = "200069037";  // as Territories::Parse reads it
  std::string format = "excel";         // or rne, for councils
  uint64_t seed = 1;
  int64_t count = 100;  // rows; ignored for councils, which have their legal size
  // Number of the first row: lists of two nodes that overlap know the same people.
  int64_t first = 0;
  // Share of the persons in the list who sit in a council too, with the address
  // that they have there.
  double overlap = 0;
  // Share of the council that is listed.
  double part = 1;
  // The elections after which the council sits: 2026, or 2020.
  int64_t elected = 2026;

  // Who writes the list: each writes the same people in a way of their own; the
  // empty one as they were invented.
  std::string teller;
  // Share of the rows that say again who stands in one of the rows before.
  double duplicates = 0;
  // Share of the rows about somebody who is easily taken for one of those before.
  double lookalikes = 0;
  // Share of the rows of a list that are damaged.
  double dirty = 0;
  // Name of the file in the truth.
  std::string file;
};

// Receives a file in pieces.
using Write = std::function<absl::Status(absl::string_view)>;

// Hands the file over in pieces of about 64 KiB, and, where `truth` is given,
// who stands in which line: a line "FILE;LINE;PERSON" for each row, in order.
// Memory does not grow with the file. INVALID_ARGUMENT for unknown words;
// NOT_FOUND for an unknown territory.
absl::Status Generate(const Options& options, const Write& file, const Write& truth = nullptr);

}  // namespace maillage::datagen

#endif  // TOOLS_DATAGEN_GENERATE_H_
