#include <unistd.h>

#include "maillage/v1/invitation_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/cli/progress.h"
#include "tools/cli/terminal.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"
#include "tools/commands/watch_line.h"

namespace maillage::cli {
namespace {

constexpr absl::Duration kLineInterval = absl::Seconds(1);

// One way or the other of following, by what reads the output.
class Follower {
 public:
  explicit Follower(const Output* out)
      : out_(*out),
        live_(out->options().err, out->options().terminal && !out->options().quiet,
              TerminalWidth(STDERR_FILENO)) {}

  void On(const v1::BroadcastProgress& progress) {
    last_ = progress;
    if (out_.format() == Format::kJson) {
      out_.JsonLine(progress);
      *out_.options().out << std::flush;
    } else if (out_.options().terminal) {
      live_.Show(WatchLine(out_, progress));
    } else if (Clock::Real().Now() - printed_ >= kLineInterval) {
      printed_ = Clock::Real().Now();
      out_.Remark(WatchLine(out_, progress));
    }
  }
  void End() {
    live_.Wipe();
    if (out_.format() != Format::kJson) out_.One(last_, ProgressDetails());
  }

 private:
  const Output& out_;
  ProgressLine live_;
  absl::Time printed_ = absl::InfinitePast();
  v1::BroadcastProgress last_;
};

class InvitationWatch : public NamedCommand {
 public:
  absl::Status Run(Context* context) override {
    ASSIGN_OR_RETURN(const auto stub, NewStub<v1::InvitationService>(context));
    grpc::ClientContext call;
    const auto stream = stub->WatchInvitation(&call, Named<v1::GetInvitationRequest>());
    Follower follower(&context->out());
    v1::BroadcastProgress progress;
    while (stream->Read(&progress)) follower.On(progress);
    RETURN_IF_ERROR(client::FromCallStatus(stream->Finish()));
    follower.End();
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<Command> NewInvitationWatch() { return std::make_unique<InvitationWatch>(); }

}  // namespace maillage::cli
