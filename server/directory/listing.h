// Lists of shown records in an order, page by page; private to the directory.
#ifndef SERVER_DIRECTORY_LISTING_H_
#define SERVER_DIRECTORY_LISTING_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "maillage/v1/actor.pb.h"
#include "roaring/roaring.hh"
#include "server/storage/reader.h"

namespace maillage::directory {

struct ListedActor {
  std::string key;  // lists are in order of it; nobody else's is the same
  uint32_t ordinal = 0;
  std::shared_ptr<const v1::Actor> actor;
};

// The keys of the `sorted` family: French order.
std::string FrenchKey(const v1::Actor& actor, uint32_t ordinal);

// Reads all of `ordinals`, lets `key_of` name their keys (empty: leave it out), and
// sorts. Errors are those of reading.
using KeyOfFn = absl::FunctionRef<std::string(const v1::Actor& actor, uint32_t ordinal)>;
absl::StatusOr<std::vector<ListedActor>> ReadInOrder(const storage::Reader& reader,
                                                     const NodeId& self, const Roaring& ordinals,
                                                     KeyOfFn key_of);

// Some rows of the `sorted` family.
struct Walk {
  std::string from;
  std::string to;  // empty: to the end
  size_t most_rows = SIZE_MAX;
  size_t most_found = 0;
};
struct Walked {
  std::vector<uint32_t> ordinals;
  std::string next;  // where to go on; empty at the end
  size_t rows = 0;
};
// Those of `wanted` among them, in order.
absl::StatusOr<Walked> WalkInOrder(const storage::Reader& reader, const Walk& walk,
                                   const Roaring& wanted);

// Whether reading all of `wanted` costs less than walking past the others until
// `limit` of them were met.
bool IsReadFaster(uint64_t wanted, uint64_t all, size_t limit);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_LISTING_H_
