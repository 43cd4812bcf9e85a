#include "server/directory/import.h"

#include <google/protobuf/util/time_util.h>

#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/mutex.h"
#include "client/base/status_macros.h"
#include "server/directory/actor.h"
#include "server/directory/directory.h"
#include "server/directory/import_merge.h"
#include "server/directory/terms.h"
#include "server/directory/territories.h"
#include "server/storage/postings.h"

namespace maillage::directory {

using storage::Family;

namespace {

constexpr size_t kChunkRecords = 256;
constexpr int kMaxInFlight = 4;
constexpr int64_t kMaxListedProblems = 1000;

// Tells whether two records of one key in one file are the same person said
// twice: they are when they share the first e-mail address.
uint64_t FirstEmailHash(const v1::Actor& actor) {
  for (const v1::ContactPoint& point : actor.contact_points()) {
    if (point.kind() == v1::CONTACT_KIND_EMAIL) return absl::HashOf(point.value()) | 1;
  }
  return 0;
}

}  // namespace

// What the writer's callbacks tell the importing thread.
struct Import::Pending {
  Mutex mutex;
  CondVar cond;
  int in_flight ABSL_GUARDED_BY(mutex) = 0;
  absl::Status error ABSL_GUARDED_BY(mutex);

  void Finish(const absl::Status& status) {
    const MutexLock lock(&mutex);
    --in_flight;
    if (error.ok()) error = status;
    cond.SignalAll();
  }
  // Waits until fewer than `limit` transactions are under way.
  absl::Status Await(int limit) {
    const MutexLock lock(&mutex);
    while (in_flight >= limit) cond.Wait(&mutex);
    return error;
  }
};

Import::Import(const NodeId& self, storage::Database* database, storage::Writer* writer,
               const Clock* clock, v1::ImportSpec spec, std::string who, OnProblemFn on_problem)
    : self_(self),
      database_(database),
      writer_(writer),
      clock_(clock),
      spec_(std::move(spec)),
      who_(std::move(who)),
      on_problem_(std::move(on_problem)),
      pending_(std::make_shared<Pending>()) {}

Import::~Import() = default;

absl::Status Import::Start() {
  before_ = database_->Snapshot();
  if (!spec_.dry_run()) {
    summary_.set_import_batch(absl::StrCat("importBatches/", ToText(NewRecordId(clock_->Now()))));
  }
  ASSIGN_OR_RETURN(reader_, interchange::NewReader(spec_, this));
  return absl::OkStatus();
}

absl::Status Import::Write(absl::string_view bytes) {
  summary_.set_bytes(summary_.bytes() + static_cast<int64_t>(bytes.size()));
  return reader_->Write(bytes);
}

absl::Status Import::Finish(bool whole) {
  absl::Status status = whole ? reader_->Finish() : absl::OkStatus();
  if (absl::Status flushed = Flush(); status.ok()) status = flushed;
  if (absl::Status done = pending_->Await(1); status.ok()) status = done;
  summary_.set_dialect(reader_->dialect());
  for (std::string& column : reader_->unused_columns()) {
    summary_.add_unused_columns(std::move(column));
  }
  if (spec_.dry_run()) return status;
  storage::Transaction record;
  record.writes.Put(Family::kObjects, summary_.import_batch(), summary_.SerializeAsString());
  record.who = who_;
  record.what = absl::StrCat("import ", summary_.import_batch());
  const absl::Status recorded = writer_->Commit(std::move(record));
  return status.ok() ? recorded : status;
}

void Import::OnProblem(v1::ImportProblem problem) {
  if (problem.severity() == v1::ImportProblem::FLAGGED) {
    summary_.set_flagged(summary_.flagged() + 1);
  } else if (problem.severity() == v1::ImportProblem::REFUSED) {
    summary_.set_refused(summary_.refused() + 1);
    summary_.set_records(summary_.records() + 1);
  }
  if (listed_problems_++ < kMaxListedProblems) {
    on_problem_(problem);
  } else {
    summary_.set_unlisted_problems(summary_.unlisted_problems() + 1);
  }
}

void Import::Report(int64_t line, v1::ImportProblem::Severity severity, absl::string_view column,
                    absl::string_view value, absl::string_view reason) {
  v1::ImportProblem problem;
  problem.set_line(line);
  problem.set_severity(severity);
  problem.set_column(std::string(column));
  problem.set_value(std::string(value.substr(0, 80)));
  problem.set_reason(std::string(reason));
  OnProblem(std::move(problem));
}

// Registers lag behind the geography: a body that was merged keeps its people.
void Import::DropUnknown(int64_t line, google::protobuf::RepeatedPtrField<v1::TerritoryRef>* refs) {
  for (int i = refs->size() - 1; i >= 0; --i) {
    const v1::TerritoryRef& ref = refs->Get(i);
    if (Territories::Official().Find(ref.level(), ref.code()) != nullptr) continue;
    Report(line, v1::ImportProblem::NOTE, "", ref.code(),
           "no territory has this code; the record stands without it");
    refs->DeleteSubrange(i, 1);
  }
}

void Import::Resolve(interchange::Draft* draft) {
  DropUnknown(draft->line, draft->actor.mutable_territories());
  for (v1::Membership& membership : *draft->actor.mutable_memberships()) {
    DropUnknown(draft->line, membership.mutable_territories());
  }
  const Territories& official = Territories::Official();
  const v1::Territory* commune = nullptr;
  if (!draft->insee.empty()) {
    commune = official.Find(v1::TERRITORY_LEVEL_COMMUNE, draft->insee);
    if (commune == nullptr) {
      Report(draft->line, v1::ImportProblem::NOTE, "INSEE", draft->insee,
             "no commune has this code; the record stands without a territory");
    }
  } else if (!draft->locality.empty()) {
    const auto found = official.FindCommune(draft->locality, draft->postal_code, "");
    if (found.ok()) {
      commune = *found;
    } else {
      Report(draft->line, v1::ImportProblem::NOTE, "commune", draft->locality,
             absl::StrCat(found.status().message(), "; the record stands without a territory"));
    }
  }
  if (commune == nullptr) return;
  *draft->actor.add_territories() = commune->ref();
  for (v1::Membership& membership : *draft->actor.mutable_memberships()) {
    if (membership.type() == v1::MEMBERSHIP_TYPE_MANDATE && membership.territories().empty()) {
      *membership.add_territories() = commune->ref();
    }
  }
}

absl::Status Import::OnDraft(interchange::Draft draft) {
  v1::Actor& actor = draft.actor;
  Resolve(&draft);
  actor.set_legal_basis(spec_.legal_basis() == v1::LEGAL_BASIS_UNSPECIFIED
                            ? v1::LEGAL_BASIS_PUBLIC_TASK
                            : spec_.legal_basis());
  actor.set_source(spec_.source().empty() ? spec_.file_name() : spec_.source());
  actor.set_import_batch(summary_.import_batch());
  absl::Status sound = Normalise(&actor);
  if (sound.ok()) sound = Validate(actor);
  if (!sound.ok()) {
    Report(draft.line, v1::ImportProblem::REFUSED, "", SortName(actor), sound.message());
    return absl::OkStatus();
  }
  summary_.set_records(summary_.records() + 1);
  return Place(std::move(draft));
}

// Decides whether the draft is new, known, or said twice in this file.
absl::Status Import::Place(interchange::Draft draft) {
  const uint64_t email = FirstEmailHash(draft.actor);
  const std::string key = ImportKey(draft.actor);
  std::vector<Seen>& seen = seen_[key];
  for (const Seen& earlier : seen) {
    if (email != 0 && earlier.email == email) {
      summary_.set_unchanged(summary_.unchanged() + 1);
      Report(draft.line, v1::ImportProblem::NOTE, "", SortName(draft.actor),
             absl::StrCat("says again what line ", earlier.line, " says"));
      return absl::OkStatus();
    }
  }
  const size_t occurrence = seen.size();
  seen.push_back({email, draft.line});
  ASSIGN_OR_RETURN(const Roaring known,
                   storage::ReadPosting(*before_, static_cast<uint8_t>(Field::kImportKey), key));
  if (occurrence >= known.cardinality()) return Add(std::move(draft.actor));
  uint32_t ordinal = 0;
  known.select(static_cast<uint32_t>(occurrence), &ordinal);
  return Complete(ordinal, draft.actor);
}

absl::Status Import::Add(v1::Actor actor) {
  summary_.set_created(summary_.created() + 1);
  if (spec_.dry_run()) return absl::OkStatus();
  const RecordId id = NewRecordId(clock_->Now());
  const auto now =
      google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(clock_->Now()));
  *actor.mutable_create_time() = now;
  *actor.mutable_update_time() = now;
  actor.set_revision(1);
  FillNames(self_, id, &actor);
  storage::Transaction one =
      ChangeOf(self_, id, nullptr, std::make_shared<const v1::Actor>(std::move(actor)));
  for (const storage::Batch::Op& op : one.writes.ops())
    chunk_.writes.Put(op.family, op.key, op.value);
  chunk_.changes.push_back(std::move(one.changes.front()));
  return chunk_.changes.size() < kChunkRecords ? absl::OkStatus() : Flush();
}

