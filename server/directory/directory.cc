#include "server/directory/directory.h"

#include <google/protobuf/util/field_mask_util.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/actor.h"
#include "server/directory/page_token.h"
#include "server/directory/shown.h"
#include "server/storage/postings.h"

namespace maillage::directory {

using storage::Family;

namespace {

constexpr int kDefaultPage = 50;
constexpr int kMaxPage = 1000;

// What the directory sets itself and no caller may.
constexpr absl::string_view kOutputFields[] = {
    "name", "categories", "revision", "etag", "create_time", "update_time", "import_batch", "view"};

absl::Status NoActor(absl::string_view name) {
  return NotFound("NO_ACTOR", absl::StrCat("there is no actor '", name, "' here"),
                  "find it with `maillage actor list`");
}

struct ParsedName {
  bool bare = false;  // a UUID alone
  NodeId origin;
  RecordId id;
};

absl::StatusOr<ParsedName> ParseName(absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  ParsedName parsed;
  if (parts.size() == 1) {
    parsed.bare = true;
    ASSIGN_OR_RETURN(parsed.id, ParseRecordId(parts[0]));
    return parsed;
  }
  if (parts.size() != 4 || parts[0] != "nodes" || parts[2] != "actors") {
    return InvalidArgument("BAD_NAME", absl::StrCat("'", name, "' names no actor"),
                           "nodes/NODE/actors/UUID, or the UUID");
  }
  ASSIGN_OR_RETURN(parsed.origin, ParseNodeId(parts[1]));
  ASSIGN_OR_RETURN(parsed.id, ParseRecordId(parts[3]));
  return parsed;
}

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
    return absl::OkStatus();
  }
  google::protobuf::util::FieldMaskUtil::MergeOptions options;
  options.set_replace_message_fields(true);
  options.set_replace_repeated_fields(true);
  google::protobuf::util::FieldMaskUtil::MergeMessageTo(from, mask, options, to);
  return absl::OkStatus();
}

}  // namespace

Directory::Directory(const NodeId& self, storage::Database* database, storage::Writer* writer,
                     const Clock* clock, Nodes nodes)
    : self_(self), database_(database), writer_(writer), clock_(clock), nodes_(std::move(nodes)) {}

absl::StatusOr<std::shared_ptr<const v1::Actor>> ParseOwnRow(const NodeId& self, const RecordId& id,
                                                             absl::string_view bytes) {
  auto actor = std::make_shared<v1::Actor>();
  if (!actor->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return DataLoss("BAD_ROW", absl::StrCat("actor ", ToText(id), " cannot be read"),
                    "restore from a backup");
  }
  FillNames(self, id, actor.get());
  return actor;
}

storage::Transaction ChangeOf(const NodeId& self, const RecordId& id,
                              std::shared_ptr<const v1::Actor> before,
                              std::shared_ptr<const v1::Actor> after) {
  storage::Transaction transaction;
  if (after == nullptr) {
    transaction.writes.Delete(Family::kActors, storage::ActorKey(id));
  } else if (after != before) {
    v1::Actor row = *after;  // its name follows from where it stands
    row.clear_name();
    row.clear_etag();
    transaction.writes.Put(Family::kActors, storage::ActorKey(id), row.SerializeAsString());
  }
  transaction.changes.push_back({self, id, std::move(before), std::move(after)});
  return transaction;
}

absl::StatusOr<ShownRecord> ReadByOrdinal(const storage::Reader& reader, const NodeId& self,
                                          uint32_t ordinal) {
  ASSIGN_OR_RETURN(const auto row, reader.Get(Family::kOrdinals, storage::OrdinalKey(ordinal)));
  ShownRecord record;
  if (!row.has_value()) return record;
  if (row->size() != NodeId::kSize + RecordId::kSize) {
    return DataLoss("BAD_ROW", "a local number cannot be read", "restore from a backup");
  }
  record.origin = NodeId(absl::string_view(*row).substr(0, NodeId::kSize));
  record.id = RecordId(absl::string_view(*row).substr(NodeId::kSize));
  if (record.origin != self) {
    ASSIGN_OR_RETURN(record.actor, ReadShown(reader, record.origin, record.id));
    return record;
  }
  ASSIGN_OR_RETURN(const auto own, reader.Get(Family::kActors, storage::ActorKey(record.id)));
  if (own.has_value()) {
    ASSIGN_OR_RETURN(record.actor, ParseOwnRow(self, record.id, *own));
  }
  return record;
}

absl::StatusOr<std::shared_ptr<const v1::Actor>> Directory::Get(absl::string_view name) const {
  ASSIGN_OR_RETURN(const ParsedName parsed, ParseName(name));
  const auto snapshot = database_->Snapshot();
  if (parsed.bare || parsed.origin == self_) {
    ASSIGN_OR_RETURN(const auto row, snapshot->Get(Family::kActors, storage::ActorKey(parsed.id)));
    if (row.has_value()) return ParseOwnRow(self_, parsed.id, *row);
  }
  const std::vector<NodeId> origins =
      parsed.bare ? nodes_.all() : std::vector<NodeId>{parsed.origin};
  for (const NodeId& origin : origins) {
    ASSIGN_OR_RETURN(auto actor, ReadShown(*snapshot, origin, parsed.id));
    if (actor != nullptr) return actor;
  }
  return NoActor(name);
}

