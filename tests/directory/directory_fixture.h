// A directory on an in-memory database, for the tests of this room.
#ifndef TESTS_DIRECTORY_DIRECTORY_FIXTURE_H_
#define TESTS_DIRECTORY_DIRECTORY_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "client/base/clock.h"
#include "client/base/error.h"
#include "server/directory/directory.h"
#include "server/directory/history_stage.h"
#include "server/directory/index_stage.h"

namespace maillage::directory {

class DirectoryFixture : public ::testing::Test {
 protected:
  DirectoryFixture() : index_(Self()) {
    auto database = storage::Database::Open({.path = "/directory", .in_memory = true});
    EXPECT_TRUE(database.ok()) << database.status();
    database_ = *std::move(database);
    history_ = std::make_unique<HistoryStage>(Self(), &database_->latest(), &Clock::Real());
    writer_ = std::make_unique<storage::Writer>(
        database_.get(), std::vector<storage::CommitStage*>{&index_, history_.get()});
    Directory::Nodes nodes;
    nodes.find = [](absl::string_view alias) -> absl::StatusOr<NodeId> {
      if (alias == "ville") return Partner();
      return NotFound("NO_PARTNER", "no such partner");
    };
    nodes.all = [] { return std::vector<NodeId>{Partner()}; };
    directory_ =
        std::make_unique<Directory>(Self(), database_.get(), writer_.get(), &Clock::Real(), nodes);
  }

  static NodeId Self() { return NodeId("selfselfse"); }
  static NodeId Partner() { return NodeId("partnerpar"); }

  static v1::Actor Person(const std::string& family, const std::string& given) {
    v1::Actor actor;
    actor.set_kind(v1::ACTOR_KIND_PERSON);
    actor.mutable_person_name()->set_family(family);
    actor.mutable_person_name()->set_given(given);
    actor.set_legal_basis(v1::LEGAL_BASIS_PUBLIC_TASK);
    return actor;
  }
  static v1::Actor Association(const std::string& name) {
    v1::Actor actor;
    actor.set_kind(v1::ACTOR_KIND_ORGANISATION);
    actor.set_organisation_name(name);
    actor.set_organisation_type(v1::ORGANISATION_TYPE_ASSOCIATION);
    return actor;
  }
  static void AddCommune(const std::string& code, v1::Actor* actor) {
    auto* ref = actor->add_territories();
    ref->set_level(v1::TERRITORY_LEVEL_COMMUNE);
    ref->set_code(code);
  }
  static void AddEmail(const std::string& address, v1::Actor* actor) {
    auto* point = actor->add_contact_points();
    point->set_kind(v1::CONTACT_KIND_EMAIL);
    point->set_scope(v1::CONTACT_SCOPE_WORK);
    point->set_value(address);
  }
  std::shared_ptr<const v1::Actor> Create(v1::Actor actor) {
    auto created = directory_->Create(std::move(actor), "", "operators/test");
    EXPECT_TRUE(created.ok()) << created.status();
    return created.ok() ? *created : nullptr;
  }
  int64_t Count(const std::string& filter) {
    const auto count = directory_->Count(filter);
    EXPECT_TRUE(count.ok()) << count.status();
    return count.ok() ? count->total : -1;
  }

  IndexStage index_;
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<HistoryStage> history_;
  std::unique_ptr<storage::Writer> writer_;
  std::unique_ptr<Directory> directory_;
};

}  // namespace maillage::directory

#endif  // TESTS_DIRECTORY_DIRECTORY_FIXTURE_H_
