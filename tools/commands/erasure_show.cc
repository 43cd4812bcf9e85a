#include "maillage/v1/erasure_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class ErasureShow : public NamedCommand {
 public:
  absl::Status Run(Context* context) override {
    ASSIGN_OR_RETURN(const v1::Erasure erasure,
                     Call<v1::ErasureService>(context, &v1::ErasureService::Stub::GetErasure,
                                              Named<v1::GetErasureRequest>()));
    const Output& out = context->out();
    out.One(erasure, ErasureDetails());
    if (!out.table() || erasure.members().empty()) return absl::OkStatus();
    out.Print("");
    ListWriter list(&out, &ErasureMemberColumns());
    for (const v1::ErasureAtMember& member : erasure.members()) list.Add(member);
    list.End();
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<Command> NewErasureShow() { return std::make_unique<ErasureShow>(); }

}  // namespace maillage::cli
