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
  // Share of the persons in the list who sit in a council too, with the address
  // that they have there.
  double overlap = 0;
  // Share of the council that is listed.
  double part = 1;
};

// Hands the file over in pieces of about 64 KiB; memory does not grow with it.
// INVALID_ARGUMENT for unknown words; NOT_FOUND for an unknown territory.
absl::Status Generate(const Options& options,
                      const std::function<absl::Status(absl::string_view)>& write);

}  // namespace maillage::datagen

#endif  // TOOLS_DATAGEN_GENERATE_H_
