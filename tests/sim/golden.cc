#include "tests/sim/golden.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/base/error.h"
#include "server/directory/directory.h"
#include "server/sharing/share_log.h"

namespace maillage::sim {
namespace {

constexpr char kWho[] = "operators/sim";
constexpr absl::Duration kQuiet = absl::Seconds(20);
constexpr const char* kKinds[] = {"nothing", "hello",  "offer",   "want",      "unwant",
                                  "refusal", "start",  "entries", "end",       "ack",
                                  "keys",    "notice", "compare", "comparison"};
constexpr const char* kEntryKinds[] = {"?", "put", "withdraw", "erase"};

}  // namespace

Golden::Golden() { RemoveDisks(); }

Golden::~Golden() {
  if (network_ != nullptr) network_->CutAll();
  for (size_t i = 0; i < nodes_.size(); ++i) {
    network_->Down(i);
    nodes_[i]->Crash();
  }
  nodes_.clear();
  RemoveDisks();
}

std::string Golden::Do(const std::string& line) {
  said_.clear();
  const Words words = absl::StrSplit(line, ' ');
  const std::string& verb = words[0];
  if (verb == "nodes") MakeNodes(words);
  if (verb == "put") Put(words);
  if (verb == "delete" || verb == "erase") Remove(words);
  if (DoMore(words)) return said_.empty() ? "ok\n" : said_;
  if (verb == "share" || verb == "relay") Share(words);
  if (verb == "remove") RemoveMember(words);
  if (verb == "subscribe") Subscribe(words);
  if (verb == "send") Send(words);
  if (verb == "connect") network_->Dial(Node(words[1]), Node(words[2]));
  if (verb == "cut" && words[1] == "at") cut_at_ = words[2];
  if (verb == "cut" && words[1] != "at") network_->CutAll();
  if (verb == "crash") Crash(words);
  if (verb == "deliver") Deliver();
  if (verb == "status") Status(Node(words[1]));
  return said_.empty() ? "ok\n" : said_;
}

void Golden::Say(const std::string& line) { absl::StrAppend(&said_, line, "\n"); }

void Golden::MakeNodes(const Words& words) {
  std::vector<Host*> hosts;
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    SimNode::Hooks hooks;
    hooks.log = [this, i](const std::string& line) {
      Say(absl::StrCat("  ", std::string(1, static_cast<char>('a' + i)), " refuses ",
                       line.substr(line.rfind('('))));
    };
    hooks.violation = [this](const std::string& what) { Say("WRONG: " + what); };
    hooks.published = [](const sharing::PublicationPtr&) {};
    hooks.handler = [this, i](const NodeId&, const RecordId&, const v1::LinkMessage& message,
                              storage::Transaction*) {
      Say(absl::StrCat("  ", std::string(1, static_cast<char>('a' + i)), " handles message ",
                       message.cosign_request().payload()));
      return absl::OkStatus();
    };
    hooks.cares = false;
    nodes_.push_back(std::make_unique<SimNode>(&scheduler_, i, std::move(hooks)));
    hosts.push_back(nodes_.back().get());
  }
  for (auto& node : nodes_) node->Start();
  for (auto& node : nodes_) {
    for (auto& other : nodes_) {
      if (node != other) node->Pair(*other);
    }
  }
  Network::Listener listener;
  listener.violation = [this](const std::string& what) { Say("WRONG: " + what); };
  listener.step = [](const std::string&) {};
  listener.alters = [this](size_t, size_t from, v1::SyncMessage* message) { Alter(from, message); };
  listener.delivers = [this](size_t to, size_t from, const v1::SyncMessage& message) {
    Says(from, to, message);
  };
  network_ = std::make_unique<Network>(&scheduler_, hosts, std::move(listener));
}

void Golden::Put(const Words& words) {
  Content content;
  if (words[3] == "official") content.sort = Sort::kOfficial;
  if (words[3] == "association") content.sort = Sort::kAssociation;
  content.in_saint_omer = words[4] == "in";
  content.number = ++last_number_;
  if (!records_.contains(words[2])) records_[words[2]] = NewRecordId(scheduler_.Now());
  auto actor = std::make_shared<v1::Actor>(ActorOf(content));
  const auto before = actors_[words[2]];
  actor->set_revision(before == nullptr ? 1 : before->revision() + 1);
  Commit(words, actor);
}

void Golden::Remove(const Words& words) {
  if (words[0] == "delete") return Commit(words, nullptr);
  SimNode& at = *nodes_[Node(words[1])];
  const auto erased = at.erasures().Erase(records_.at(words[2]), "asked for", kWho);
  if (!erased.ok()) Say(erased.status().ToString());
  actors_[words[2]] = nullptr;
}

