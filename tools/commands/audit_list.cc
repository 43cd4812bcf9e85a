#include <google/protobuf/util/time_util.h>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "maillage/v1/audit_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/days.h"

namespace maillage::cli {
namespace {

class AuditList : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("--since", &since_, "YYYY-MM-DD", "From this day on; all if unset");
  }

  absl::Status Run(Context* context) override {
    v1::ListAuditEntriesRequest request;
    if (!since_.empty()) {
      ASSIGN_OR_RETURN(const v1::Date day, ParseDay("--since", since_));
      const absl::Time start = absl::FromCivil(absl::CivilDay(day.year(), day.month(), day.day()),
                                               absl::LocalTimeZone());
      request.mutable_since()->set_seconds(absl::ToUnixSeconds(start));
    }
    return CallAndList<v1::AuditService>(context, &v1::AuditService::Stub::ListAuditEntries,
                                         std::move(request), &v1::ListAuditEntriesResponse::entries,
                                         AuditEntryColumns(), {"line", "lines"});
  }

 private:
  std::string since_;
};

}  // namespace

std::unique_ptr<Command> NewAuditList() { return std::make_unique<AuditList>(); }

}  // namespace maillage::cli
