#include "maillage/v1/audit_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class AuditVerify : public Command {
 public:
  void Declare(Arguments*) override {}

  absl::Status Run(Context* context) override {
    ASSIGN_OR_RETURN(const v1::VerifyAuditResponse verified,
                     Call<v1::AuditService>(context, &v1::AuditService::Stub::VerifyAudit,
                                            v1::VerifyAuditRequest()));
    context->out().One(verified, VerifiedAuditDetails());
    context->out().Remark(context->out().Text(
        "Nothing was changed or taken out. Keep the hash elsewhere: it proves that later, too."));
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<Command> NewAuditVerify() { return std::make_unique<AuditVerify>(); }

}  // namespace maillage::cli
