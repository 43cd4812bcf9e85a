#include "server/rpc/share_service.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/base/error.h"
#include "client/base/grpc_status.h"
#include "client/base/status_macros.h"
#include "server/rpc/answer.h"
#include "server/rpc/paging.h"

namespace maillage::rpc {
namespace {

constexpr absl::Duration kDefaultWait = absl::Seconds(30);
constexpr absl::Duration kLongestWait = absl::Hours(1);
constexpr int kMostRecords = 1000;

// Own shares first, then by partner; without equal ones.
std::string OrderKey(const v1::Share& share) {
  return absl::StrCat(share.origin_alias(), "/", share.title(), "/", share.name());
}

absl::Status NoSuchShare(absl::string_view name) {
  return NotFound("NO_SUCH_SHARE", absl::StrCat("there is no share ", name),
                  "maillage share list shows own shares and those that partners offer");
}

}  // namespace

absl::StatusOr<sharing::ShareSpec> ShareService::SpecOf(const v1::Share& share) const {
  sharing::ShareSpec spec;
  spec.title = share.title();
  spec.view = share.view();
  spec.relayable = share.relayable();
  ASSIGN_OR_RETURN(spec.filter, parts_.parse_filter(share.filter()));
  for (const std::string& member : share.members()) {
    const auto partner = parts_.partners->Find(member);
    if (partner.ok()) {
      spec.members.push_back((*partner)->node);
      continue;
    }
    const auto partnership = parts_.partnerships->Find(member);
    if (!partnership.ok()) return partner.status();
    spec.partnerships.push_back((*partnership)->id());
    for (const NodeId& node : parts_.partnerships->PartnersIn((*partnership)->id())) {
      spec.partnership_members.push_back(node);
    }
  }
  return spec;
}

absl::StatusOr<std::vector<NodeId>> ShareService::NodesOf(
    const google::protobuf::RepeatedPtrField<std::string>& names) const {
  std::vector<NodeId> nodes;
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(const identity::PartnerPtr partner, parts_.partners->Find(name));
    nodes.push_back(partner->node);
  }
  return nodes;
}

absl::StatusOr<std::pair<ShareId, sharing::ShareChange>> ShareService::ChangeOf(
    const v1::UpdateShareRequest& request) const {
  const v1::Share& fields = request.share();
  ASSIGN_OR_RETURN(const auto share, parts_.sharing->shares().Find(
                                         fields.name().empty() ? fields.title() : fields.name()));
  sharing::ShareChange change;
  for (const std::string& path : request.update_mask().paths()) {
    if (path == "filter") {
      ASSIGN_OR_RETURN(change.filter, parts_.parse_filter(fields.filter()));
    } else if (path == "view") {
      change.view = fields.view();
    } else if (path == "relayable") {
      change.relayable = fields.relayable();
    } else {
      return InvalidArgument("BAD_UPDATE_MASK", absl::StrCat("'", path, "' cannot be changed"),
                             "filter, view and relayable can");
    }
  }
  ASSIGN_OR_RETURN(change.add, NodesOf(request.add_members()));
  ASSIGN_OR_RETURN(change.remove, NodesOf(request.remove_members()));
  return std::make_pair(share->id, std::move(change));
}

grpc::Status ShareService::UpdateShare(grpc::ServerContext* context,
                                       const v1::UpdateShareRequest* request, v1::Share* response) {
  const auto change = ChangeOf(*request);
  if (!change.ok()) return ToGrpcStatus(change.status());
  const auto share = parts_.sharing->shares().Update(change->first, change->second,
                                                     parts_.callers->Of(*context).Who());
  if (!share.ok()) return ToGrpcStatus(share.status());
  *response = ToProto(**share);
  return grpc::Status::OK;
}

grpc::Status ShareService::PreviewShare(grpc::ServerContext*,
                                        const v1::PreviewShareRequest* request,
                                        v1::PreviewShareResponse* response) {
  const auto change = ChangeOf(request->update());
  if (!change.ok()) return ToGrpcStatus(change.status());
  const auto alias_of = [this](const NodeId& node) {
    return parts_.sharing->reporter().AliasOf(node);
  };
  return Answer(
      parts_.sharing->shares().Preview(change->first, change->second,
                                       std::clamp(request->records(), 0, kMostRecords), alias_of),
      response);
}

