#include "server/directory/import.h"

#include <google/protobuf/util/time_util.h>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/sha256.h"
#include "client/base/status_macros.h"
#include "server/directory/actor.h"
#include "server/directory/directory.h"
#include "server/directory/mappings.h"
#include "server/directory/terms.h"
#include "server/directory/territories.h"
#include "server/interchange/fold.h"
#include "server/storage/postings.h"

namespace maillage::directory {

using storage::Family;

namespace {

constexpr int64_t kMaxListedProblems = 1000;

// Of what a row says and from where: the same row again has the same.
uint64_t RowHash(const v1::Actor& draft, absl::string_view source) {
  const std::string text = absl::StrCat(source, "|", draft.SerializeAsString());
  return ReadU64(Sha256::Of(text).bytes());
}

}  // namespace

absl::Status Import::CheckSpec() const {
  if (spec_.has_notice()) RETURN_IF_ERROR(CheckNotice(spec_.notice()));
  if (spec_.legal_basis() != v1::LEGAL_BASIS_CONSENT || !spec_.consent().proof().empty()) {
    return absl::OkStatus();
  }
  return InvalidArgument("BAD_IMPORT_SPEC",
                         "the basis is consent, and nothing proves it (RGPD art. 7.1)",
                         "say what proves the consent of those in the file, or take another basis");
}

absl::Status Import::Start() {
  RETURN_IF_ERROR(CheckSpec());
  before_ = database_->Snapshot();
  ASSIGN_OR_RETURN(
      const Roaring own,
      storage::ReadPosting(*before_, static_cast<uint8_t>(Field::kOrigin), self_.bytes()));
  nothing_known_ = own.isEmpty();
  if (spec_.renewal()) renewal_ = std::make_unique<Renewal>(AsOf());
  RETURN_IF_ERROR(TakeMapping());
  ASSIGN_OR_RETURN(reader_, interchange::NewReader(spec_, this));
  if (spec_.dry_run()) return absl::OkStatus();
  summary_.set_import_batch(absl::StrCat("importBatches/", ToText(NewRecordId(clock_->Now()))));
  batch_.set_name(summary_.import_batch());
  batch_.set_file_name(spec_.file_name());
  batch_.set_source(Source());
  batch_.set_who(who_);
  *batch_.mutable_start_time() = Now();
  return Record(/*what=*/"");
}

const std::string& Import::Source() const {
  return spec_.source().empty() ? spec_.file_name() : spec_.source();
}

google::protobuf::Timestamp Import::Now() const {
  return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(
      absl::ToUnixMicros(clock_->Now()));
}

// Columns of a saved mapping, where the spec says nothing of them.
absl::Status Import::TakeMapping() {
  if (spec_.mapping().empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const v1::Mapping mapping, ReadMapping(*before_, spec_.mapping()));
  absl::flat_hash_set<std::string> told;
  for (const auto& [heading, field] : spec_.columns()) told.insert(interchange::Fold(heading));
  for (const auto& [heading, field] : mapping.columns()) {
    if (!told.contains(interchange::Fold(heading))) (*spec_.mutable_columns())[heading] = field;
  }
  return absl::OkStatus();
}

// Writes the batch's row, so that it can be listed and taken back even where the
// import does not come to its end.
absl::Status Import::Record(std::string what) {
  storage::Transaction record;
  record.writes.Put(Family::kObjects, batch_.name(), batch_.SerializeAsString());
  record.who = who_;
  record.what = std::move(what);
  return writer_->Commit(std::move(record));
}

absl::Status Import::Write(absl::string_view bytes) {
  summary_.set_bytes(summary_.bytes() + static_cast<int64_t>(bytes.size()));
  return reader_->Write(bytes);
}

absl::Status Import::Finish(bool whole) {
  absl::Status status = whole ? reader_->Finish() : absl::OkStatus();
  if (absl::Status done = AwaitAll(); status.ok()) status = done;
  if (whole && status.ok() && renewal_ != nullptr) status = EndVanished();
  summary_.set_dialect(reader_->dialect());
  for (std::string& column : reader_->unused_columns()) {
    summary_.add_unused_columns(std::move(column));
  }
  if (spec_.dry_run()) return status;
  *batch_.mutable_summary() = summary_;
  *batch_.mutable_end_time() = Now();
  const absl::Status recorded = Record(absl::StrCat("import ", batch_.name()));
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
  line_ = draft.line;
  v1::Actor& actor = draft.actor;
  Resolve(&draft);
  actor.set_legal_basis(spec_.legal_basis() == v1::LEGAL_BASIS_UNSPECIFIED
                            ? v1::LEGAL_BASIS_PUBLIC_TASK
                            : spec_.legal_basis());
  if (spec_.has_consent()) *actor.mutable_consent() = spec_.consent();
  absl::Status sound = Normalise(&actor);
  actor.set_import_hash(RowHash(actor, Source()));
  actor.set_source(Source());
  actor.set_import_batch(summary_.import_batch());
  if (sound.ok()) sound = Validate(actor);
  if (!sound.ok()) {
    Report(draft.line, v1::ImportProblem::REFUSED, "", SortName(actor), sound.message());
    return absl::OkStatus();
  }
  if (renewal_ != nullptr) renewal_->Cover(actor);
  summary_.set_records(summary_.records() + 1);
  return Place(std::move(draft));
}

}  // namespace maillage::directory
