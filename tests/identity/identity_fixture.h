// A node's identity on a database in memory, for tests.
#ifndef TESTS_IDENTITY_IDENTITY_FIXTURE_H_
#define TESTS_IDENTITY_IDENTITY_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/identity/audit_stage.h"
#include "server/identity/operators.h"
#include "server/identity/pairing.h"
#include "server/identity/partners.h"
#include "server/identity/self.h"
#include "server/identity/tokens.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::identity {

// Stands still until it is told to move.
class TestClock : public Clock {
 public:
  absl::Time Now() const override { return now; }
  absl::Time now = absl::FromUnixSeconds(1'700'000'000);
};

inline Keys NewTestKeys() {
  return {SigningKey::Generate(), SigningKey::Generate(), SealingKey::Generate(),
          *NewTlsKey("test", {"127.0.0.1"})};
}

// The rooms below and the identity of one node.
struct TestIdentity {
  explicit TestIdentity(const std::string& alias, const Clock* clock,
                        std::string endpoint = "127.0.0.1:7000")
      : audit(clock) {
    database = *storage::Database::Open({.path = absl::StrCat("/", alias), .in_memory = true});
    writer = std::make_unique<storage::Writer>(database.get(),
                                               std::vector<storage::CommitStage*>{&audit});
    self = *Self::Create(NewTestKeys(), {alias, absl::StrCat("Node ", alias), {endpoint}},
                         std::string(32, 'r'), writer.get(), *clock);
    partners = *Partners::Load(self.get(), database->latest(), clock);
    operators = *Operators::Load(database->latest(), writer.get(), clock);
    tokens = std::make_unique<Tokens>(self.get(), &database->latest(), writer.get(), clock);
    pairing = std::make_unique<Pairing>(self.get(), tokens.get(), partners.get(), writer.get());
  }

  AuditStage audit;
  std::unique_ptr<storage::Database> database;
  std::unique_ptr<storage::Writer> writer;
  std::unique_ptr<Self> self;
  std::unique_ptr<Partners> partners;
  std::unique_ptr<Operators> operators;
  std::unique_ptr<Tokens> tokens;
  std::unique_ptr<Pairing> pairing;
};

}  // namespace maillage::identity

#endif  // TESTS_IDENTITY_IDENTITY_FIXTURE_H_