grpc::Status ShareService::CreateShare(grpc::ServerContext* context,
                                       const v1::CreateShareRequest* request, v1::Share* response) {
  const auto spec = SpecOf(request->share());
  if (!spec.ok()) return ToGrpcStatus(spec.status());
  const auto share = parts_.sharing->shares().Create(*spec, parts_.callers->Of(*context).Who());
  if (!share.ok()) return ToGrpcStatus(share.status());
  *response = ToProto(**share);
  return grpc::Status::OK;
}

grpc::Status ShareService::GetShare(grpc::ServerContext*, const v1::GetShareRequest* request,
                                    v1::Share* response) {
  return Answer(Find(request->name()), response);
}

absl::StatusOr<v1::Share> ShareService::Find(absl::string_view name) const {
  const auto own = parts_.sharing->shares().Find(name);
  if (own.ok()) return ToProto(**own);
  const std::vector<absl::string_view> parts = absl::StrSplit(name, absl::MaxSplits('/', 1));
  if (parts.size() == 2 && parts[0] != "nodes") {
    ASSIGN_OR_RETURN(const sharing::Subscription offered, FindOffered(parts[0], parts[1]));
    return ToProto(offered);
  }
  ASSIGN_OR_RETURN(const std::vector<v1::Share> all, All());
  for (const v1::Share& share : all) {
    if (share.name() == name) return share;
  }
  return NoSuchShare(name);
}

grpc::Status ShareService::ListShares(grpc::ServerContext*, const v1::ListSharesRequest* request,
                                      v1::ListSharesResponse* response) {
  const auto all = All();
  if (!all.ok()) return ToGrpcStatus(all.status());
  auto page = PageOf(*request, *all, OrderKey);
  if (!page.ok()) return ToGrpcStatus(page.status());
  for (v1::Share& share : page->items) *response->add_shares() = std::move(share);
  response->set_next_page_token(page->next_page_token);
  return grpc::Status::OK;
}

absl::StatusOr<std::vector<v1::Share>> ShareService::All() const {
  std::vector<v1::Share> all;
  for (const sharing::OwnSharePtr& share : parts_.sharing->shares().List()) {
    all.push_back(ToProto(*share));
  }
  ASSIGN_OR_RETURN(const auto offered, parts_.sharing->subscriptions().List());
  for (const sharing::Subscription& subscription : offered) {
    // Deleted, or no longer for this node: nothing that could be subscribed to.
    if (!subscription.received.HasMember(parts_.self)) continue;
    if (!subscription.is_link()) all.push_back(ToProto(subscription));
  }
  std::sort(all.begin(), all.end(),
            [](const v1::Share& a, const v1::Share& b) { return OrderKey(a) < OrderKey(b); });
  return all;
}

grpc::Status ShareService::DeleteShare(grpc::ServerContext* context,
                                       const v1::DeleteShareRequest* request,
                                       google::protobuf::Empty*) {
  const auto share = parts_.sharing->shares().Find(request->name());
  if (!share.ok()) return ToGrpcStatus(share.status());
  return ToGrpcStatus(
      parts_.sharing->shares().Delete((*share)->id, parts_.callers->Of(*context).Who()));
}

grpc::Status ShareService::SubscribeShare(grpc::ServerContext* context,
                                          const v1::SubscribeShareRequest* request,
                                          v1::Share* response) {
  const auto offered = FindOffered(request->partner(), request->share());
  if (!offered.ok()) return ToGrpcStatus(offered.status());
  const auto subscribed = parts_.sharing->streams().Subscribe(offered->origin, offered->share,
                                                              parts_.callers->Of(*context).Who());
  if (!subscribed.ok()) return ToGrpcStatus(subscribed.status());
  *response = ToProto(*subscribed);
  return grpc::Status::OK;
}

