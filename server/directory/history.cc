#include "server/directory/history.h"

#include <google/protobuf/util/field_mask_util.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/directory.h"
#include "server/directory/page_token.h"

namespace maillage::directory {

using google::protobuf::FieldDescriptor;
using google::protobuf::util::MessageDifferencer;
using storage::Family;

namespace {

// They follow from other fields, or from the change itself.
constexpr absl::string_view kDerived[] = {"name",         "categories",  "revision",
                                          "etag",         "create_time", "update_time",
                                          "import_batch", "view",        "import_hash"};

absl::StatusOr<v1::StoredChange> Parse(const RecordId& id, absl::string_view bytes) {
  v1::StoredChange change;
  if (!change.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return DataLoss("BAD_ROW", absl::StrCat("a change of actor ", ToText(id), " cannot be read"),
                    "restore from a backup");
  }
  return change;
}

// A change as it is told, from its row and the state that it left.
v1::ActorChange Tell(uint64_t revision, const v1::StoredChange& row, const v1::Actor& after) {
  v1::ActorChange change;
  change.set_revision(revision);
  *change.mutable_time() = row.time();
  change.set_who(row.who());
  change.set_what(row.what());
  change.set_source(row.source());
  change.set_import_batch(row.import_batch());
  google::protobuf::FieldMask mask;
  for (std::string& name : ChangedFields(row.before(), after)) {
    mask.add_paths(name);
    change.add_fields(std::move(name));
  }
  const google::protobuf::util::FieldMaskUtil::MergeOptions options;
  using google::protobuf::util::FieldMaskUtil;
  FieldMaskUtil::MergeMessageTo(after, mask, options, change.mutable_after());
  if (row.has_before()) {
    FieldMaskUtil::MergeMessageTo(row.before(), mask, options, change.mutable_before());
  }
  return change;
}

// The creation by an import, which has no row: its first state says it.
v1::ActorChange TellImported(const v1::Actor& first) {
  v1::StoredChange row;
  *row.mutable_time() = first.create_time();
  row.set_source(first.source());
  row.set_import_batch(first.import_batch());
  return Tell(first.revision(), row, first);
}

using Rows = std::vector<std::pair<uint64_t, v1::StoredChange>>;

// The rows from revision `first` on: one more than `size`, which tells how the
// last one ended.
absl::StatusOr<Rows> ReadRows(const storage::Reader& reader, const RecordId& id, uint64_t first,
                              size_t size) {
  Rows rows;
  absl::Status status;
  RETURN_IF_ERROR(
      reader.Scan(Family::kHistory, HistoryKey(id, first), storage::PrefixEnd(id.bytes()),
                  [&](absl::string_view key, absl::string_view bytes) {
                    auto row = Parse(id, bytes);
                    status = row.status();
                    if (!status.ok()) return false;
                    rows.emplace_back(ReadU64(key.substr(RecordId::kSize)), *std::move(row));
                    return rows.size() <= size;
                  }));
  RETURN_IF_ERROR(status);
  return rows;
}

absl::StatusOr<size_t> PageSize(const v1::GetActorHistoryRequest& request) {
  constexpr int kDefault = 100;
  constexpr int kMost = 1000;
  if (request.page_size() < 0 || request.page_size() > kMost) {
    return InvalidArgument("BAD_PAGE_SIZE", "page_size is 1 to 1000, or 0 for 100");
  }
  return static_cast<size_t>(request.page_size() == 0 ? kDefault : request.page_size());
}

}  // namespace

std::string HistoryKey(const RecordId& id, uint64_t revision) {
  std::string key(id.bytes());
  AppendU64(&key, revision);
  return key;
}

absl::StatusOr<std::optional<v1::StoredChange>> ReadChange(const storage::Reader& reader,
                                                           const RecordId& id, uint64_t revision) {
  ASSIGN_OR_RETURN(const auto row, reader.Get(Family::kHistory, HistoryKey(id, revision)));
  if (!row.has_value()) return std::nullopt;
  ASSIGN_OR_RETURN(v1::StoredChange change, Parse(id, *row));
  return change;
}

std::vector<std::string> ChangedFields(const v1::Actor& before, const v1::Actor& after) {
  std::vector<std::string> names;
  for (int i = 0; i < v1::Actor::descriptor()->field_count(); ++i) {
    const FieldDescriptor* field = v1::Actor::descriptor()->field(i);
    if (std::find(std::begin(kDerived), std::end(kDerived), field->name()) != std::end(kDerived)) {
      continue;
    }
    MessageDifferencer differencer;
    if (!differencer.CompareWithFields(before, after, {field}, {field})) {
      names.push_back(field->name());
    }
  }
  return names;
}

absl::StatusOr<HistoryPage> ReadHistory(const storage::Reader& reader, const RecordId& id,
                                        const v1::Actor& now, uint64_t first, size_t size) {
  ASSIGN_OR_RETURN(const Rows rows, ReadRows(reader, id, first, size));
  HistoryPage page;
  const v1::Actor& oldest = rows.empty() ? now : rows.front().second.before();
  if (first == 0 && !oldest.import_batch().empty()) page.changes.push_back(TellImported(oldest));
  for (size_t i = 0; i < rows.size(); ++i) {
    if (page.changes.size() == size) {
      page.next = rows[i].first;
      break;
    }
    const v1::Actor& after = i + 1 < rows.size() ? rows[i + 1].second.before() : now;
    page.changes.push_back(Tell(rows[i].first, rows[i].second, after));
  }
  return page;
}

absl::StatusOr<v1::GetActorHistoryResponse> Directory::History(
    const v1::GetActorHistoryRequest& request) const {
  ASSIGN_OR_RETURN(const size_t size, PageSize(request));
  // A token is the revision to go on with, bound to the record.
  ASSIGN_OR_RETURN(const std::string token, OpenPageToken(request.page_token(), request.name()));
  uint64_t first = 0;
  if (!token.empty() && !absl::SimpleAtoi(token, &first)) {
    return InvalidArgument("BAD_PAGE_TOKEN", "the page token was not given here");
  }
  const auto own = ReadOwn(request.name(), /*etag=*/"");
  if (ErrorReason(own.status()) == "NOT_ORIGIN") {
    return FailedPrecondition(
        "NOT_ORIGIN", "the record belongs to a partner, who has its history",
        "ask the partner who changed it: `maillage actor get` names its node");
  }
  RETURN_IF_ERROR(own.status());
  ASSIGN_OR_RETURN(HistoryPage page,
                   ReadHistory(database_->latest(), own->id, *own->actor, first, size));
  v1::GetActorHistoryResponse response;
  for (v1::ActorChange& change : page.changes) *response.add_changes() = std::move(change);
  if (page.next > 0) {
    response.set_next_page_token(MakePageToken(absl::StrCat(page.next), request.name()));
  }
  return response;
}

}  // namespace maillage::directory
