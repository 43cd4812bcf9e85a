// The rooms that a broadcast stands on, of one node, for tests.
#ifndef TESTS_BROADCAST_NODE_FIXTURE_H_
#define TESTS_BROADCAST_NODE_FIXTURE_H_

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/base/clock.h"
#include "client/base/error.h"
#include "client/base/mutex.h"
#include "server/broadcast/invitations.h"
#include "server/directory/directory.h"
#include "server/directory/index_stage.h"
#include "server/identity/audit_stage.h"
#include "server/identity/partners.h"
#include "server/identity/self.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::broadcast {

// Runs with the machine's, shifted.
class ShiftedClock : public Clock {
 public:
  absl::Time Now() const override {
    MutexLock lock(&mutex_);
    return absl::Now() + shift_;
  }
  void Advance(absl::Duration by) {
    MutexLock lock(&mutex_);
    shift_ += by;
  }

 private:
  mutable Mutex mutex_;
  absl::Duration shift_ ABSL_GUARDED_BY(mutex_);
};

inline identity::Keys NewTestKeys() {
  return {identity::SigningKey::Generate(), identity::SigningKey::Generate(),
          identity::SealingKey::Generate(), *identity::NewTlsKey("test", {})};
}

// Links are a queue: each message goes to its receiver when Deliver is called.
struct TestNode {
  // With a path the database is on disk.
  explicit TestNode(const std::string& alias, std::string path = "") : audit(&clock) {
    const bool in_memory = path.empty();
    database = *storage::Database::Open(
        {.path = in_memory ? absl::StrCat("/", alias) : path, .in_memory = in_memory});
    // The index needs to know the node: make that first.
    auto first =
        std::make_unique<storage::Writer>(database.get(), std::vector<storage::CommitStage*>{});
    self = *identity::Self::Create(NewTestKeys(), {alias, absl::StrCat("Node ", alias), {}},
                                   std::string(32, 'r'), first.get(), clock);
    first = nullptr;
    index_stage = std::make_unique<directory::IndexStage>(self->node());
    writer = std::make_unique<storage::Writer>(
        database.get(), std::vector<storage::CommitStage*>{index_stage.get(), &audit});
    partners = *identity::Partners::Load(self.get(), database->latest(), &clock);
    MakeDirectory();
  }

  void MakeDirectory() {
    directory::Directory::Nodes nodes;
    nodes.find = [this](absl::string_view name) -> absl::StatusOr<NodeId> {
      if (name == ToText(self->node())) return self->node();
      auto partner = partners->Find(name);
      if (!partner.ok()) return partner.status();
      return (*partner)->node;
    };
    nodes.all = [] { return std::vector<NodeId>(); };
    actors = std::make_unique<directory::Directory>(self->node(), database.get(), writer.get(),
                                                    &clock, std::move(nodes));
  }

  // Opens the invitations; called again, as after a restart.
  void Open(JobOptions options = {}) {
    invitations = nullptr;
    auto opened = Invitations::Open(
        {database.get(), writer.get(), &clock, self.get(), partners.get(), actors.get(),
         [this](const NodeId& to, const v1::LinkMessage& message, storage::Transaction*) {
           outgoing.emplace_back(to, message);
           return absl::OkStatus();
         }},
        std::move(options));
    EXPECT_TRUE(opened.ok()) << opened.status();
    invitations = *std::move(opened);
  }

  void PairWith(TestNode* other) {
    EXPECT_TRUE(
        partners->Add(other->self->signed_descriptor(), other->self->alias(), writer.get(), {})
            .ok());
  }

  // Takes a message from a partner, as its link would hand it over.
  absl::Status Receive(const NodeId& from, const v1::LinkMessage& message) {
    storage::Transaction transaction;
    absl::Status status = invitations->Receive(from, message, &transaction);
    return status.ok() ? writer->Commit(std::move(transaction)) : status;
  }

  // Delivers what waits for `to`.
  void Deliver(TestNode* to) {
    for (auto& [node, message] : std::exchange(outgoing, {})) {
      EXPECT_EQ(node, to->self->node());
      const absl::Status status = to->Receive(self->node(), message);
      EXPECT_TRUE(status.ok()) << status;
    }
  }

  // A citizen of Saint-Omer with this address; none where it is empty.
  v1::Actor Citizen(const std::string& family, const std::string& mailbox) const {
    v1::Actor actor;
    actor.set_kind(v1::ACTOR_KIND_PERSON);
    actor.mutable_person_name()->set_honorific("Madame");
    actor.mutable_person_name()->set_given("Zoé");
    actor.mutable_person_name()->set_family(family);
    actor.set_legal_basis(v1::LEGAL_BASIS_CONSENT);
    actor.mutable_consent()->set_proof("bulletin d'inscription");
    actor.set_source("Inscription aux rencontres");
    v1::TerritoryRef* commune = actor.add_territories();
    commune->set_level(v1::TERRITORY_LEVEL_COMMUNE);
    commune->set_code("62765");
    if (!mailbox.empty()) AddMailbox(mailbox, v1::CONTACT_SCOPE_WORK, &actor);
    return actor;
  }
  static void AddMailbox(const std::string& mailbox, v1::ContactScope scope, v1::Actor* actor) {
    v1::ContactPoint* point = actor->add_contact_points();
    point->set_kind(v1::CONTACT_KIND_EMAIL);
    point->set_scope(scope);
    point->set_value(mailbox);
  }
  void Add(v1::Actor actor) {
    const auto created = actors->Create(std::move(actor), "", "operators/test");
    EXPECT_TRUE(created.ok()) << created.status();
  }
  void AddCitizens(int count) {
    for (int i = 0; i < count; ++i) {
      Add(Citizen(absl::StrCat("Martin", i), absl::StrCat("c", i, "@example.org")));
    }
  }

  ShiftedClock clock;
  identity::AuditStage audit;
  std::unique_ptr<storage::Database> database;
  std::unique_ptr<identity::Self> self;
  std::unique_ptr<directory::IndexStage> index_stage;
  std::unique_ptr<storage::Writer> writer;
  std::unique_ptr<identity::Partners> partners;
  std::unique_ptr<directory::Directory> actors;
  std::deque<std::pair<NodeId, v1::LinkMessage>> outgoing;
  std::unique_ptr<Invitations> invitations;
};

// A file whose event is tomorrow, organised by `aliases`.
inline std::string FileOf(const std::vector<std::string>& aliases, const std::string& more = "",
                          const std::string& body = "La lettre.") {
  const std::string day =
      absl::FormatTime("%Y-%m-%d", absl::Now() + absl::Hours(24), absl::UTCTimeZone());
  std::string file = absl::StrCat(
      "+++\nreference = \"028-2018\"\nissue_place = \"Lille\"\nissue_date = 2018-03-30\n"
      "subject = \"Invitation\"\ntitle = \"Rencontre\"\nstarts = ",
      day, "T09:00:00\nends = ", day,
      "T17:00:00\naudience = \"territory:REGION/32\"\nreply_to = \"contact@example.org\"\n", more,
      "[venue]\nname = \"Maison\"\naddress = \"62500 Saint-Omer\"\n");
  for (const std::string& alias : aliases) {
    absl::StrAppend(&file, "[[organisers]]\nname = \"", alias, "\"\nnode = \"", alias,
                    "\"\npost = \"La présidente\"\n");
  }
  return absl::StrCat(file, "+++\n", body, "\n");
}

}  // namespace maillage::broadcast

#endif  // TESTS_BROADCAST_NODE_FIXTURE_H_
