// A member's copy and its origin, compared, with a chance to tamper with answers
// and to damage rows.
#ifndef TESTS_SHARING_COMPARE_FIXTURE_H_
#define TESTS_SHARING_COMPARE_FIXTURE_H_

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/sharing/compare_server.h"
#include "server/sharing/comparison.h"
#include "tests/sharing/subscriber_fixture.h"

namespace maillage::sharing {

using TamperAnswer = std::function<void(v1::CompareAnswer*)>;

class CompareFixture : public SubscriberFixture {
 protected:
  // An origin's share with so many records, and the member's proved copy.
  void Fill(int records) {
    share_ = NewShare(v1::VIEW_FULL);
    for (int i = 0; i < records; ++i) ids_.push_back(origin_.Put(Person("Anaïs", Name(i))));
    ASSERT_TRUE(SyncNow(share_).ok());
  }
  static std::string Name(int i) { return absl::StrCat("Lefèvre", i); }

  // Compares with the origin's publication, as the manager does: once without a
  // recount, then with one where rows here are damaged.
  absl::Status Compare(const PublicationPtr& publication, const TamperAnswer& tamper = nullptr,
                       bool recount = false) {
    absl::Status status = CompareOnce(publication, tamper, recount);
    if (recount || ErrorReason(status) != "LOCAL_DAMAGE") return status;
    return CompareOnce(publication, tamper, true);
  }
  absl::Status CompareOnce(const PublicationPtr& publication, const TamperAnswer& tamper,
                           bool recount) {
    std::optional<Recount> counted;
    if (recount) {
      ASSIGN_OR_RETURN(counted, RecountShare(member_.database().latest(), origin_.id(), share_));
    }
    const Bench bench = member_.BenchFor(origin_);
    ASSIGN_OR_RETURN(auto comparison, Comparison::Start(member_.database().Snapshot(), bench,
                                                        share_, std::move(counted)));
    const absl::Status walked = Walk(publication, tamper, comparison.get());
    figures_ = comparison->figures();
    RETURN_IF_ERROR(walked);
    ASSIGN_OR_RETURN(Proved proved, comparison->Finish(member_.database().latest(), kNow));
    figures_ = comparison->figures();
    return member_.writer().Commit(std::move(proved.transaction));
  }
  absl::Status Walk(const PublicationPtr& publication, const TamperAnswer& tamper,
                    Comparison* comparison) {
    CompareServer server;
    std::deque<v1::SyncMessage> outbox;
    server.Handle(comparison->FirstRequest(), publication, &outbox);
    while (!comparison->is_done()) {
      v1::SyncMessage message;
      if (!outbox.empty()) {
        message = std::move(outbox.front());
        outbox.pop_front();
      } else if (!server.Next(&message)) {
        return absl::InternalError("the supplier does not answer");
      }
      if (tamper) tamper(message.mutable_compare_answer());
      ASSIGN_OR_RETURN(const auto next, comparison->Take(message.mutable_compare_answer(), kNow));
      if (next.has_value()) server.Handle(*next, publication, &outbox);
    }
    return absl::OkStatus();
  }

  // Every row of the share, of all families that carry it.
  static std::string RowsOf(TestNode* node, const NodeId& origin, const ShareId& share) {
    std::string all;
    const storage::Reader& reader = node->database().latest();
    const auto add = [&](absl::string_view key, absl::string_view value) {
      absl::StrAppend(&all, key, "=", value, ";");
      return true;
    };
    EXPECT_TRUE(
        reader.ScanPrefix(storage::Family::kLog, storage::LogPrefix(origin, share), add).ok());
    EXPECT_TRUE(
        reader.ScanPrefix(storage::Family::kTree, storage::TreePrefix(origin, share), add).ok());
    EXPECT_TRUE(reader.ScanPrefix(storage::Family::kWhere, origin.bytes(), add).ok());
    return all;
  }
  bool CopyEqualsOrigin() {
    return RowsOf(&member_, origin_.id(), share_) == RowsOf(&origin_, origin_.id(), share_);
  }
  void Damage(const std::function<void(storage::Batch*)>& fill) {
    storage::Batch rows;
    fill(&rows);
    ASSERT_TRUE(member_.database().Apply(rows, false).ok());
  }
  bool Knows(const RecordId& id) {
    const auto key = storage::WhereKey(origin_.id(), id, share_);
    return member_.database().latest().Get(storage::Family::kWhere, key)->has_value();
  }
  uint64_t SeqOfRecord(const RecordId& id) {
    const auto row = member_.database().latest().Get(storage::Family::kWhere,
                                                     storage::WhereKey(origin_.id(), id, share_));
    return directory::DecodeSighting(share_, row.value().value())->seq;
  }
  std::string LogKeyOf(const RecordId& id) {
    return storage::LogKey(origin_.id(), share_, SeqOfRecord(id));
  }
  std::string TreeKeyOf(uint8_t level, const RecordId& id) {
    const auto mask = static_cast<uint16_t>(level == 0 ? 0 : 0xffff << (16 - 4 * level));
    return storage::TreeKey(origin_.id(), share_, level,
                            static_cast<uint16_t>(TreePosition(id) & mask));
  }
  Recount Recounted() {
    return RecountShare(member_.database().latest(), origin_.id(), share_).value();
  }
  v1::Head HeldHead() {
    return ReceivedShare::Read(member_.database().latest(), origin_.id(), share_)->head;
  }

  ShareId share_;
  std::vector<RecordId> ids_;
  CompareFigures figures_;
};

}  // namespace maillage::sharing

#endif  // TESTS_SHARING_COMPARE_FIXTURE_H_
