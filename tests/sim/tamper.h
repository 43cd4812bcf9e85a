// What a hostile partner does to messages, and the proof that it got nowhere.
#ifndef TESTS_SIM_TAMPER_H_
#define TESTS_SIM_TAMPER_H_

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "maillage/v1/sync.pb.h"
#include "server/identity/keys.h"
#include "tests/sim/scheduler.h"

namespace maillage::sim {

// Of one direction of one stream: runs that were tampered with, and that must
// never be acknowledged.
class Suspicion {
 public:
  // What was tampered with is `message`, or the run it belongs to.
  void Tampered(const v1::SyncMessage& message);
  // What is delivered, as it is delivered.
  void Delivered(const v1::SyncMessage& message);
  // What the receiving side answers; false where it believes a tampered run.
  bool MayAnswer(const v1::SyncMessage& message);

 private:
  struct Run {
    std::string share;
    std::string incarnation;
    uint64_t to_seq = 0;
  };
  using End = std::pair<std::string, uint64_t>;  // share, to_seq

  std::map<uint32_t, Run> runs_;
  std::set<uint32_t> tampered_;
  std::set<End> refused_;   // runs that must not be acknowledged
  std::set<End> believed_;  // good ones of that end, which may be
};

// Changes messages at random. Keeps what it has seen, to replay it.
class Tamperer {
 public:
  Tamperer();

  // Returns what was done, empty for nothing. `must_refuse` is set where the run
  // is no longer what the origin signed. The message is to be delivered only
  // where it is not emptied.
  std::string Tamper(Random* random, v1::SyncMessage* message, bool* must_refuse);
  // Remembers heads and offers of an honest stream.
  void See(const v1::SyncMessage& message);

 private:
  std::string TamperEntries(Random* random, v1::RunEntries* entries, bool* must_refuse);
  std::string TamperEnd(Random* random, v1::RunEnd* end, bool* must_refuse);
  std::string TamperStart(Random* random, v1::RunStart* start);
  std::string TamperWant(Random* random, v1::Want* want);
  v1::Signed Forged(const v1::Signed& head, Random* random) const;

  const identity::SigningKey stranger_;
  std::vector<v1::Signed> heads_;
  std::vector<v1::Signed> offers_;
};

}  // namespace maillage::sim

#endif  // TESTS_SIM_TAMPER_H_
