#include "tests/sim/network.h"

#include <iterator>

#include "absl/strings/str_cat.h"

namespace maillage::sim {
namespace {

constexpr absl::Duration kLatency = absl::Milliseconds(120);
// Messages of one direction that are under way; the rest waits at the sender.
constexpr size_t kUnderWay = 4;

}  // namespace

// The wire of one side. Harmless when the stream is over.
class Network::End : public sharing::Wire {
 public:
  End(Network* network, const StreamPtr& stream, int side)
      : network_(network), stream_(stream), side_(side) {}

  void Wake() override {
    if (const StreamPtr stream = stream_.lock()) network_->Wake(stream, side_);
  }
  void ResumeReading() override {
    const StreamPtr stream = stream_.lock();
    if (stream == nullptr) return;
    stream->sides[side_].paused = false;
    network_->Deliver(stream, side_);
  }
  void Close(absl::Status) override {
    if (const StreamPtr stream = stream_.lock()) network_->Cut(stream);
  }

 private:
  Network* const network_;
  const std::weak_ptr<Stream> stream_;
  const int side_;
};

Network::Network(Scheduler* scheduler, std::vector<Host*> hosts, Listener listener)
    : scheduler_(scheduler), hosts_(std::move(hosts)), listener_(std::move(listener)) {}

void Network::Dial(size_t from, size_t to) {
  if (AreDivided(from, to)) return;
  const uint64_t times = ++dialled_of_[{from, to}];
  auto stream = std::make_shared<Stream>();
  stream->random = scheduler_->Stream("stream", {from, to, times});
  stream->sides[0].host = from;
  stream->sides[1].host = to;
  stream->number = ++dialled_;
  streams_[stream->number] = stream;
  // The dialling side opens when it hears a Hello.
  if (!Open(stream, 1)) Cut(stream);
}

bool Network::Open(const StreamPtr& stream, int side) {
  Side& mine = stream->sides[side];
  sharing::SyncManager* streams = hosts_[mine.host]->streams();
  if (streams == nullptr) return false;
  auto opened = streams->Open(hosts_[stream->sides[1 - side].host]->id(), side == 0,
                              std::make_shared<End>(this, stream, side));
  if (!opened.ok()) return false;
  mine.connection = *std::move(opened);
  mine.opened = true;
  Wake(stream, side);
  return true;
}

void Network::Wake(const StreamPtr& stream, int side) {
  Side& mine = stream->sides[side];
  if (!stream->open || !mine.opened || mine.pumping) return;
  mine.pumping = true;
  scheduler_->After(absl::ZeroDuration(), [this, stream, side] { Pump(stream, side); });
}

void Network::Pump(const StreamPtr& stream, int side) {
  Side& mine = stream->sides[side];
  mine.pumping = false;
  std::deque<std::string>& queue = stream->sides[1 - side].incoming;
  while (stream->open && mine.connection != nullptr && queue.size() < kUnderWay) {
    v1::SyncMessage message;
    if (!mine.connection->Next(&message)) break;
    if (listener_.says) listener_.says(mine.host, stream->sides[1 - side].host, message);
    if (!mine.suspicion.MayAnswer(message)) {
      listener_.violation("a run that was tampered with is acknowledged");
    }
    queue.push_back(message.SerializeAsString());
  }
  Deliver(stream, 1 - side);
}

void Network::Deliver(const StreamPtr& stream, int side) {
  Side& mine = stream->sides[side];
  if (!stream->open || mine.delivering || mine.paused || mine.incoming.empty()) return;
  mine.delivering = true;
  scheduler_->After(stream->random.UpTo(kLatency), [this, stream, side] {
    stream->sides[side].delivering = false;
    if (stream->open) DeliverNext(stream, side);
  });
}

void Network::DeliverNext(const StreamPtr& stream, int side) {
  Side& mine = stream->sides[side];
  if (!mine.opened && !Open(stream, side)) return Cut(stream);
  v1::SyncMessage message;
  message.ParseFromString(mine.incoming.front());
  mine.incoming.pop_front();
  tamperer_.See(message);
  TamperWith(stream, side, &message);
  mine.suspicion.Delivered(message);
  Say(*stream, side, message);
  const size_t sender = stream->sides[1 - side].host;
  if (listener_.alters) listener_.alters(mine.host, sender, &message);
  if (listener_.delivers) listener_.delivers(mine.host, sender, message);
  const sharing::ConnectionPtr connection = mine.connection;
  mine.paused = !connection->Receive(std::move(message));
  Wake(stream, 1 - side);
  Deliver(stream, side);
}

void Network::TamperWith(const StreamPtr& stream, int side, v1::SyncMessage* message) {
  const auto hostile = hostile_.find(stream->sides[1 - side].host);
  if (hostile == hostile_.end() || hostile->second.messages == 0) return;
  --hostile->second.messages;
  Random& random = hostile->second.random;
  if (!random.Chance(0.5)) return;
  bool must_refuse = false;
  const v1::SyncMessage honest = *message;
  const std::string what = tamperer_.Tamper(&random, message, &must_refuse);
  if (what.empty()) return;
  ++tampered_[what];
  listener_.step(absl::StrCat("    tampering: ", what, must_refuse ? " (must refuse)" : ""));
  if (must_refuse) stream->sides[side].suspicion.Tampered(honest);
}

void Network::Tamper(size_t from, int messages, Random random) {
  hostile_.insert_or_assign(from, Hostile{messages, random});
}

void Network::Divide(std::set<size_t> side) {
  side_ = std::move(side);
  const auto streams = streams_;
  for (const auto& [number, stream] : streams) {
    if (AreDivided(stream->sides[0].host, stream->sides[1].host)) Cut(stream);
  }
}

void Network::Cut(const StreamPtr& stream) {
  if (!stream->open) return;
  stream->open = false;
  for (const int side : {0, 1}) {
    // Each side hears of it in its own time.
    scheduler_->After(stream->random.UpTo(kLatency), [this, stream, side] { Leave(stream, side); });
  }
}

void Network::Leave(const StreamPtr& stream, int side) {
  const sharing::ConnectionPtr connection = std::move(stream->sides[side].connection);
  streams_.erase(stream->number);
  sharing::SyncManager* streams = hosts_[stream->sides[side].host]->streams();
  if (connection != nullptr && streams != nullptr) streams->Closed(connection);
}

void Network::Down(size_t host) {
  const auto streams = streams_;
  for (const auto& [number, stream] : streams) {
    for (Side& side : stream->sides) {
      if (side.host != host) continue;
      Cut(stream);
      side.connection = nullptr;
    }
  }
}

void Network::CutAll() {
  const auto streams = streams_;
  for (const auto& [number, stream] : streams) Cut(stream);
}

void Network::CutOne(Random random) {
  if (streams_.empty()) return;
  Cut(std::next(streams_.begin(), static_cast<int64_t>(random.Below(streams_.size())))->second);
}

void Network::Say(const Stream& stream, int side, const v1::SyncMessage& message) const {
  static const char* const kNames[] = {"nothing",    "hello",     "offer",   "want",      "unwant",
                                       "refusal",    "run start", "entries", "run end",   "ack",
                                       "descriptor", "notice",    "compare", "comparison"};
  const int name = message.body_case();
  listener_.step(absl::StrCat(
      "  ", stream.sides[1 - side].host, " > ", stream.sides[side].host, " ", kNames[name],
      message.has_run_start()
          ? absl::StrCat(" ", message.run_start().from_seq(), " to ", message.run_start().to_seq())
          : ""));
}

}  // namespace maillage::sim
