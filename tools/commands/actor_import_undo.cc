#include <unistd.h>

#include "maillage/v1/interchange_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/cli/progress.h"
#include "tools/cli/terminal.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

// In JSON: those that were left, one a line, then the summary.
class ActorImportUndo : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("NAME", &name_, "", "Its name, as short as it is clear", Need::kRequired);
  }

  absl::Status Run(Context* context) override {
    ASSIGN_OR_RETURN(const auto stub, NewStub<v1::InterchangeService>(context));
    const Output& out = context->out();
    ProgressLine line(out.options().err, out.options().terminal && !out.options().quiet,
                      TerminalWidth(STDERR_FILENO));
    v1::UndoImportRequest request;
    request.set_name(name_);
    grpc::ClientContext call;
    const auto stream = stub->UndoImport(&call, request);
    ListWriter left(&out, &UndoLeftColumns());
    v1::UndoImportResponse told;
    v1::UndoSummary summary;
    while (stream->Read(&told)) {
      if (told.has_progress() && line.due()) {
        line.Show(out.Count(told.progress().deleted() + told.progress().restored(), kActors));
      }
      if (!told.left().empty()) left.Add(told);
      if (told.has_summary()) summary = told.summary();
    }
    line.Wipe();
    RETURN_IF_ERROR(client::FromCallStatus(stream->Finish()));
    if (out.format() == Format::kJson) {
      out.JsonLine(summary);
      return absl::OkStatus();
    }
    if (left.rows() > 0 || !out.table()) left.End(kActors);
    if (out.table()) out.One(summary, UndoSummaryDetails());
    return absl::OkStatus();
  }

 private:
  std::string name_;
};

}  // namespace

std::unique_ptr<Command> NewActorImportUndo() { return std::make_unique<ActorImportUndo>(); }

}  // namespace maillage::cli
