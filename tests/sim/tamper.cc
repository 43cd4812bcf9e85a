#include "tests/sim/tamper.h"

#include "server/identity/signed.h"

namespace maillage::sim {

void Suspicion::Tampered(const v1::SyncMessage& message) {
  if (message.has_run_entries()) tampered_.insert(message.run_entries().run());
  if (message.has_run_end()) tampered_.insert(message.run_end().run());
}

void Suspicion::Delivered(const v1::SyncMessage& message) {
  if (message.has_run_start()) {
    const v1::RunStart& start = message.run_start();
    runs_[start.run()] = {start.share(), start.incarnation(), start.to_seq()};
  }
  if (!message.has_run_end()) return;
  const auto run = runs_.find(message.run_end().run());
  if (run == runs_.end()) return;
  const End end(run->second.share, run->second.to_seq);
  (tampered_.contains(run->first) ? refused_ : believed_).insert(end);
  tampered_.erase(run->first);
  runs_.erase(run);
}

bool Suspicion::MayAnswer(const v1::SyncMessage& message) {
  if (!message.has_ack()) return true;
  const End end(message.ack().share(), message.ack().seq());
  return !refused_.contains(end) || believed_.contains(end);
}

Tamperer::Tamperer() : stranger_(*identity::SigningKey::FromSeed(std::string(32, 'x'))) {}

void Tamperer::See(const v1::SyncMessage& message) {
  if (message.has_run_end()) heads_.push_back(message.run_end().head());
  if (message.has_offer()) offers_.push_back(message.offer().share_descriptor());
}

std::string Tamperer::Tamper(Random* random, v1::SyncMessage* message, bool* must_refuse) {
  switch (message->body_case()) {
    case v1::SyncMessage::kRunStart:
      return TamperStart(random, message->mutable_run_start());
    case v1::SyncMessage::kRunEntries:
      return TamperEntries(random, message->mutable_run_entries(), must_refuse);
    case v1::SyncMessage::kRunEnd:
      return TamperEnd(random, message->mutable_run_end(), must_refuse);
    case v1::SyncMessage::kOffer:
      if (random->Chance(0.5) && !offers_.empty()) {
        *message->mutable_offer()->mutable_share_descriptor() = random->Pick(offers_);
        return "replay an offer";
      }
      *message->mutable_offer()->mutable_share_descriptor() =
          Forged(message->offer().share_descriptor(), random);
      return "forge an offer";
    case v1::SyncMessage::kWant:
      return TamperWant(random, message->mutable_want());
    default:
      return "";
  }
}

// Asks for what others were offered, or from where it never was.
std::string Tamperer::TamperWant(Random* random, v1::Want* want) {
  if (random->Chance(0.5) || offers_.empty()) {
    want->set_seq(random->Below(want->seq() + 3));
    return "want from elsewhere";
  }
  v1::ShareDescriptor offer;
  offer.ParseFromString(random->Pick(offers_).payload());
  want->set_share(offer.share());
  return "want another share";
}

std::string Tamperer::TamperStart(Random* random, v1::RunStart* start) {
  switch (random->Below(4)) {
    case 0:
      start->set_from_seq(random->Below(start->to_seq() + 2));
      return "start elsewhere";
    case 1:
      start->set_to_seq(start->to_seq() + random->Below(3));
      return "end elsewhere";
    case 2:
      start->mutable_incarnation()->back() ^= 1;
      return "foreign incarnation";
    default:
      start->mutable_share()->front() ^= static_cast<char>(1 << random->Below(8));
      return "another share";
  }
}

std::string Tamperer::TamperEntries(Random* random, v1::RunEntries* entries, bool* must_refuse) {
  if (entries->entries_size() == 0) return "";
  const int at = static_cast<int>(random->Below(entries->entries_size()));
  v1::Entry& entry = *entries->mutable_entries(at);
  // A stub is in no tree; what replaces it is judged by what is left.
  *must_refuse = entry.kind() == v1::ENTRY_KIND_PUT;
  switch (random->Below(7)) {
    case 0:
      if (entry.payload().empty()) return "";
      (*entry.mutable_payload())[random->Below(entry.payload().size())] ^=
          static_cast<char>(1 << random->Below(8));
      return "flip a byte";
    case 1:
      entries->mutable_entries()->DeleteSubrange(at, 1);
      return "drop an entry";
    case 2:
      *must_refuse = true;
      if (entry.kind() == v1::ENTRY_KIND_ERASE) {
        entry.mutable_erase_signature()->back() ^= 1;
        return "change an erasure";
      }
      entry.set_kind(entry.kind() == v1::ENTRY_KIND_PUT ? v1::ENTRY_KIND_WITHDRAW
                                                        : v1::ENTRY_KIND_ERASE);
      entry.clear_payload();
      return "withdraw what stays, erase what is withdrawn";
    case 3:
      entry.set_revision(entry.revision() + 1);
      return "another revision";
    case 4:
      entry.set_view(v1::View(v1::VIEW_FULL + v1::VIEW_CARD - entry.view()));
      *must_refuse = *must_refuse && entry.view() != v1::VIEW_PROFESSIONAL;
      return entry.view() == v1::VIEW_PROFESSIONAL ? "" : "another view";
    case 5:
      entries->mutable_entries()->SwapElements(0, at);
      *must_refuse = at != 0;
      return at == 0 ? "" : "swap entries";
    default:
      (*entry.mutable_id())[random->Below(entry.id().size())] ^= 1;
      return "another record";
  }
}

std::string Tamperer::TamperEnd(Random* random, v1::RunEnd* end, bool* must_refuse) {
  const v1::Signed mine = end->head();
  switch (random->Below(3)) {
    case 0:
      // An older Head of the very share and seq says the same.
      if (heads_.empty()) return "";
      *end->mutable_head() = random->Pick(heads_);
      return end->head().payload() == mine.payload() ? "" : "replay a Head";
    case 1:
      *must_refuse = true;
      *end->mutable_head() = Forged(mine, random);
      return "forge a Head";
    default:
      *must_refuse = true;
      end->mutable_head()->mutable_payload()->back() ^= 1;
      return "change a Head";
  }
}

v1::Signed Tamperer::Forged(const v1::Signed& head, Random* random) const {
  v1::Signed forged = head;
  v1::Head content;
  if (!content.ParseFromString(head.payload())) return forged;
  const v1::Signed by_stranger = identity::SignMessage(content, stranger_);
  if (random->Chance(0.5)) return by_stranger;
  forged.set_signature(by_stranger.signature());  // under the origin's key id
  return forged;
}

}  // namespace maillage::sim