absl::StatusOr<Filter> Directory::ParseFilter(absl::string_view text) const {
  return Filter::Parse(text, nodes_.find);
}

absl::StatusOr<ActorPage> Directory::List(absl::string_view filter_text, int page_size,
                                          absl::string_view page_token) const {
  ASSIGN_OR_RETURN(const Filter filter, ParseFilter(filter_text));
  ASSIGN_OR_RETURN(const std::string start, OpenPageToken(page_token, filter.ToString()));
  const size_t limit = page_size <= 0 ? kDefaultPage : std::min(page_size, kMaxPage);
  const auto snapshot = database_->Snapshot();
  ASSIGN_OR_RETURN(const Roaring matches, filter.Evaluate(*snapshot));
  std::vector<uint32_t> ordinals;
  std::string next;
  RETURN_IF_ERROR(
      snapshot->Scan(Family::kSorted, start, "", [&](absl::string_view key, absl::string_view) {
        const uint32_t ordinal = OrdinalOfSortedKey(key);
        if (!matches.contains(ordinal)) return true;
        if (ordinals.size() == limit) {
          next = std::string(key);
          return false;
        }
        ordinals.push_back(ordinal);
        return true;
      }));
  ActorPage page;
  page.total_size = static_cast<int64_t>(matches.cardinality());
  for (const uint32_t ordinal : ordinals) {
    ASSIGN_OR_RETURN(ShownRecord record, ReadByOrdinal(*snapshot, self_, ordinal));
    if (record.actor != nullptr) page.actors.push_back(std::move(record.actor));
  }
  if (!next.empty()) page.next_page_token = MakePageToken(next, filter.ToString());
  return page;
}

absl::StatusOr<ActorCount> Directory::Count(absl::string_view filter_text) const {
  ASSIGN_OR_RETURN(const Filter filter, ParseFilter(filter_text));
  const auto snapshot = database_->Snapshot();
  ASSIGN_OR_RETURN(const Roaring matches, filter.Evaluate(*snapshot));
  ActorCount count;
  count.total = static_cast<int64_t>(matches.cardinality());
  std::vector<NodeId> origins = nodes_.all();
  std::sort(origins.begin(), origins.end());
  origins.insert(origins.begin(), self_);
  for (const NodeId& origin : origins) {
    ASSIGN_OR_RETURN(
        const Roaring of_origin,
        storage::ReadPosting(*snapshot, static_cast<uint8_t>(Field::kOrigin), origin.bytes()));
    const Roaring here = matches & of_origin;
    for (int c = v1::AUDIENCE_CATEGORY_INSTITUTION; c <= v1::AUDIENCE_CATEGORY_CITIZEN; ++c) {
      const auto category = static_cast<v1::AudienceCategory>(c);
      ASSIGN_OR_RETURN(const Roaring primary,
                       storage::ReadPosting(*snapshot, static_cast<uint8_t>(Field::kPrimary),
                                            CategoryWord(category)));
      const auto number = static_cast<int64_t>(here.and_cardinality(primary));
      if (number > 0) count.groups.push_back({origin, category, number});
    }
  }
  return count;
}

absl::Status Directory::ForEach(const Filter& filter,
                                absl::FunctionRef<bool(const ShownRecord&)> visit) const {
  const auto snapshot = database_->Snapshot();
  ASSIGN_OR_RETURN(const Roaring matches, filter.Evaluate(*snapshot));
  for (const uint32_t ordinal : matches) {
    ASSIGN_OR_RETURN(const ShownRecord record, ReadByOrdinal(*snapshot, self_, ordinal));
    if (record.actor != nullptr && !visit(record)) break;
  }
  return absl::OkStatus();
}

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

absl::StatusOr<std::shared_ptr<const v1::Actor>> Directory::Store(const OwnRow* before,
                                                                  const RecordId& id,
                                                                  v1::Actor after,
                                                                  absl::string_view verb,
                                                                  absl::string_view who) {
  RETURN_IF_ERROR(Normalise(&after));
  RETURN_IF_ERROR(Validate(after));
  using google::protobuf::util::TimeUtil;
  const auto now = TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(clock_->Now()));
  if (before == nullptr) *after.mutable_create_time() = now;
  *after.mutable_update_time() = now;
  after.set_revision(before == nullptr ? 1 : before->actor->revision() + 1);
  FillNames(self_, id, &after);
  const auto stored = std::make_shared<const v1::Actor>(std::move(after));
  storage::Transaction transaction =
      ChangeOf(self_, id, before == nullptr ? nullptr : before->actor, stored);
  transaction.preconditions.push_back(
      {Family::kActors, storage::ActorKey(id),
       before == nullptr ? std::nullopt : std::optional<std::string>(before->bytes)});
  transaction.who = std::string(who);
  transaction.what = absl::StrCat(verb, " ", stored->name());
  RETURN_IF_ERROR(writer_->Commit(std::move(transaction)));
  return stored;
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
