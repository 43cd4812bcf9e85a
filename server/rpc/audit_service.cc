#include "server/rpc/audit_service.h"

#include <google/protobuf/util/time_util.h>

#include <string>

#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/grpc_status.h"
#include "client/base/status_macros.h"
#include "server/identity/audit_stage.h"
#include "server/rpc/paging.h"

namespace maillage::rpc {
namespace {

using google::protobuf::util::TimeUtil;
using storage::Family;

v1::AuditEntry ToEntry(const v1::AuditLine& line) {
  v1::AuditEntry entry;
  entry.set_number(line.number());
  *entry.mutable_time() = TimeUtil::MillisecondsToTimestamp(line.time_ms());
  entry.set_who(line.who());
  entry.set_what(line.what());
  return entry;
}

// The key from which the page begins.
absl::StatusOr<std::string> FirstKey(const v1::ListAuditEntriesRequest& request) {
  if (!request.page_token().empty()) {
    auto key = Base32Decode(request.page_token());
    if (key.ok() && key->size() == 2 * sizeof(uint64_t)) return key;
    return InvalidArgument("BAD_PAGE_TOKEN", "the page token was not given here");
  }
  v1::AuditLine first;
  if (request.has_since()) first.set_time_ms(TimeUtil::TimestampToMilliseconds(request.since()));
  return identity::AuditKey(first);
}

absl::Status List(const storage::Reader& reader, const v1::ListAuditEntriesRequest& request,
                  v1::ListAuditEntriesResponse* response) {
  if (request.page_size() < 0 || request.page_size() > kMaxPageSize) {
    return InvalidArgument("BAD_PAGE_SIZE", "page_size is 1 to 1000, or 0 for 100");
  }
  const int size = request.page_size() == 0 ? kDefaultPageSize : request.page_size();
  ASSIGN_OR_RETURN(const std::string first, FirstKey(request));
  absl::Status status;
  RETURN_IF_ERROR(
      reader.Scan(Family::kAudit, first, "", [&](absl::string_view key, absl::string_view row) {
        if (response->entries_size() == size) {
          response->set_next_page_token(Base32Encode(key));
          return false;
        }
        v1::AuditLine line;
        if (!line.ParseFromArray(row.data(), static_cast<int>(row.size()))) {
          status = DataLoss("AUDIT_BROKEN", "a line of the audit cannot be read",
                            "`maillage audit verify` says which");
          return false;
        }
        *response->add_entries() = ToEntry(line);
        return true;
      }));
  return status;
}

}  // namespace

grpc::Status AuditService::ListAuditEntries(grpc::ServerContext*,
                                            const v1::ListAuditEntriesRequest* request,
                                            v1::ListAuditEntriesResponse* response) {
  return ToGrpcStatus(List(database_->latest(), *request, response));
}

grpc::Status AuditService::VerifyAudit(grpc::ServerContext*, const v1::VerifyAuditRequest*,
                                       v1::VerifyAuditResponse* response) {
  const auto head = identity::VerifyAudit(*database_->Snapshot());
  if (!head.ok()) return ToGrpcStatus(head.status());
  response->set_entries(static_cast<int64_t>(head->number()));
  response->set_head_hash(HexEncode(head->hash()));
  return grpc::Status::OK;
}

}  // namespace maillage::rpc
