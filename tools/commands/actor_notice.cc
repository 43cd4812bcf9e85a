#include <unistd.h>

#include "maillage/v1/notice_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/cli/progress.h"
#include "tools/cli/terminal.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/notice_terms.h"

namespace maillage::cli {
namespace {

class ActorNotice : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Texts("NAME", &names_, "", "Whose notice it is, by name");
    arguments->Text("--filter", &filter_, "FILTER", "Only actors that match");
    terms_.Declare("", arguments);
    arguments->Flag("--withdraw", &withdraw_,
                    "Takes the notice back: it is due again, and shares withdraw the records");
  }

  absl::Status Run(Context* context) override {
    v1::RecordNoticeRequest request;
    for (const std::string& name : names_) request.add_names(name);
    request.set_filter(filter_);
    ASSIGN_OR_RETURN(const auto notice, terms_.Notice());
    if (notice.has_value() == withdraw_) {
      return UsageError("say --given and --how, or --exempt, or --withdraw");
    }
    if (notice.has_value()) *request.mutable_notice() = *notice;
    return Record(context, request);
  }

 private:
  static absl::Status Record(Context* context, const v1::RecordNoticeRequest& request) {
    ASSIGN_OR_RETURN(const auto stub, NewStub<v1::NoticeService>(context));
    const Output& out = context->out();
    ProgressLine line(out.options().err, out.options().terminal && !out.options().quiet,
                      TerminalWidth(STDERR_FILENO));
    grpc::ClientContext call;
    const auto stream = stub->RecordNotice(&call, request);
    v1::RecordNoticeResponse counts;
    while (stream->Read(&counts)) {
      if (line.due()) line.Show(out.Count(counts.recorded(), kActors));
    }
    line.Wipe();
    RETURN_IF_ERROR(client::FromCallStatus(stream->Finish()));
    out.One(counts, NoticeCountDetails());
    return absl::OkStatus();
  }

  std::vector<std::string> names_;
  std::string filter_;
  NoticeTerms terms_;
  bool withdraw_ = false;
};

}  // namespace

std::unique_ptr<Command> NewActorNotice() { return std::make_unique<ActorNotice>(); }

}  // namespace maillage::cli
