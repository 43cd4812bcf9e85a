#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "maillage/v1/share_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/cli/progress.h"
#include "tools/cli/terminal.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class SyncVerify : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Flag("--repair", &repair_, "Mends what is damaged");
  }

  absl::Status Run(Context* context) override {
    ASSIGN_OR_RETURN(const auto stub, NewStub<v1::ShareService>(context));
    v1::VerifySyncRequest request;
    request.set_repair(repair_);
    grpc::ClientContext call;
    const auto stream = stub->VerifySync(&call, request);
    const Output& out = context->out();
    ProgressLine live(out.options().err, out.options().terminal && !out.options().quiet,
                      TerminalWidth(STDERR_FILENO));
    ListWriter list(&out, &ShareCheckColumns());
    int64_t bad = 0;
    v1::ShareCheck check;
    while (stream->Read(&check)) {
      bad += IsBad(check) ? 1 : 0;
      list.Add(check);
      live.Show(
          out.Text("$0 shares looked at, $1 damaged",
                   {FormatNumber(out.locale(), list.rows()), FormatNumber(out.locale(), bad)}));
    }
    live.Wipe();
    RETURN_IF_ERROR(client::FromCallStatus(stream->Finish()));
    list.End(kRows);
    return bad == 0 ? absl::OkStatus() : Damaged(bad);
  }

 private:
  static bool IsBad(const v1::ShareCheck& check) {
    return check.state() == v1::ShareCheck::DAMAGED || check.state() == v1::ShareCheck::UNREPAIRED;
  }
  absl::Status Damaged(int64_t shares) const {
    return DataLoss("SHARES_DAMAGED", absl::StrCat(shares, " shares are damaged"),
                    repair_ ? "maillage sync status shows whether the partner can be reached"
                            : "maillage sync verify --repair");
  }

  bool repair_ = false;
};

}  // namespace

std::unique_ptr<Command> NewSyncVerify() { return std::make_unique<SyncVerify>(); }

}  // namespace maillage::cli
