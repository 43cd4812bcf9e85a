// How the directory changes its own actors.
#include <google/protobuf/util/field_mask_util.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/actor.h"
#include "server/directory/actor_name.h"
#include "server/directory/directory.h"

namespace maillage::directory {

using storage::Family;

namespace {

// What the directory sets itself and no caller may.
constexpr absl::string_view kOutputFields[] = {"name",         "categories",  "revision",
                                               "etag",         "create_time", "update_time",
                                               "import_batch", "view",        "import_hash"};

v1::Actor WithoutOutputs(v1::Actor actor) {
  for (const absl::string_view field : kOutputFields) {
    actor.GetReflection()->ClearField(&actor,
                                      actor.GetDescriptor()->FindFieldByName(std::string(field)));
  }
  return actor;
}

absl::Status TakeFields(const v1::Actor& from, const std::vector<std::string>& paths,
                        v1::Actor* to) {
  google::protobuf::FieldMask mask;
  for (const std::string& path : paths) {
    const std::string top = path.substr(0, path.find('.'));
    if (std::find(std::begin(kOutputFields), std::end(kOutputFields), top) !=
            std::end(kOutputFields) ||
        !google::protobuf::util::FieldMaskUtil::IsValidPath<v1::Actor>(path)) {
      return InvalidArgument("BAD_UPDATE_MASK", absl::StrCat("'", path, "' cannot be set"),
                             "a field of Actor that is not derived");
    }
    mask.add_paths(path);
  }
  if (paths.empty()) {
    const v1::Actor outputs = *to;
    *to = WithoutOutputs(from);
    to->set_revision(outputs.revision());
    *to->mutable_create_time() = outputs.create_time();
    to->set_import_batch(outputs.import_batch());
    to->set_import_hash(outputs.import_hash());
    return absl::OkStatus();
  }
  google::protobuf::util::FieldMaskUtil::MergeOptions options;
  options.set_replace_message_fields(true);
  options.set_replace_repeated_fields(true);
  google::protobuf::util::FieldMaskUtil::MergeMessageTo(from, mask, options, to);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Directory::OwnRow> Directory::ReadOwn(absl::string_view name,
                                                     absl::string_view etag) const {
  ASSIGN_OR_RETURN(const ParsedName parsed, ParseName(name));
  ASSIGN_OR_RETURN(const auto row,
                   database_->latest().Get(Family::kActors, storage::ActorKey(parsed.id)));
  const bool own = parsed.bare || parsed.origin == self_;
  if (!own || !row.has_value()) {
    if (const auto shown = Get(name); shown.ok()) {
      return FailedPrecondition("NOT_ORIGIN", "the record belongs to a partner",
                                "ask the partner to change it");
    }
    return NoActor(name);
  }
  OwnRow own_row{parsed.id, *row, nullptr};
  ASSIGN_OR_RETURN(own_row.actor, ParseOwnRow(self_, parsed.id, *row));
  if (!etag.empty() && etag != own_row.actor->etag()) {
    return Error(absl::StatusCode::kAborted, "ETAG_MISMATCH",
                 "the record was changed since it was read", "read it again and repeat the change");
  }
  return own_row;
}

absl::StatusOr<storage::Transaction> Directory::Prepare(const OwnRow* before, const RecordId& id,
                                                        uint64_t revision, v1::Actor after) const {
  RETURN_IF_ERROR(Normalise(&after));
  RETURN_IF_ERROR(Validate(after));
  using google::protobuf::util::TimeUtil;
  const auto now = TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(clock_->Now()));
  if (before == nullptr) *after.mutable_create_time() = now;
  *after.mutable_update_time() = now;
  after.set_revision(revision);
  FillNames(self_, id, &after);
  storage::Transaction transaction =
      ChangeOf(self_, id, before == nullptr ? nullptr : before->actor,
               std::make_shared<const v1::Actor>(std::move(after)));
  transaction.preconditions.push_back(
      {Family::kActors, storage::ActorKey(id),
       before == nullptr ? std::nullopt : std::optional<std::string>(before->bytes)});
  return transaction;
}

absl::StatusOr<RecordId> Directory::FindOwn(absl::string_view name) const {
  ASSIGN_OR_RETURN(const OwnRow row, ReadOwn(name, /*etag=*/""));
  return row.id;
}

absl::StatusOr<std::shared_ptr<const v1::Actor>> Directory::Store(const OwnRow* before,
                                                                  const RecordId& id,
                                                                  v1::Actor after,
                                                                  absl::string_view verb,
                                                                  absl::string_view who) {
  const uint64_t revision = before == nullptr ? 1 : before->actor->revision() + 1;
  ASSIGN_OR_RETURN(storage::Transaction transaction,
                   Prepare(before, id, revision, std::move(after)));
  const std::shared_ptr<const v1::Actor> stored = transaction.changes.back().after;
  // Whoever consents now may come back.
  if (before == nullptr && stored->legal_basis() != v1::LEGAL_BASIS_CONSENT) {
    RETURN_IF_ERROR(gates_.CheckComing(*stored));
  }
  transaction.who = std::string(who);
  transaction.what = absl::StrCat(verb, " ", stored->name());
  RETURN_IF_ERROR(writer_->Commit(std::move(transaction)));
  return stored;
}

absl::Status Directory::ChangeWith(const RecordId& id, ChangeFn change, AlsoFn also,
                                   absl::string_view what, absl::string_view who) {
  ASSIGN_OR_RETURN(const OwnRow before, ReadOwn(ActorName(self_, id), ""));
  v1::Actor after = *before.actor;
  RETURN_IF_ERROR(change(&after));
  ASSIGN_OR_RETURN(storage::Transaction transaction,
                   Prepare(&before, id, before.actor->revision() + 1, std::move(after)));
  RETURN_IF_ERROR(also(&transaction));
  transaction.who = std::string(who);
  transaction.what = std::string(what);
  return writer_->Commit(std::move(transaction));
}

absl::Status Directory::CreateWith(const RecordId& id, uint64_t revision, v1::Actor actor,
                                   AlsoFn also, absl::string_view what, absl::string_view who) {
  ASSIGN_OR_RETURN(const auto row, database_->latest().Get(Family::kActors, storage::ActorKey(id)));
  if (row.has_value()) {
    return Error(absl::StatusCode::kAlreadyExists, "RECORD_EXISTS", "the record is there already");
  }
  ASSIGN_OR_RETURN(storage::Transaction transaction,
                   Prepare(nullptr, id, revision + 1, WithoutOutputs(std::move(actor))));
  RETURN_IF_ERROR(gates_.CheckComing(*transaction.changes.back().after));
  RETURN_IF_ERROR(also(&transaction));
  transaction.who = std::string(who);
  transaction.what = std::string(what);
  return writer_->Commit(std::move(transaction));
}

absl::StatusOr<std::shared_ptr<const v1::Actor>> Directory::Create(v1::Actor actor,
                                                                   absl::string_view request_id,
                                                                   absl::string_view who) {
  RecordId id = NewRecordId(clock_->Now());
  if (!request_id.empty()) {
    ASSIGN_OR_RETURN(id, ParseRecordId(request_id));
    ASSIGN_OR_RETURN(const auto row,
                     database_->latest().Get(Family::kActors, storage::ActorKey(id)));
    if (row.has_value()) return ParseOwnRow(self_, id, *row);
  }
  return Store(nullptr, id, WithoutOutputs(std::move(actor)), "create", who);
}

absl::StatusOr<std::shared_ptr<const v1::Actor>> Directory::Update(
    const v1::Actor& actor, const std::vector<std::string>& paths, absl::string_view who) {
  ASSIGN_OR_RETURN(const OwnRow before, ReadOwn(actor.name(), actor.etag()));
  v1::Actor after = *before.actor;
  RETURN_IF_ERROR(TakeFields(actor, paths, &after));
  return Store(&before, before.id, std::move(after), "update", who);
}

absl::Status Directory::Delete(absl::string_view name, absl::string_view etag,
                               absl::string_view who) {
  ASSIGN_OR_RETURN(const OwnRow before, ReadOwn(name, etag));
  storage::Transaction transaction = ChangeOf(self_, before.id, before.actor, nullptr);
  transaction.preconditions.push_back(
      {Family::kActors, storage::ActorKey(before.id), before.bytes});
  transaction.who = std::string(who);
  transaction.what = absl::StrCat("delete ", before.actor->name());
  return writer_->Commit(std::move(transaction));
}

}  // namespace maillage::directory
