#include "maillage/v1/cascade_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class OfferList : public Command {
 public:
  void Declare(Arguments*) override {}
  absl::Status Run(Context* context) override {
    return CallAndList<v1::CascadeService>(context, &v1::CascadeService::Stub::ListOffers,
                                           v1::ListOffersRequest(), &v1::ListOffersResponse::offers,
                                           OfferColumns(), {"offer", "offers"});
  }
};

}  // namespace

std::unique_ptr<Command> NewOfferList() { return std::make_unique<OfferList>(); }

}  // namespace maillage::cli