void Golden::Commit(const Words& words, std::shared_ptr<const v1::Actor> actor) {
  SimNode& at = *nodes_[Node(words[1])];
  auto transaction = directory::ChangeOf(at.id(), records_.at(words[2]), actors_[words[2]], actor);
  const absl::Status status = at.writer().Commit(std::move(transaction));
  if (!status.ok()) Say(status.ToString());
  actors_[words[2]] = std::move(actor);
}

void Golden::Share(const Words& words) {
  sharing::ShareSpec spec;
  spec.title = words[2];
  spec.relayable = words[0] == "relay";
  spec.view = words[3] == "card" ? v1::VIEW_CARD : v1::VIEW_FULL;
  int filter = 0;
  (void)absl::SimpleAtoi(words[4], &filter);
  spec.filter = directory::Filter::Parse(FilterText(filter), [](absl::string_view) {
                  return absl::StatusOr<NodeId>(absl::NotFoundError("no alias"));
                }).value();
  for (size_t i = 6; i < words.size(); ++i) spec.members.push_back(nodes_[Node(words[i])]->id());
  const auto made = nodes_[Node(words[1])]->shares().Create(spec, kWho);
  if (!made.ok()) return Say(made.status().ToString());
  shares_[words[2]] = {Node(words[1]), (*made)->id};
}

void Golden::RemoveMember(const Words& words) {
  sharing::ShareChange change;
  change.remove.push_back(nodes_[Node(words[3])]->id());
  const ShareId& id = shares_.at(words[2]).second;
  const auto updated = nodes_[Node(words[1])]->shares().Update(id, change, kWho);
  if (!updated.ok()) Say(updated.status().ToString());
}

void Golden::Subscribe(const Words& words) {
  const auto& [origin, id] = shares_.at(words[2]);
  const auto done = nodes_[Node(words[1])]->streams()->Subscribe(nodes_[origin]->id(), id, kWho);
  if (!done.ok()) Say(done.status().ToString());
}

void Golden::Send(const Words& words) {
  v1::LinkMessage message;
  message.mutable_cosign_request()->set_payload(words[3]);
  const absl::Status sent =
      nodes_[Node(words[1])]->links().Send(nodes_[Node(words[2])]->id(), message);
  if (!sent.ok()) Say(sent.ToString());
}

void Golden::Crash(const Words& words) {
  network_->Down(Node(words[1]));
  nodes_[Node(words[1])]->Crash();
  nodes_[Node(words[1])]->Start();
}

void Golden::Deliver() {
  const absl::Time end = scheduler_.Now() + kQuiet;
  while (scheduler_.Step(end)) {
  }
}

std::string Golden::NameOf(const std::string& id) const {
  for (const auto& [name, record] : records_) {
    if (record.bytes() == id) return name;
  }
  return "message";
}

void Golden::Says(size_t from, size_t to, const v1::SyncMessage& message) {
  const std::string kind = kKinds[message.body_case()];
  std::string line = absl::StrCat("  ", std::string(1, static_cast<char>('a' + from)), " > ",
                                  std::string(1, static_cast<char>('a' + to)), " ", kind);
  if (message.has_want()) absl::StrAppend(&line, " after ", message.want().seq());
  if (message.has_ack()) absl::StrAppend(&line, " ", message.ack().seq());
  if (message.has_refusal()) {
    absl::StrAppend(&line, " ", v1::Refusal::Reason_Name(message.refusal().reason()));
  }
  if (message.has_run_start()) {
    absl::StrAppend(&line, " ", message.run_start().from_seq(), " to ",
                    message.run_start().to_seq());
  }
  for (const v1::Entry& entry : message.run_entries().entries()) {
    absl::StrAppend(&line, " [", entry.seq(), " ", kEntryKinds[entry.kind()], " ",
                    NameOf(entry.id()), "]");
  }
  Say(line);
  if (kind != cut_at_) return;
  cut_at_.clear();
  Say("  (cut)");
  network_->CutAll();
}

void Golden::Status(size_t node) {
  for (const auto& [title, share] : shares_) {
    const auto& [origin, id] = share;
    const NodeId& from = nodes_[origin]->id();
    const auto reader = ReaderOf(nodes_[node]->disk().families);
    const v1::StoredShare stored = StoredShareOf(*nodes_[node], from, id);
    v1::Head head;
    head.ParseFromString(stored.head().payload());
    std::string line = absl::StrCat("  ", title, " at ", head.seq());
    const absl::Status read =
        sharing::ForEachEntry(*reader, from, id, 0, UINT64_MAX, [&](v1::Entry* entry) {
          absl::StrAppend(&line, " [", entry->seq(), " ", kEntryKinds[entry->kind()], " ",
                          NameOf(entry->id()), "]");
          return true;
        });
    Say(read.ok() ? line : read.ToString());
  }
}

}  // namespace maillage::sim
