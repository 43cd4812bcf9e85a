#include "server/broadcast/jobs.h"

#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/broadcast/content.h"

namespace maillage::broadcast {

using storage::Family;

namespace {

absl::Status BadRow(absl::string_view name) {
  return DataLoss("BAD_ROW", absl::StrCat("broadcast ", name, " cannot be read"),
                  "restore from a backup");
}

bool WasReached(const Recipient& recipient) {
  // Whoever is uncertain, and was left at that, may have been.
  const bool given_up = recipient.state == Delivery::kSuppressed && recipient.row.dot();
  return recipient.state == Delivery::kSent || recipient.state == Delivery::kDot ||
         recipient.state == Delivery::kUncertain || given_up;
}

// On purpose, and not for a cascade: by no earlier broadcast either, from now on.
bool WasLeftOut(const Recipient& recipient) {
  return recipient.state == Delivery::kSuppressed && !recipient.row.withheld();
}

bool IsStillToBeReached(const Recipient& recipient) {
  return recipient.state == Delivery::kPending || recipient.state == Delivery::kDeferred;
}

// The same person in another broadcast.
Recipient Anew(const Recipient& old, const RecordId& job, uint32_t number) {
  Recipient recipient;
  recipient.key = old.key;
  recipient.row = old.row;
  if (old.row.withheld()) recipient.state = old.state;
  recipient.row.set_number(number);
  if (old.row.first_job().empty()) {
    recipient.row.set_first_job(std::string(job.bytes()));
    recipient.row.set_first_number(old.row.number());
  }
  recipient.row.clear_attempts();
  recipient.row.clear_due_ms();
  recipient.row.clear_detail();
  recipient.row.clear_dot();
  return recipient;
}

}  // namespace

Job::Parts Jobs::PartsOf(const std::string& invitation,
                         const v1::InvitationContent& content) const {
  return {parts_.database,
          parts_.writer,
          parts_.clock,
          parts_.options,
          [this, invitation, content](absl::FunctionRef<bool(Recipient)> visit) {
            return Visit(invitation, content, visit);
          },
          content,
          InvitationStore::JobName(invitation, content.sequence())};
}

absl::Status Jobs::Open(const KeptInvitation& kept) {
  const std::string prefix = InvitationStore::JobName(kept.name, "");
  absl::Status bad;
  std::map<uint32_t, v1::StoredJob> rows;
  RETURN_IF_ERROR(parts_.database->latest().ScanPrefix(
      Family::kObjects, prefix, [&](absl::string_view name, absl::string_view value) {
        uint32_t sequence = 0;
        v1::StoredJob row;
        if (!absl::SimpleAtoi(name.substr(prefix.size()), &sequence) ||
            !row.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
          bad = BadRow(name);
        }
        rows[sequence] = std::move(row);
        return bad.ok();
      }));
  RETURN_IF_ERROR(bad);
  for (const auto& [sequence, row] : rows) {
    v1::InvitationContent content = kept.content;
    // Rows of the first version have no content: they are of the only revision.
    if (!row.content().empty() && !content.ParseFromString(row.content())) {
      return BadRow(kept.name);
    }
    content.set_sequence(sequence);
    ASSIGN_OR_RETURN(std::shared_ptr<Job> job, Job::Open(PartsOf(kept.name, content), row));
    MutexLock lock(&mutex_);
    jobs_[kept.name][sequence] = std::move(job);
  }
  return absl::OkStatus();
}

std::shared_ptr<Job> Jobs::Of(const KeptInvitation& kept) const {
  return Of(kept.name, kept.content.sequence());
}

std::shared_ptr<Job> Jobs::Of(const std::string& invitation, uint32_t sequence) const {
  MutexLock lock(&mutex_);
  const auto jobs = jobs_.find(invitation);
  if (jobs == jobs_.end()) return nullptr;
  const auto job = jobs->second.find(sequence);
  return job == jobs->second.end() ? nullptr : job->second;
}

Jobs::Sequences Jobs::BelowOf(const std::string& invitation, uint32_t sequence) const {
  MutexLock lock(&mutex_);
  const auto jobs = jobs_.find(invitation);
  if (jobs == jobs_.end()) return {};
  return {jobs->second.begin(), jobs->second.lower_bound(sequence)};
}

std::shared_ptr<Job> Jobs::Before(const std::string& invitation, uint32_t sequence) const {
  const Sequences former = BelowOf(invitation, sequence);
  return former.empty() ? nullptr : former.rbegin()->second;
}

std::vector<std::shared_ptr<Job>> Jobs::AllOf(const std::string& invitation) const {
  std::vector<std::shared_ptr<Job>> all;
  for (const auto& [sequence, job] : BelowOf(invitation, UINT32_MAX)) all.push_back(job);
  return all;
}

absl::StatusOr<std::shared_ptr<Job>> Jobs::Make(const KeptInvitation& kept,
                                                absl::string_view cascade, absl::string_view who) {
  MutexLock make(&make_mutex_);
  if (std::shared_ptr<Job> job = Of(kept)) return job;
  RETURN_IF_ERROR(ReplaceBefore(kept.name, kept.content.sequence(), who));
  v1::StoredJob row;
  row.set_content(kept.stored.content().payload());
  const std::shared_ptr<Job> former = Before(kept.name, kept.content.sequence());
  const bool waits = former == nullptr || former->row().state() == v1::StoredJob::WAITING;
  if (waits) row.set_cascade(std::string(cascade));
  ASSIGN_OR_RETURN(std::shared_ptr<Job> job,
                   Job::Create(PartsOf(kept.name, kept.content), row, kept.Unchanged(), who));
  MutexLock lock(&mutex_);
  jobs_[kept.name][kept.content.sequence()] = job;
  return job;
}

absl::Status Jobs::ReplaceBefore(const std::string& invitation, uint32_t sequence,
                                 absl::string_view who) const {
  for (const auto& [former, job] : BelowOf(invitation, sequence)) {
    RETURN_IF_ERROR(job->Replace(who));
  }
  return absl::OkStatus();
}

std::string Jobs::NameOf(const RecordId& id) const {
  MutexLock lock(&mutex_);
  for (const auto& [name, jobs] : jobs_) {
    for (const auto& [sequence, job] : jobs) {
      if (job->id() == id) return name;
    }
  }
  return "";
}

std::shared_ptr<Job> Jobs::WithId(const RecordId& id) const {
  const std::string name = NameOf(id);
  MutexLock lock(&mutex_);
  const auto jobs = jobs_.find(name);
  if (jobs == jobs_.end()) return nullptr;
  for (const auto& [sequence, job] : jobs->second) {
    if (job->id() == id) return job;
  }
  return nullptr;
}

absl::Status Jobs::Recover() const {
  std::vector<std::shared_ptr<Job>> all;
  {
    MutexLock lock(&mutex_);
    for (const auto& [name, jobs] : jobs_) {
      for (const auto& [sequence, job] : jobs) all.push_back(job);
    }
  }
  for (const std::shared_ptr<Job>& job : all) RETURN_IF_ERROR(job->Recover());
  return absl::OkStatus();
}

absl::StatusOr<std::vector<v1::ExclusionCount>> Jobs::Visit(
    const std::string& invitation, const v1::InvitationContent& content,
    absl::FunctionRef<bool(Recipient)> visit) const {
  Sequences former = BelowOf(invitation, content.sequence());
  // Of one that did not get so far nobody has heard.
  std::erase_if(former, [](const auto& job) { return !job.second->row().frozen(); });
  if (!former.empty() || content.cancelled()) return VisitFormer(former, content, visit);
  ASSIGN_OR_RETURN(const Audience audience, parts_.expand(content));
  RETURN_IF_ERROR(audience.ForEach(visit));
  return audience.exclusions();
}

absl::StatusOr<std::vector<v1::ExclusionCount>> Jobs::VisitFormer(
    const Sequences& former, const v1::InvitationContent& content,
    absl::FunctionRef<bool(Recipient)> visit) const {
  absl::flat_hash_set<RecipientKey> seen;
  uint32_t number = 0;
  int64_t objecting = 0;
  absl::Status status;
  const auto consider = [&](const Job& job, const Recipient& old) {
    const bool to_reach = IsStillToBeReached(old) || old.row.withheld();
    const bool wanted = WasReached(old) || (!content.cancelled() && to_reach);
    if (!wanted && !WasLeftOut(old)) return true;
    if (!seen.insert(old.key).second || !wanted) return true;
    const absl::StatusOr<bool> objected =
        parts_.objected == nullptr ? false : parts_.objected(old.row, content);
    status = objected.status();
    if (!status.ok()) return false;
    if (*objected) ++objecting;
    return *objected || visit(Anew(old, job.id(), ++number));
  };
  bool go_on = true;
  // Newest first: that is where a person's row is as it was used last.
  for (auto it = former.rbegin(); it != former.rend() && go_on; ++it) {
    const std::shared_ptr<Job>& job = it->second;
    RETURN_IF_ERROR(
        job->ForEach([&](const Recipient& old) { return go_on = consider(*job, old); }));
    RETURN_IF_ERROR(status);
  }
  std::vector<v1::ExclusionCount> exclusions(objecting > 0 ? 1 : 0);
  if (objecting > 0) {
    exclusions[0].set_reason("OBJECTED");
    exclusions[0].set_count(objecting);
  }
  return exclusions;
}

}  // namespace maillage::broadcast
