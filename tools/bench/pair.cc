#include "tools/bench/pair.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/base/encoding.h"
#include "server/directory/actor.h"
#include "server/node/init.h"
#include "server/sharing/share_log.h"
#include "tools/bench/actors.h"

namespace maillage::bench {
namespace {

constexpr char kWho[] = "operators/bench";
// Looking costs, too: what takes long is looked at less and less often.
constexpr absl::Duration kFirstLook = absl::Microseconds(50);
constexpr absl::Duration kLastLook = absl::Milliseconds(2);
constexpr size_t kInvented = 10'000;  // records held at once
constexpr absl::Duration kPatience = absl::Minutes(30);

std::unique_ptr<node::Parts> StartNode(const std::string& dir, const std::string& alias) {
  node::Config config;
  config.alias = alias;
  config.name = absl::StrCat("Node ", alias);
  config.listen = "127.0.0.1:0";
  config.log_level = "error";
  CheckOk(node::InitNode(dir, config, Clock::Real()).status(), "making a node");
  auto parts = std::make_unique<node::Parts>();
  parts->dir = dir;
  parts->clock = &Clock::Real();
  CheckOk(parts->Make(), "starting a node");
  return parts;
}

void AddPartner(node::Parts* to, const node::Parts& from) {
  CheckOk(to->partners
              ->Add(from.self->signed_descriptor(), from.self->alias(), to->writer.get(),
                    storage::Transaction())
              .status(),
          "pairing");
}

// The same for the same number, in the order of numbers, as ids of one import are.
RecordId IdOf(size_t number) {
  std::string bytes;
  AppendU64(&bytes, (uint64_t{0x019000000000} + number / 100) << 16 | 0x7000 | number % 100);
  AppendU64(&bytes, uint64_t{0x8000000000000000} | number * 0x9e3779b97f4a7c15 >> 2);
  return RecordId(bytes);
}

std::shared_ptr<const v1::Actor> Version(size_t number, size_t version) {
  v1::Actor actor = MakeActor(number, version);
  actor.set_revision(version);
  return std::make_shared<const v1::Actor>(std::move(actor));
}

}  // namespace

void CheckOk(const absl::Status& status, const char* what) {
  if (status.ok()) return;
  std::fprintf(stderr, "error: %s: %s\n", what, status.ToString().c_str());
  std::exit(1);
}

void WaitUntil(const std::function<bool()>& condition) {
  const absl::Time start = absl::Now();
  while (!condition()) {
    const absl::Duration waited = absl::Now() - start;
    if (waited > kPatience) CheckOk(absl::DeadlineExceededError("it takes too long"), "waiting");
    absl::SleepFor(std::clamp(waited / 64, kFirstLook, kLastLook));
  }
}

Pair::Pair(const std::string& dir)
    : origin_(StartNode(dir + "/origin", "origin")),
      partner_(StartNode(dir + "/partner", "partner")) {
  AddPartner(origin_.get(), *partner_);
  AddPartner(partner_.get(), *origin_);
}

Pair::~Pair() {
  partner_->Stop(absl::Seconds(1));
  origin_->Stop(absl::Seconds(1));
}

Edits::Edits(size_t first, size_t count, size_t version) : first(first) {
  for (size_t n = first; n < first + count; ++n) {
    before.push_back(version > 1 ? Version(n, version - 1) : nullptr);
    after.push_back(Version(n, version));
  }
}

void Pair::Write(size_t first, size_t count, size_t version, size_t group, bool one_by_one) {
  for (size_t done = 0; done < count; done += kInvented) {
    Write(Edits(first + done, std::min(kInvented, count - done), version), group, one_by_one);
  }
}

void Pair::Write(const Edits& edits, size_t group, bool one_by_one) {
  std::atomic<size_t> open = 0;
  const NodeId self = origin_->self->node();
  const size_t count = edits.after.size();
  for (size_t i = 0; i < count; i += group) {
    storage::Transaction transaction;
    for (size_t n = i; n < std::min(i + group, count); ++n) {
      auto one = directory::ChangeOf(self, IdOf(edits.first + n), edits.before[n], edits.after[n]);
      transaction.changes.push_back(std::move(one.changes.front()));
      for (storage::Batch::Op& op : one.writes.Release()) {
        transaction.writes.Put(op.family, std::move(op.key), std::move(op.value));
      }
    }
    if (one_by_one) {
      CheckOk(origin_->writer->Commit(std::move(transaction)), "writing");
      continue;
    }
    transaction.priority = storage::Priority::kBulk;
    ++open;
    origin_->writer->Submit(std::move(transaction), [&open](const absl::Status& status) {
      CheckOk(status, "writing");
      --open;
    });
  }
  WaitUntil([&] { return open == 0; });
}

void Pair::Share() {
  sharing::ShareSpec spec;
  spec.title = "everything";
  spec.filter = origin_->directory->ParseFilter("").value();
  spec.view = v1::VIEW_FULL;
  spec.members = {partner_->self->node()};
  share_ = origin_->sharing->shares().Create(spec, kWho).value()->id;
  WaitUntil([&] {
    const auto latest = origin_->sharing->Latest(share_);
    return latest != nullptr && latest->head.seq() == OriginSeq();
  });
}

void Pair::Subscribe() {
  WaitUntil([&] {
    return partner_->sharing->streams().Subscribe(origin_->self->node(), share_, kWho).ok();
  });
}

void Pair::Damage(size_t count) {
  const NodeId origin = origin_->self->node();
  const auto copy = partner_->sharing->subscriptions().Get(origin, share_);
  const uint64_t step = std::max<uint64_t>(1, copy->received.head.live_count() / count);
  storage::Batch lost;
  uint64_t seen = 0;
  CheckOk(partner_->database->latest().ScanPrefix(
              storage::Family::kLog, storage::LogPrefix(origin, share_),
              [&](absl::string_view key, absl::string_view) {
                if (seen++ % step == 0) lost.Delete(storage::Family::kLog, std::string(key));
                return lost.ops().size() < count;
              }),
          "reading the copy");
  CheckOk(partner_->database->Apply(lost, /*sync=*/true), "damaging the copy");
}

sharing::CompareFigures Pair::Repair() {
  const NodeId origin = origin_->self->node();
  sharing::CompareFigures figures;
  std::atomic<bool> done = false;
  partner_->sharing->streams().Repair(
      {origin, share_}, [&](const absl::Status& status, const sharing::CompareFigures& cost) {
        CheckOk(status, "repairing");
        figures = cost;
        done = true;
      });
  WaitUntil([&] { return done.load(); });
  return figures;
}

uint64_t Pair::OriginSeq() const {
  const auto row = origin_->database->latest().Get(storage::Family::kMeta, sharing::SeqKey(share_));
  return sharing::DecodeSeq(*row).value();
}

uint64_t Pair::PartnerSeq() const {
  const auto copy = partner_->sharing->subscriptions().Get(origin_->self->node(), share_);
  return copy.ok() ? copy->received.head.seq() : 0;
}

void Pair::WaitUntilSame() const {
  const uint64_t seq = OriginSeq();
  WaitUntil([&] { return PartnerSeq() >= seq; });
}

}  // namespace maillage::bench
