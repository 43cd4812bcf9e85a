#include "server/directory/notices.h"

#include <google/protobuf/util/message_differencer.h>
#include <google/protobuf/util/time_util.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/actor.h"
#include "server/directory/gates.h"
#include "server/storage/races.h"

namespace maillage::directory {

using storage::Family;

namespace {

constexpr size_t kChunkRecords = 256;

bool SameNotice(const v1::Actor& actor, const v1::RecordNoticeRequest& request) {
  if (!request.has_notice() || !actor.has_notice()) {
    return request.has_notice() == actor.has_notice();
  }
  return google::protobuf::util::MessageDifferencer::Equals(actor.notice(), request.notice());
}

void SetNotice(const v1::RecordNoticeRequest& request, v1::Actor* actor) {
  if (request.has_notice()) {
    *actor->mutable_notice() = request.notice();
  } else {
    actor->clear_notice();
  }
}

}  // namespace

class Notices::Run {
 public:
  Run(const Notices& notices, const v1::RecordNoticeRequest& request, absl::string_view who,
      const TellFn& tell)
      : notices_(notices), request_(request), who_(who), tell_(tell) {}

  absl::Status ByNames() {
    for (const std::string& name : request_.names()) {
      ASSIGN_OR_RETURN(const RecordId id, notices_.directory_->FindOwn(name));
      RETURN_IF_ERROR(Take(id));
    }
    return Flush();
  }

  absl::Status ByFilter() {
    ASSIGN_OR_RETURN(const Filter filter, notices_.directory_->ParseFilter(request_.filter()));
    absl::Status status;
    RETURN_IF_ERROR(notices_.directory_->ForEach(filter, [&](const ShownRecord& record) {
      if (record.origin == notices_.self_) {
        status = Take(record.id);
      } else {
        counts_.set_passed_over(counts_.passed_over() + 1);
      }
      return status.ok();
    }));
    RETURN_IF_ERROR(status);
    return Flush();
  }

  const v1::RecordNoticeResponse& counts() const { return counts_; }

 private:
  std::string What(size_t records) const {
    return absl::StrCat(request_.has_notice() ? "record" : "withdraw", " the notice of ", records,
                        " actors");
  }

  absl::Status Take(const RecordId& id) {
    const std::string key = storage::ActorKey(id);
    ASSIGN_OR_RETURN(const auto row, notices_.database_->latest().Get(Family::kActors, key));
    if (!row.has_value()) return absl::OkStatus();  // gone meanwhile
    ASSIGN_OR_RETURN(const auto before, ParseOwnRow(notices_.self_, id, *row));
    if (before->kind() != v1::ACTOR_KIND_PERSON) {
      counts_.set_passed_over(counts_.passed_over() + 1);
      return absl::OkStatus();
    }
    if (SameNotice(*before, request_)) {
      counts_.set_unchanged(counts_.unchanged() + 1);
      return absl::OkStatus();
    }
    auto after = std::make_shared<v1::Actor>(*before);
    SetNotice(request_, after.get());
    after->set_revision(before->revision() + 1);
    *after->mutable_update_time() = google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(
        absl::ToUnixMicros(notices_.clock_->Now()));
    FillNames(notices_.self_, id, after.get());
    storage::Transaction one = ChangeOf(notices_.self_, id, before, std::move(after));
    for (const storage::Batch::Op& op : one.writes.ops()) {
      chunk_.writes.Put(op.family, op.key, op.value);
    }
    chunk_.changes.push_back(std::move(one.changes.front()));
    chunk_.preconditions.push_back({Family::kActors, key, *row});
    ids_.push_back(id);
    return ids_.size() < kChunkRecords ? absl::OkStatus() : Flush();
  }

  absl::Status Flush() {
    if (ids_.empty()) return absl::OkStatus();
    chunk_.priority = storage::Priority::kBulk;
    chunk_.who = who_;
    chunk_.what = What(ids_.size());
    absl::Status status = notices_.writer_->Commit(std::exchange(chunk_, {}));
    // Somebody changed one of them meanwhile.
    if (absl::IsAborted(status)) status = OneByOne();
    RETURN_IF_ERROR(status);
    counts_.set_recorded(counts_.recorded() + static_cast<int64_t>(ids_.size()));
    ids_.clear();
    tell_(counts_);
    return absl::OkStatus();
  }

  absl::Status OneByOne() {
    const auto also = [](storage::Transaction*) { return absl::OkStatus(); };
    const auto change = [this](v1::Actor* actor) {
      SetNotice(request_, actor);
      return absl::OkStatus();
    };
    for (const RecordId& id : ids_) {
      const absl::Status status = storage::RetryRaces(
          [&] { return notices_.directory_->ChangeWith(id, change, also, What(1), who_); });
      if (!absl::IsNotFound(status)) RETURN_IF_ERROR(status);
    }
    return absl::OkStatus();
  }

  const Notices& notices_;
  const v1::RecordNoticeRequest& request_;
  const std::string who_;
  const TellFn& tell_;
  v1::RecordNoticeResponse counts_;
  storage::Transaction chunk_;
  std::vector<RecordId> ids_;
};

absl::StatusOr<v1::RecordNoticeResponse> Notices::Record(const v1::RecordNoticeRequest& request,
                                                         absl::string_view who,
                                                         const TellFn& tell) const {
  if (request.filter().empty() == request.names().empty()) {
    return InvalidArgument("NO_PERSONS", "it is not said whose notice it is",
                           "give either a filter, such as notice = DUE, or names");
  }
  if (request.has_notice()) RETURN_IF_ERROR(CheckNotice(request.notice()));
  Run run(*this, request, who, tell);
  RETURN_IF_ERROR(request.names().empty() ? run.ByFilter() : run.ByNames());
  return run.counts();
}

}  // namespace maillage::directory