grpc::Status ShareService::UnsubscribeShare(grpc::ServerContext* context,
                                            const v1::SubscribeShareRequest* request,
                                            v1::Share* response) {
  const auto offered = FindOffered(request->partner(), request->share());
  if (!offered.ok()) return ToGrpcStatus(offered.status());
  const auto left = parts_.sharing->streams().Unsubscribe(offered->origin, offered->share,
                                                          parts_.callers->Of(*context).Who());
  if (!left.ok()) return ToGrpcStatus(left.status());
  *response = ToProto(*left);
  return grpc::Status::OK;
}

absl::StatusOr<sharing::Subscription> ShareService::FindOffered(absl::string_view partner_name,
                                                                absl::string_view name) const {
  ASSIGN_OR_RETURN(const identity::PartnerPtr partner, parts_.partners->Find(partner_name));
  ASSIGN_OR_RETURN(const auto offered, parts_.sharing->subscriptions().List());
  for (const sharing::Subscription& subscription : offered) {
    if (subscription.origin != partner->node || subscription.is_link()) continue;
    if (name == subscription.received.descriptor.title() || name == ToText(subscription.share) ||
        name == ShareName(subscription.origin, subscription.share)) {
      return subscription;
    }
  }
  return NotFound("NO_SUCH_SHARE",
                  absl::StrCat("partner ", partner->alias, " offers no share ", name),
                  "maillage share list shows what partners offer");
}

v1::Share ShareService::ToProto(const sharing::OwnShare& share) const {
  v1::Share proto;
  Describe(parts_.self, share.descriptor, &proto);
  if (const auto publication = parts_.sharing->Latest(share.id)) {
    proto.set_live_count(static_cast<int64_t>(publication->head.live_count()));
  }
  return proto;
}

v1::Share ShareService::ToProto(const sharing::Subscription& subscription) const {
  v1::Share proto;
  Describe(subscription.origin, subscription.received.descriptor, &proto);
  proto.set_name(ShareName(subscription.origin, subscription.share));
  proto.set_origin_alias(parts_.sharing->reporter().AliasOf(subscription.origin));
  proto.set_subscribed(subscription.received.stored.subscribed());
  proto.set_live_count(static_cast<int64_t>(subscription.received.head.live_count()));
  return proto;
}

void ShareService::Describe(const NodeId& origin, const v1::ShareDescriptor& descriptor,
                            v1::Share* share) const {
  share->set_name(ShareName(origin, ShareId(descriptor.share())));
  share->set_title(descriptor.title());
  share->set_filter(descriptor.filter());
  share->set_view(descriptor.view());
  share->set_relayable(descriptor.relayable());
  share->set_version(descriptor.version());
  for (const std::string& member : descriptor.members()) {
    const NodeId node(member);
    share->add_members(node == parts_.self ? parts_.self_alias
                                           : parts_.sharing->reporter().AliasOf(node));
  }
}

grpc::Status ShareService::GetSyncStatus(grpc::ServerContext*, const v1::GetSyncStatusRequest*,
                                         v1::SyncStatus* response) {
  return Answer(parts_.sharing->reporter().Report(), response);
}

grpc::Status ShareService::WaitSync(grpc::ServerContext* context,
                                    const v1::WaitSyncRequest* request, v1::SyncStatus* response) {
  const absl::Duration asked =
      absl::Seconds(request->timeout().seconds()) + absl::Nanoseconds(request->timeout().nanos());
  if (asked < absl::ZeroDuration()) {
    return ToGrpcStatus(InvalidArgument("BAD_TIMEOUT", "the timeout is negative"));
  }
  const absl::Duration timeout =
      asked == absl::ZeroDuration() ? kDefaultWait : std::min(asked, kLongestWait);
  return Answer(parts_.sharing->WaitInSync(timeout, [&] { return context->IsCancelled(); }),
                response);
}

grpc::Status ShareService::VerifySync(grpc::ServerContext* context,
                                      const v1::VerifySyncRequest* request,
                                      grpc::ServerWriter<v1::ShareCheck>* writer) {
  return ToGrpcStatus(parts_.sharing->verifier().Verify(
      request->repair(), [&] { return context->IsCancelled(); },
      [&](const v1::ShareCheck& check) { writer->Write(check); }));
}

}  // namespace maillage::rpc
