// An origin and a member of its shares, for tests of what the member takes.
#ifndef TESTS_SHARING_SUBSCRIBER_FIXTURE_H_
#define TESTS_SHARING_SUBSCRIBER_FIXTURE_H_

#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "gtest/gtest.h"
#include "server/identity/signed.h"
#include "server/sharing/own_share.h"
#include "server/sharing/share_log.h"
#include "server/sharing/subscriber.h"
#include "server/sharing/tree.h"
#include "tests/sharing/test_world.h"

namespace maillage::sharing {

class SubscriberFixture : public testing::Test {
 protected:
  // A share of everything, subscribed by the member.
  ShareId NewShare(v1::View view, absl::string_view filter = "") {
    const ShareId share = origin_.Share(view, {member_.id()}, filter);
    EXPECT_TRUE(member_.Accept(origin_, origin_.Descriptor(share)).ok());
    return share;
  }
  absl::Status SyncNow(const ShareId& share) {
    return member_.Sync(origin_, origin_.Publish(share));
  }
  // Applies the newest run, tampered with.
  std::string ReasonOf(const ShareId& share, const Tamper& tamper) {
    const PublicationPtr publication = origin_.Publish(share);
    const auto run = MakeRun(publication, member_.SeqOf(origin_, share), tamper);
    if (!run.ok()) return ErrorReason(run.status());
    return ErrorReason(member_.Apply(origin_, *run, publication->signed_head));
  }
  std::string ReasonOfHead(const PublicationPtr& publication, const v1::Signed& head,
                           absl::Time now = kNow) {
    const auto run = MakeRun(publication, member_.SeqOf(origin_, publication->key.share));
    return ErrorReason(member_.Apply(origin_, *run, head, now));
  }

  // One message on the link from the origin, which is its first.
  absl::Status SendOnLink(const RecordId& id, absl::string_view payload,
                          const InboxUse& inbox = {}) {
    const ShareId link = LinkId(origin_.id(), member_.id());
    v1::ShareDescriptor descriptor;
    descriptor.set_origin(std::string(origin_.id().bytes()));
    descriptor.set_share(std::string(link.bytes()));
    descriptor.set_version(1);
    descriptor.set_view(v1::VIEW_FULL);
    descriptor.set_link(true);
    descriptor.set_link_to(std::string(member_.id().bytes()));
    descriptor.add_members(std::string(member_.id().bytes()));
    RETURN_IF_ERROR(member_.Accept(origin_, identity::SignMessage(descriptor, origin_.key())));
    v1::Head head;
    head.set_origin(descriptor.origin());
    head.set_share(descriptor.share());
    head.set_incarnation(std::string(16, 'i'));
    head.set_seq(1);
    head.set_live_count(1);
    head.set_descriptor_version(1);
    v1::RunStart start;
    start.set_origin(head.origin());
    start.set_share(head.share());
    start.set_incarnation(head.incarnation());
    start.set_to_seq(head.seq());
    v1::RunEntries part;
    v1::Entry* entry = part.add_entries();
    entry->set_id(std::string(id.bytes()));
    entry->set_seq(1);
    entry->set_kind(v1::ENTRY_KIND_PUT);
    entry->set_view(v1::VIEW_FULL);
    entry->set_revision(1);
    entry->set_payload(std::string(payload));
    TreeUpdate tree(origin_.id(), link);
    tree.Set(id, LeafHash(*entry));
    storage::Batch rows;
    ASSIGN_OR_RETURN(const TreeUpdate::Result result, tree.Apply(nullptr, &rows));
    head.set_root(std::string(result.root.bytes()));
    ASSIGN_OR_RETURN(IncomingRun run, IncomingRun::Start(start));
    RETURN_IF_ERROR(run.Add(&part, kMaxRunBytes));
    Bench bench = member_.BenchFor(origin_);
    bench.inbox = inbox;
    ASSIGN_OR_RETURN(Proved proved, Prove(member_.database().latest(), bench, run,
                                          identity::SignMessage(head, origin_.key())));
    return member_.writer().Commit(std::move(proved.transaction));
  }

  TestNode origin_{'o'};
  TestNode member_{'m'};
};

}  // namespace maillage::sharing

#endif  // TESTS_SHARING_SUBSCRIBER_FIXTURE_H_
