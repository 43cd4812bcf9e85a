#include "tests/sharing/test_world.h"

#include <utility>

#include "client/base/status_macros.h"
#include "gtest/gtest.h"
#include "server/directory/actor.h"
#include "server/directory/directory.h"
#include "server/directory/shown.h"
#include "server/identity/descriptor.h"
#include "server/identity/signed.h"
#include "server/sharing/share_log.h"

namespace maillage::sharing {
namespace {

using storage::Family;

identity::SigningKey KeyOf(char seed) {
  return identity::SigningKey::FromSeed(std::string(32, seed)).value();
}

std::unique_ptr<storage::Database> OpenInMemory(const NodeId& id) {
  storage::DatabaseOptions options;
  options.path = "/" + ToText(id);
  options.in_memory = true;
  return storage::Database::Open(options).value();
}

void AddTerritory(v1::Actor* actor) {
  v1::TerritoryRef* place = actor->add_territories();
  place->set_level(v1::TERRITORY_LEVEL_COMMUNE);
  place->set_code("62765");
}

void AddEmail(v1::ContactScope scope, absl::string_view address, v1::Actor* actor) {
  v1::ContactPoint* contact = actor->add_contact_points();
  contact->set_kind(v1::CONTACT_KIND_EMAIL);
  contact->set_scope(scope);
  contact->set_value(std::string(address));
}

}  // namespace

v1::Actor Person(absl::string_view given, absl::string_view family) {
  v1::Actor actor;
  actor.set_kind(v1::ACTOR_KIND_PERSON);
  actor.mutable_person_name()->set_given(std::string(given));
  actor.mutable_person_name()->set_family(std::string(family));
  v1::Membership* membership = actor.add_memberships();
  membership->set_type(v1::MEMBERSHIP_TYPE_EMPLOYMENT);
  membership->set_organisation_name("Centre social du Brockus");
  membership->set_organisation_type(v1::ORGANISATION_TYPE_INSTITUTION);
  AddTerritory(&actor);
  AddEmail(v1::CONTACT_SCOPE_WORK, "travail@example.org", &actor);
  AddEmail(v1::CONTACT_SCOPE_PRIVATE, "maison@example.org", &actor);
  actor.set_legal_basis(v1::LEGAL_BASIS_PUBLIC_TASK);
  actor.set_source("fichier de la mairie");
  actor.mutable_notice()->set_state(v1::NOTICE_STATE_EXEMPT);
  actor.mutable_notice()->set_how("art. 14.5.c");
  actor.set_notes("note interne");
  actor.add_tags("interne");
  return actor;
}

v1::Actor Association(absl::string_view name) {
  v1::Actor actor;
  actor.set_kind(v1::ACTOR_KIND_ORGANISATION);
  actor.set_organisation_name(std::string(name));
  actor.set_organisation_type(v1::ORGANISATION_TYPE_ASSOCIATION);
  AddTerritory(&actor);
  actor.set_legal_basis(v1::LEGAL_BASIS_PUBLIC_TASK);
  return actor;
}

TestNode::TestNode(char seed)
    : key_(KeyOf(seed)),
      signer_(KeyOf(seed)),
      id_(identity::NodeIdOf(key_.public_key())),
      database_(OpenInMemory(id_)),
      index_(id_),
      stage_(id_, &shares_, &signer_, nullptr),
      writer_(std::make_unique<storage::Writer>(
          database_.get(), std::vector<storage::CommitStage*>{&index_, &stage_})) {}

RecordId TestNode::Put(v1::Actor actor, RecordId id) {
  std::shared_ptr<const v1::Actor> before;
  if (id.is_zero()) {
    id = NewRecordId(kNow);
  } else if (const auto row =
                 database_->latest().Get(Family::kActors, storage::ActorKey(id)).value()) {
    before = directory::ParseOwnRow(id_, id, *row).value();
  }
  directory::DeriveCategories(&actor);
  actor.set_revision(before == nullptr ? 1 : before->revision() + 1);
  auto after = std::make_shared<const v1::Actor>(std::move(actor));
  EXPECT_TRUE(writer_->Commit(directory::ChangeOf(id_, id, before, after)).ok());
  return id;
}

void TestNode::Remove(const RecordId& id, bool erase) {
  const auto row = database_->latest().Get(Family::kActors, storage::ActorKey(id)).value();
  auto transaction =
      directory::ChangeOf(id_, id, directory::ParseOwnRow(id_, id, *row).value(), nullptr);
  transaction.changes.front().erase = erase;
  EXPECT_TRUE(writer_->Commit(std::move(transaction)).ok());
}

void TestNode::LookAgain() {
  storage::Transaction transaction;
  EXPECT_TRUE(database_->latest()
                  .ScanPrefix(Family::kActors, "",
                              [&](absl::string_view key, absl::string_view row) {
                                const RecordId id(key);
                                auto actor = directory::ParseOwnRow(id_, id, row).value();
                                transaction.changes.push_back({id_, id, actor, actor});
                                return true;
                              })
                  .ok());
  EXPECT_TRUE(writer_->Commit(std::move(transaction)).ok());
}

ShareId TestNode::Share(v1::View view, const std::vector<NodeId>& members, absl::string_view filter,
                        ShareId id) {
  const OwnSharePtr before = shares_.Get()->Find(id);
  v1::ShareDescriptor descriptor;
  descriptor.set_origin(std::string(id_.bytes()));
  descriptor.set_share(std::string(id.bytes()));
  descriptor.set_version(before == nullptr ? 1 : before->descriptor.version() + 1);
  descriptor.set_title("essai");
  descriptor.set_filter(std::string(filter));
  descriptor.set_view(view);
  for (const NodeId& member : members) descriptor.add_members(std::string(member.bytes()));
  v1::StoredOwnShare stored;
  if (before != nullptr) {
    const bool same = before->descriptor.filter() == filter && before->descriptor.view() == view;
    stored.set_scope_version(same ? before->stored.scope_version() : descriptor.version());
  }
  *stored.mutable_share_descriptor() = identity::SignMessage(descriptor, key_);
  shares_.Put(OwnShare::FromStored(std::move(stored)).value());
  return id;
}

PublicationPtr TestNode::Publish(const ShareId& id, absl::Time now) {
  const Issuer issuer{id_, Incarnation("0123456789abcdef"), &signer_};
  auto issued = Issue(issuer, shares_.Get()->Find(id), database_->Snapshot(), nullptr, now);
  EXPECT_TRUE(issued.ok()) << issued.status();
  EXPECT_TRUE(writer_->Commit(std::move(issued->transaction)).ok());
  return issued->publication;
}

Bench TestNode::BenchFor(const TestNode& origin, absl::Time now) const {
  return {id_, origin.id(), {origin.key().public_key()}, now};
}

absl::Status TestNode::Accept(const TestNode& origin, const v1::Signed& descriptor,
                              bool subscribe) {
  ASSIGN_OR_RETURN(Offered offered, JudgeOffer(database_->latest(), BenchFor(origin), descriptor));
  RETURN_IF_ERROR(writer_->Commit(std::move(offered.transaction)));
  if (!subscribe) return absl::OkStatus();
  ASSIGN_OR_RETURN(ReceivedShare received,
                   ReceivedShare::Read(database_->latest(), origin.id(), offered.share));
  received.stored.set_subscribed(true);
  storage::Transaction transaction;
  received.AddTo(&transaction, origin.id(), offered.share);
  return writer_->Commit(std::move(transaction));
}

absl::Status TestNode::Apply(const TestNode& origin, const IncomingRun& run, const v1::Signed& head,
                             absl::Time now) {
  ASSIGN_OR_RETURN(Proved proved, Prove(database_->latest(), BenchFor(origin, now), run, head));
  return writer_->Commit(std::move(proved.transaction));
}

absl::Status TestNode::Sync(const TestNode& origin, const PublicationPtr& publication) {
  ASSIGN_OR_RETURN(const IncomingRun run,
                   MakeRun(publication, SeqOf(origin, publication->key.share)));
  return Apply(origin, run, publication->signed_head);
}

uint64_t TestNode::SeqOf(const TestNode& origin, const ShareId& share) {
  return ReceivedShare::Read(database_->latest(), origin.id(), share).value().head.seq();
}

std::shared_ptr<const v1::Actor> TestNode::Shown(const TestNode& origin, const RecordId& id) {
  return directory::ReadShown(database_->latest(), origin.id(), id).value();
}

uint64_t TestNode::Count(absl::string_view filter) {
  const auto none = [](absl::string_view) -> absl::StatusOr<NodeId> {
    return absl::NotFoundError("no aliases here");
  };
  return directory::Filter::Parse(filter, none)
      .value()
      .Evaluate(database_->latest())
      .value()
      .cardinality();
}

uint64_t TestNode::Rows(Family family) {
  uint64_t rows = 0;
  EXPECT_TRUE(database_->latest()
                  .ScanPrefix(family, "",
                              [&](absl::string_view, absl::string_view) {
                                ++rows;
                                return true;
                              })
                  .ok());
  return rows;
}

absl::StatusOr<IncomingRun> MakeRun(const PublicationPtr& publication, uint64_t from,
                                    const Tamper& tamper) {
  const v1::Head& head = publication->head;
  v1::RunStart start;
  start.set_origin(head.origin());
  start.set_share(head.share());
  start.set_incarnation(head.incarnation());
  start.set_from_seq(from);
  start.set_to_seq(head.seq());
  ASSIGN_OR_RETURN(IncomingRun run, IncomingRun::Start(start));
  std::vector<v1::Entry> entries;
  RETURN_IF_ERROR(ForEachEntry(*publication->snapshot, NodeId(head.origin()),
                               publication->key.share, from, head.seq(), [&](v1::Entry* entry) {
                                 entries.push_back(*entry);
                                 return true;
                               }));
  if (tamper) tamper(&entries);
  v1::RunEntries part;
  for (v1::Entry& entry : entries) *part.add_entries() = std::move(entry);
  RETURN_IF_ERROR(run.Add(&part, kMaxRunBytes));
  return run;
}

v1::Signed ForgeHead(const PublicationPtr& publication, const identity::SigningKey& key,
                     const std::function<void(v1::Head*)>& change) {
  v1::Head head = publication->head;
  if (change) change(&head);
  return identity::SignMessage(head, key);
}

}  // namespace maillage::sharing
