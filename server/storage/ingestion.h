// A large change made ready on the side, as sorted files that the database then
// takes all at once, in all families. Many times as fast as a batch.
#ifndef SERVER_STORAGE_INGESTION_H_
#define SERVER_STORAGE_INGESTION_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "server/storage/packed_rows.h"

namespace maillage::storage {

class Database;

// Made by Database::StartIngestion(), filled by one thread, and given to the
// Writer in a Transaction; filled, it does not change any more. Files that were
// not taken are removed with it, and those that a kill left at the next start.
// Errors are those of the disk and of Make(); once there was one, each call returns
// it, and nothing more is made.
class Ingestion {
 public:
  ~Ingestion();
  Ingestion(const Ingestion&) = delete;
  Ingestion& operator=(const Ingestion&) = delete;

  // Adds rows in any order: one more file in each of their families. Where files
  // have the same row, the later added counts; within a batch, the last; merges
  // add up. It is sorted and written on a thread of its own, which Add() waits
  // for where a batch is still being written.
  absl::Status Add(PackedRows rows);
  // The same, but as if added before everything else.
  absl::Status AddFirst(PackedRows rows);
  // Has `make` done on a thread of its own, which may add rows: what one call makes
  // comes before what the next does. Waits while another call's work has not begun.
  void Make(std::function<absl::Status()> make);
  // All is made and written.
  absl::Status Finish();
  // Of the files so far; call Finish() before.
  uint64_t bytes() const;

 private:
  friend class Database;
  struct Impl;
  explicit Ingestion(std::unique_ptr<Impl> impl);
  const std::unique_ptr<Impl> impl_;
};

}  // namespace maillage::storage

#endif  // SERVER_STORAGE_INGESTION_H_
