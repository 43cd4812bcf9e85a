// Two whole nodes in this process, partners of each other, over mutual TLS on
// the loopback, with their data on the disk.
#ifndef TOOLS_BENCH_PAIR_H_
#define TOOLS_BENCH_PAIR_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "client/base/ids.h"
#include "maillage/v1/actor.pb.h"
#include "server/node/parts.h"
#include "server/sharing/comparison.h"

namespace maillage::bench {

// Everything that fails ends the program: there is nothing to measure then.
void CheckOk(const absl::Status& status, const char* what);

// Records as they are and as they will be; no `before` makes new ones.
struct Edits {
  Edits(size_t first, size_t count, size_t version);

  size_t first;
  std::vector<std::shared_ptr<const v1::Actor>> before;
  std::vector<std::shared_ptr<const v1::Actor>> after;
};

class Pair {
 public:
  // Makes both under `dir`, which is there and empty.
  explicit Pair(const std::string& dir);
  ~Pair();

  node::Parts& origin() { return *origin_; }
  node::Parts& partner() { return *partner_; }

  // Writes records [first, first + count) in transactions of `group`; the caller
  // waits for each where `one_by_one`.
  void Write(size_t first, size_t count, size_t version, size_t group, bool one_by_one);
  // The same of what was invented before, so that this is not timed.
  void Write(const Edits& edits, size_t group, bool one_by_one);
  // A share of everything, offered to the partner; returns once it is published.
  void Share();
  void Subscribe();
  // Takes `count` records from the partner's copy, spread over all of it, as a bad
  // disk would.
  void Damage(size_t count);
  // Has the copy repaired; returns what that cost.
  sharing::CompareFigures Repair();
  // Own log and the partner's copy of it.
  uint64_t OriginSeq() const;
  uint64_t PartnerSeq() const;
  // Waits until the partner has all that the origin committed.
  void WaitUntilSame() const;

 private:
  std::unique_ptr<node::Parts> origin_;
  std::unique_ptr<node::Parts> partner_;
  ShareId share_;
};

// Looks again and again, sleeping shortly in between.
void WaitUntil(const std::function<bool()>& condition);

}  // namespace maillage::bench

#endif  // TOOLS_BENCH_PAIR_H_
