#include "maillage/v1/erasure_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/cli/command.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class ErasureList : public Command {
 public:
  void Declare(Arguments*) override {}
  absl::Status Run(Context* context) override {
    return CallAndList<v1::ErasureService>(
        context, &v1::ErasureService::Stub::ListErasures, v1::ListErasuresRequest(),
        &v1::ListErasuresResponse::erasures, ErasureColumns(), {"erasure", "erasures"});
  }
};

}  // namespace

std::unique_ptr<Command> NewErasureList() { return std::make_unique<ErasureList>(); }

}  // namespace maillage::cli
