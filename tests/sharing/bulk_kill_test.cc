// A bootstrap on a real disk, killed at every step. The test itself opens no
// database: what does so are processes of its own, and dead ones leave nothing
// behind but their files.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/sharing/bulk_proof.h"
#include "server/sharing/staged_runs.h"
#include "tests/sharing/subscriber_fixture.h"
#include "tests/testing/files.h"

namespace maillage::sharing {
namespace {

using storage::Family;

constexpr size_t kRecords = 300;
constexpr size_t kPartEntries = 40;
constexpr BulkRows::Sizes kSmall = {.parsed_records = 20,
                                    .parsed_bytes = 4 << 20,
                                    .log_bytes = 4'000,
                                    .file_records = 60,
                                    .file_bytes = 16 << 20};

// Dies where the count of steps says so.
class Steps {
 public:
  explicit Steps(int to_live) : to_live_(to_live) {}
  void Next() {
    if (to_live_-- == 0) kill(getpid(), SIGKILL);
  }

 private:
  int to_live_;
};

// A staging folder each of whose calls is a step.
class MortalFolder : public storage::Folder {
 public:
  MortalFolder(storage::Folder* folder, Steps* steps) : folder_(folder), steps_(steps) {}

  absl::StatusOr<std::vector<std::string>> List() const override { return folder_->List(); }
  absl::Status Append(const std::string& name, absl::string_view bytes) override {
    steps_->Next();
    // Half of it is what a kill may leave.
    RETURN_IF_ERROR(folder_->Append(name, bytes.substr(0, bytes.size() / 2)));
    steps_->Next();
    return folder_->Append(name, bytes.substr(bytes.size() / 2));
  }
  absl::StatusOr<std::string> Read(const std::string& name, uint64_t offset,
                                   size_t count) const override {
    return folder_->Read(name, offset, count);
  }
  absl::Status Cut(const std::string& name, uint64_t size) override {
    steps_->Next();
    return folder_->Cut(name, size);
  }
  absl::Status Remove(const std::string& name) override {
    steps_->Next();
    return folder_->Remove(name);
  }

 private:
  storage::Folder* const folder_;
  Steps* const steps_;
};

// What a supplier sends, in files.
void WriteScript(const std::string& path) {
  TestNode origin('o');
  const TestNode member('m');
  for (size_t i = 0; i < kRecords; ++i) origin.Put(Person("Zélie", absl::StrCat("Nom ", i)));
  const ShareId share = origin.Share(v1::VIEW_FULL, {member.id()});
  origin.LookAgain();
  const PublicationPtr publication = origin.Publish(share);
  v1::RunEntries entries;
  const IncomingRun run = MakeRun(publication, 0).value();
  for (const IncomingEntry& incoming : run.entries()) {
    *entries.add_entries() = incoming.entry;
  }
  std::ofstream(path + "/entries") << entries.SerializeAsString();
  std::ofstream(path + "/head") << publication->signed_head.SerializeAsString();
  std::ofstream(path + "/descriptor") << origin.Descriptor(share).SerializeAsString();
}

template <typename Message>
Message Read(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  Message message;
  EXPECT_TRUE(message.ParseFromString(text.str()));
  return message;
}

// The member's process: it goes on from what is staged.
class Member {
 public:
  Member(const std::string& path, Steps* steps)
      : path_(path),
        steps_(steps),
        database_(storage::Database::Open({.path = path + "/db"}).value()),
        folder_(&database_->staging(), steps),
        staged_(&folder_),
        index_(self_.id()),
        writer_(database_.get(), {&index_}) {
    head_.ParseFromString(signed_head_.payload());
  }

  bool IsDone() const { return Row().has_value() && Stored().has_head(); }
  // All or nothing is there.
  bool IsWhole() const {
    size_t rows = 0;
    const bool read = database_->latest()
                          .ScanPrefix(Family::kLog, origin_.id().bytes(),
                                      [&](absl::string_view, absl::string_view) {
                                        ++rows;
                                        return true;
                                      })
                          .ok();
    return read && rows == (IsDone() ? kRecords : 0);
  }

  void Run() {
    const Bench bench = self_.BenchFor(origin_);
    if (!Row().has_value()) Accept(bench);
    if (IsDone()) return;
    const ShareId share(head_.share());
    const StagedRun* before = staged_.Find(origin_.id(), share, Incarnation(), 0);
    const uint64_t from = before == nullptr ? 0 : before->seq();
    const IncomingRun run = Stage(share, from);
    StagedRun* const staged = staged_.Complete(run).value();
    Proved proved =
        ProveStaged(*database_, &writer_, bench, staged, head_.seq(), signed_head_, kSmall).value();
    steps_->Next();
    EXPECT_TRUE(writer_.Commit(std::move(proved.transaction)).ok());
    steps_->Next();
    staged_.Remove(origin_.id(), share);
    steps_->Next();
  }

