#include <unistd.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "maillage/v1/interchange_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/cli/files.h"
#include "tools/cli/progress.h"
#include "tools/cli/terminal.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

constexpr int kBarWidth = 24;

// "██████░░░░  60 %  12,000 actors  1 s left".
std::string ExportLine(const Output& out, const v1::ExportActorsResponse& progress,
                       absl::Duration elapsed) {
  const int64_t done = progress.actors() + progress.restricted() + progress.of_partners();
  const int64_t total = std::max<int64_t>(progress.total(), 1);
  const double share = static_cast<double>(done) / static_cast<double>(total);
  std::vector<std::string> parts = {
      absl::StrCat(Bar(share, kBarWidth), " ", static_cast<int>(share * 100), " %"),
      out.Count(progress.actors(), kActors)};
  if (const double seconds = absl::ToDoubleSeconds(elapsed); seconds > 0) {
    const auto rate = std::llround(static_cast<double>(done) / seconds);
    parts.push_back(absl::StrCat(FormatNumber(out.locale(), rate), "/s"));
  }
  if (const auto left = TimeLeft(done, total, elapsed)) {
    parts.push_back(out.Text("$0 left", {FormatSpan(*left)}));
  }
  return absl::StrJoin(parts, "  ");
}

class ActorExport : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Choice("--format", &format_, "What kind of file to write", Need::kRequired);
    arguments->Text("--filter", &filter_, "FILTER", "Only actors that match");
    arguments->Text(
        "--search", &search_, "TEXT",
        "Only actors with these words, the best first: names, organisations, roles, communes");
    arguments->Flag("--with-partners", &with_partners_,
                    "Also actors of partners, whose erasures do not reach the file");
    arguments->Text("--out", &out_, "FILE", "The file; standard output where it is not given");
  }

  absl::Status Run(Context* context) override {
    v1::ExportActorsRequest request;
    request.set_format(format_);
    request.set_filter(filter_);
    request.set_search(search_);
    request.set_include_partners(with_partners_);
    if (out_.empty() || out_ == "-") {
      std::ostream* const stream = context->out().options().out;
      return Export(context, request, [stream](const std::string& piece) {
        return *stream << piece ? absl::OkStatus()
                                : Unavailable("FILE_UNWRITABLE", "standard output is closed");
      });
    }
    ASSIGN_OR_RETURN(const auto file, FileInPlace::Open(out_));
    RETURN_IF_ERROR(
        Export(context, request, [&](const std::string& piece) { return file->Write(piece); }));
    return file->Close();
  }

 private:
  using WriteFn = std::function<absl::Status(const std::string& piece)>;

  absl::Status Export(Context* context, const v1::ExportActorsRequest& request,
                      const WriteFn& write) const {
    ASSIGN_OR_RETURN(const auto stub, NewStub<v1::InterchangeService>(context));
    const Output& out = context->out();
    ProgressLine line(out.options().err, out.options().terminal && !out.options().quiet,
                      TerminalWidth(STDERR_FILENO));
    grpc::ClientContext call;
    const auto stream = stub->ExportActors(&call, request);
    v1::ExportActorsResponse piece;
    v1::ExportActorsResponse last;
    absl::Status written;
    while (written.ok() && stream->Read(&piece)) {
      written = write(piece.data());
      piece.clear_data();
      last = piece;
      if (line.due()) line.Show(ExportLine(out, last, line.elapsed()));
    }
    if (!written.ok()) {
      call.TryCancel();
      return written;
    }
    RETURN_IF_ERROR(client::FromCallStatus(stream->Finish()));
    line.Wipe();
    Tell(out, last);
    return absl::OkStatus();
  }

  void Tell(const Output& out, const v1::ExportActorsResponse& last) const {
    out.Remark(out.Text("$0 written.", {out.Count(last.actors(), kActors)}));
    if (last.restricted() > 0) {
      out.Remark(out.Text("Left out, because their processing is restricted (RGPD art. 18): $0.",
                          {out.Count(last.restricted(), kActors)}));
    }
    if (last.of_partners() > 0) {
      out.Remark(out.Text("Left out, because they are partners': $0. --with-partners takes them.",
                          {out.Count(last.of_partners(), kActors)}));
    }
    if (with_partners_) {
      out.Remark(
          out.Text("Partners' actors are in the file: when a partner erases or withdraws one, it "
                   "is for you to take it out (RGPD art. 17, 19)."));
    }
  }

  v1::ExportFormat format_ = v1::EXPORT_FORMAT_UNSPECIFIED;
  std::string filter_;
  std::string search_;
  bool with_partners_ = false;
  std::string out_;
};

}  // namespace

std::unique_ptr<Command> NewActorExport() { return std::make_unique<ActorExport>(); }

}  // namespace maillage::cli
