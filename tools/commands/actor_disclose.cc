#include "maillage/v1/disclosure_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class ActorDisclose : public NamedCommand {
 public:
  absl::Status Run(Context* context) override {
    const Output& out = context->out();
    ASSIGN_OR_RETURN(
        const v1::Disclosure disclosure,
        Call<v1::DisclosureService>(context, &v1::DisclosureService::Stub::DiscloseActor,
                                    Named<v1::DiscloseActorRequest>()));
    out.One(disclosure, DisclosureDetails());
    if (out.format() != Format::kTable) return absl::OkStatus();
    ListWriter list(&out, &DisclosedRecipientColumns());
    for (const auto& recipient : disclosure.recipients()) list.Add(recipient);
    list.End();
    out.Remark(out.Text("With -o json it is whole, as a file to hand over (RGPD art. 15, 20)."));
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<Command> NewActorDisclose() { return std::make_unique<ActorDisclose>(); }

}  // namespace maillage::cli
