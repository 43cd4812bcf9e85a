// Writes gathered in order, to be applied all or not at all.
#ifndef SERVER_STORAGE_BATCH_H_
#define SERVER_STORAGE_BATCH_H_

#include <string>
#include <utility>
#include <vector>

#include "server/storage/schema.h"

namespace maillage::storage {

// Not thread safe. Knows nothing of the database, so that cores can fill it.
class Batch {
 public:
  enum class Kind : uint8_t { kPut, kDelete, kMerge };
  struct Op {
    Kind kind;
    Family family;
    std::string key;
    std::string value;  // empty on kDelete
  };

  void Put(Family family, std::string key, std::string value) {
    Add({Kind::kPut, family, std::move(key), std::move(value)});
  }
  void Delete(Family family, std::string key) { Add({Kind::kDelete, family, std::move(key), {}}); }
  // Only postings merge; the operand is made by PostingDelta.
  void Merge(Family family, std::string key, std::string operand) {
    Add({Kind::kMerge, family, std::move(key), std::move(operand)});
  }

  const std::vector<Op>& ops() const { return ops_; }
  // Takes the operations out.
  std::vector<Op> Release() {
    bytes_ = 0;
    return std::exchange(ops_, {});
  }
  bool empty() const { return ops_.empty(); }
  // Bytes of keys and values.
  size_t bytes() const { return bytes_; }

 private:
  void Add(Op op) {
    bytes_ += op.key.size() + op.value.size();
    ops_.push_back(std::move(op));
  }

  std::vector<Op> ops_;
  size_t bytes_ = 0;
};

}  // namespace maillage::storage

#endif  // SERVER_STORAGE_BATCH_H_