absl::Status Import::Complete(uint32_t ordinal, const v1::Actor& draft) {
  ASSIGN_OR_RETURN(const ShownRecord record, ReadByOrdinal(*before_, self_, ordinal));
  ASSIGN_OR_RETURN(const auto row,
                   database_->latest().Get(Family::kActors, storage::ActorKey(record.id)));
  if (record.actor == nullptr || !row.has_value()) return Add(draft);  // gone since the start
  ASSIGN_OR_RETURN(const auto before, ParseOwnRow(self_, record.id, *row));
  v1::Actor after = *before;
  if (!CompleteFrom(draft, &after)) {
    summary_.set_unchanged(summary_.unchanged() + 1);
    return absl::OkStatus();
  }
  summary_.set_updated(summary_.updated() + 1);
  if (spec_.dry_run()) return absl::OkStatus();
  DeriveCategories(&after);
  RETURN_IF_ERROR(Validate(after));
  *after.mutable_update_time() =
      google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(clock_->Now()));
  after.set_import_batch(summary_.import_batch());
  after.set_revision(before->revision() + 1);
  FillNames(self_, record.id, &after);
  storage::Transaction transaction =
      ChangeOf(self_, record.id, before, std::make_shared<const v1::Actor>(std::move(after)));
  transaction.preconditions.push_back({Family::kActors, storage::ActorKey(record.id), *row});
  return Submit(std::move(transaction));
}

absl::Status Import::Flush() {
  if (chunk_.changes.empty()) return absl::OkStatus();
  storage::Transaction chunk = std::move(chunk_);
  chunk_ = storage::Transaction();
  return Submit(std::move(chunk));
}

absl::Status Import::Submit(storage::Transaction transaction) {
  RETURN_IF_ERROR(pending_->Await(kMaxInFlight));
  {
    const MutexLock lock(&pending_->mutex);
    ++pending_->in_flight;
  }
  transaction.priority = storage::Priority::kBulk;
  writer_->Submit(std::move(transaction),
                  [pending = pending_](const absl::Status& status) { pending->Finish(status); });
  return absl::OkStatus();
}

}  // namespace maillage::directory
