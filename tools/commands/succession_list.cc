#include "maillage/v1/partner_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class SuccessionList : public Command {
 public:
  void Declare(Arguments*) override {}
  absl::Status Run(Context* context) override {
    ListWriter list(&context->out(), &PartnerColumns());
    v1::ListPartnersRequest request;
    do {
      ASSIGN_OR_RETURN(
          const v1::ListPartnersResponse page,
          Call<v1::PartnerService>(context, &v1::PartnerService::Stub::ListPartners, request));
      for (const v1::Partner& partner : page.partners()) {
        if (partner.bequeathed()) list.Add(partner);
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    list.End({"partner", "partners"});
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<Command> NewSuccessionList() { return std::make_unique<SuccessionList>(); }

}  // namespace maillage::cli