 private:
  std::optional<std::string> Row() const {
    return database_->latest()
        .Get(Family::kHeads, storage::HeadKey(origin_.id(), ShareId(head_.share())))
        .value();
  }
  v1::StoredShare Stored() const {
    v1::StoredShare stored;
    stored.ParseFromString(*Row());
    return stored;
  }
  void Accept(const Bench& bench) {
    auto offered = JudgeOffer(database_->latest(), bench,
                              maillage::sharing::Read<v1::Signed>(path_ + "/descriptor"))
                       .value();
    offered.received.stored.set_subscribed(true);
    offered.received.AddTo(&offered.transaction, origin_.id(), offered.share);
    EXPECT_TRUE(writer_.Commit(std::move(offered.transaction)).ok());
  }
  IncomingRun Stage(const ShareId& share, uint64_t from) {
    v1::RunStart start;
    start.set_origin(std::string(origin_.id().bytes()));
    start.set_share(std::string(share.bytes()));
    start.set_incarnation(head_.incarnation());
    start.set_from_seq(from);
    start.set_to_seq(head_.seq());
    auto run = std::make_shared<IncomingRun>(IncomingRun::Start(start).value());
    v1::RunEntries part;
    const auto all = maillage::sharing::Read<v1::RunEntries>(path_ + "/entries");
    for (int i = 0; i < all.entries_size(); ++i) {
      if (all.entries(i).seq() > from) *part.add_entries() = all.entries(i);
      const bool full = part.entries_size() == static_cast<int>(kPartEntries);
      if (!full && i + 1 < all.entries_size()) continue;
      EXPECT_TRUE(run->Add(&part, kMaxRunBytes).ok());
      StagedPart staged{run, run->staged_seq(), {}, 0};
      staged.entries = run->TakeEntries();
      EXPECT_TRUE(staged_.Add(std::move(staged)).ok());
      part.Clear();
    }
    return *run;
  }

  const std::string path_;
  Steps* const steps_;
  const TestNode self_{'m'};
  const TestNode origin_{'o'};
  const v1::Signed signed_head_ = maillage::sharing::Read<v1::Signed>(path_ + "/head");
  v1::Head head_;
  std::unique_ptr<storage::Database> database_;
  MortalFolder folder_;
  StagedRuns staged_;
  directory::IndexStage index_;
  storage::Writer writer_;
};

// Does it in a process of its own; returns its exit code, or -1 where it was killed.
int InProcess(const std::function<int()>& what, absl::Duration kill_after) {
  const pid_t child = fork();
  if (child == 0) _exit(what());
  int status = 0;
  const absl::Time deadline = absl::Now() + kill_after;
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (absl::Now() > deadline) kill(child, SIGKILL);
    absl::SleepFor(absl::Milliseconds(1));
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class BulkKillTest : public testing::Test {
 protected:
  int Prepare() {
    return InProcess(
        [&] {
          WriteScript(path_);
          return 0;
        },
        absl::InfiniteDuration());
  }
  void Clear() {
    std::filesystem::remove_all(path_ + "/db");
    std::filesystem::remove_all(path_ + "/db-staging");
  }
  // 0: done. 1: what is stored is neither nothing nor all. -1: killed.
  int Attempt(int steps_to_live, absl::Duration kill_after = absl::InfiniteDuration()) {
    return InProcess(
        [&] {
          Steps steps(steps_to_live);
          Member member(path_, &steps);
          if (!member.IsWhole()) return 1;
          member.Run();
          return member.IsWhole() && member.IsDone() ? 0 : 1;
        },
        kill_after);
  }

  const TempDir temp_;
  const std::string path_ = temp_.path();
};

TEST_F(BulkKillTest, IsWholeWhereverABootstrapIsKilledAndGoesOn) {
  ASSERT_EQ(Prepare(), 0);
  int killed = 0;
  for (int steps = 0;; ++steps) {
    Clear();
    const int first = Attempt(steps);
    if (first == 0) break;
    ASSERT_EQ(first, -1) << "killed after " << steps << " steps";
    ++killed;
    EXPECT_EQ(Attempt(1'000'000), 0) << "after a kill at step " << steps;
  }
  EXPECT_GT(killed, 20);
}

TEST_F(BulkKillTest, ComesToAnEndWhenEachTryGoesALittleFarther) {
  ASSERT_EQ(Prepare(), 0);
  int tries = 0;
  for (int last = -1; last != 0; ++tries) {
    last = Attempt(5 + tries);
    ASSERT_NE(last, 1);
    ASSERT_LT(tries, 100);
  }
  EXPECT_GT(tries, 3);
}

TEST_F(BulkKillTest, IsWholeWhenKilledAtAnyTime) {
  ASSERT_EQ(Prepare(), 0);
  for (int ms = 1; ms < 200; ms += 9) {
    Clear();
    const int first = Attempt(1'000'000, absl::Milliseconds(ms));
    ASSERT_NE(first, 1) << "killed after " << ms << " ms";
    EXPECT_EQ(Attempt(1'000'000), 0) << "after a kill at " << ms << " ms";
  }
}

}  // namespace
}  // namespace maillage::sharing
