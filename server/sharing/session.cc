#include "server/sharing/session.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::sharing {
namespace {

// A peer that asks and never reads what is answered.
constexpr size_t kMaxOutbox = 20'000;

absl::Status BadProtocol(absl::string_view what) {
  return InvalidArgument("BAD_PROTOCOL", what, "run versions of maillaged that fit each other");
}

}  // namespace

Session::Session(const NodeId& self, const NodeId& peer, v1::Signed node_descriptor,
                 PublicationSource latest, size_t large_run_entries)
    : self_(self),
      peer_(peer),
      supplier_(self, peer, std::move(latest)),
      receiver_(large_run_entries) {
  shown_ = node_descriptor.payload();
  v1::Hello* hello = outbox_.emplace_back().mutable_hello();
  hello->set_protocol(kProtocol);
  *hello->mutable_node_descriptor() = std::move(node_descriptor);
}

absl::Status Session::Receive(v1::SyncMessage message, std::vector<Work>* work) {
  absl::Status status = ReceiveBody(std::move(message), work);
  if (!status.ok()) work->push_back(PeerRefused{ErrorReason(status)});
  return status;
}

absl::Status Session::ReceiveBody(v1::SyncMessage message, std::vector<Work>* work) {
  if (open_ == message.has_hello()) {
    return BadProtocol("a stream begins with one Hello on each side");
  }
  switch (message.body_case()) {
    case v1::SyncMessage::kHello:
      RETURN_IF_ERROR(ReceiveHello(message.mutable_hello(), work));
      break;
    case v1::SyncMessage::kOffer:
      work->push_back(PeerOffer{std::move(*message.mutable_offer())});
      break;
    case v1::SyncMessage::kNotice:
      work->push_back(PeerNotice{std::move(*message.mutable_notice()->mutable_head())});
      break;
    case v1::SyncMessage::kWant:
      // What the peer has of an own share may be news to this node.
      if (message.want().has_head() &&
          absl::string_view(message.want().origin()) == self_.bytes()) {
        work->push_back(PeerNotice{message.want().head()});
      }
      ReceiveWant(message.want(), work);
      break;
    case v1::SyncMessage::kUnwant:
      supplier_.HandleUnwant(message.unwant());
      break;
    case v1::SyncMessage::kRefusal:
      receiver_.HandleRefusal(message.refusal(), work, &outbox_);
      break;
    case v1::SyncMessage::kRunStart:
      receiver_.HandleStart(message.run_start(), work, &outbox_);
      break;
    case v1::SyncMessage::kRunEntries:
      receiver_.HandleEntries(message.mutable_run_entries(), work, &outbox_);
      break;
    case v1::SyncMessage::kRunEnd:
      receiver_.HandleEnd(message.mutable_run_end(), work, &outbox_);
      break;
    case v1::SyncMessage::kAck:
      if (const auto acked = supplier_.HandleAck(message.ack())) {
        work->push_back(PeerAck{acked->first, acked->second});
      }
      break;
    case v1::SyncMessage::kNodeDescriptor:
      work->push_back(PeerHello{std::move(*message.mutable_node_descriptor())});
      break;
    case v1::SyncMessage::kCompareRequest:
      supplier_.HandleCompare(message.compare_request(), &outbox_);
      break;
    case v1::SyncMessage::kCompareAnswer:
      work->push_back(PeerAnswer{std::move(*message.mutable_compare_answer())});
      break;
    default:
      break;  // of a newer version
  }
  if (outbox_.size() <= kMaxOutbox) return absl::OkStatus();
  return InvalidArgument("FLOODED", "the partner asks more than it reads");
}

void Session::ReceiveWant(const v1::Want& want, std::vector<Work>* work) {
  const size_t before = outbox_.size();
  supplier_.HandleWant(want, &outbox_);
  if (outbox_.size() == before || !outbox_.back().has_refusal()) return;
  const v1::Refusal::Reason reason = outbox_.back().refusal().reason();
  // Only what nobody asks in good faith.
  if (reason == v1::Refusal::NOT_A_MEMBER || reason == v1::Refusal::UNKNOWN_SHARE) {
    work->push_back(PeerRefused{v1::Refusal::Reason_Name(reason)});
  }
}

absl::Status Session::ReceiveHello(v1::Hello* hello, std::vector<Work>* work) {
  if (hello->protocol() != kProtocol) {
    return BadProtocol(
        absl::StrCat("the partner speaks protocol ", hello->protocol(), ", this node ", kProtocol));
  }
  open_ = true;
  work->push_back(PeerHello{std::move(*hello->mutable_node_descriptor())});
  return absl::OkStatus();
}

absl::StatusOr<bool> Session::Next(v1::SyncMessage* message) {
  if (!outbox_.empty()) {
    *message = std::move(outbox_.front());
    outbox_.pop_front();
    return true;
  }
  return supplier_.Next(message);
}

void Session::ShowNode(const v1::Signed& node_descriptor) {
  if (node_descriptor.payload() == shown_) return;
  shown_ = node_descriptor.payload();
  *outbox_.emplace_back().mutable_node_descriptor() = node_descriptor;
}

void Session::SetOfferings(std::shared_ptr<const Offerings> offerings) {
  supplier_.SetOfferings(std::move(offerings), &outbox_);
}

void Session::Want(const ShareKey& key, Receiver::Held held) {
  receiver_.Want(key, std::move(held), &outbox_);
}

void Session::Compare(v1::CompareRequest request) {
  *outbox_.emplace_back().mutable_compare_request() = std::move(request);
}

void Session::Unwant(const ShareKey& key) { receiver_.Unwant(key, &outbox_); }

void Session::Ack(const ShareKey& key, const Cursor& cursor) {
  v1::Ack* ack = outbox_.emplace_back().mutable_ack();
  key.NameIn(ack);
  ack->set_incarnation(std::string(cursor.incarnation.bytes()));
  ack->set_seq(cursor.seq);
}

}  // namespace maillage::sharing
