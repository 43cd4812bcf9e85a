#include "maillage/v1/invitation_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

using Service = v1::InvitationService;

void ShowAudience(const Output& out, const v1::PreviewInvitationResponse& preview) {
  ListWriter categories(&out, &CategoryCountColumns());
  for (const auto& row : preview.by_category()) categories.Add(row);
  categories.End();
  out.Print(out.Count(preview.recipients(), kRecipients));
  if (preview.exclusions().empty()) return;
  out.Print("");
  ListWriter exclusions(&out, &ExclusionColumns());
  for (const auto& row : preview.exclusions()) exclusions.Add(row);
  exclusions.End();
}

class InvitationPreview : public NamedCommand {
 public:
  void Declare(Arguments* arguments) override {
    NamedCommand::Declare(arguments);
    arguments->Flag("--recipients", &recipients_, "Lists who would get a mail");
    arguments->Flag("--text", &text_, "Only the text of the mail");
    arguments->Flag("--html", &html_, "Only the HTML of the mail");
    arguments->Number("--limit", &limit_, "At most so many recipients; 0 for all");
  }

  absl::Status Run(Context* context) override {
    if (recipients_ + text_ + html_ > 1) {
      return UsageError("--recipients, --text and --html exclude each other");
    }
    auto request = Named<v1::PreviewInvitationRequest>();
    if (recipients_) {
      request.set_recipients(true);
      return CallAndList<Service>(context, &Service::Stub::PreviewInvitation, std::move(request),
                                  &v1::PreviewInvitationResponse::rows, PreviewRecipientColumns(),
                                  kRecipients, limit_);
    }
    ASSIGN_OR_RETURN(const v1::PreviewInvitationResponse preview,
                     Call<Service>(context, &Service::Stub::PreviewInvitation, request));
    Show(context->out(), preview);
    return absl::OkStatus();
  }

 private:
  void Show(const Output& out, const v1::PreviewInvitationResponse& preview) const {
    if (text_) return out.Print(preview.text());
    if (html_) return out.Print(preview.html());
    if (!out.table()) return out.One(preview, {{"Subject", "subject"}, {"Text", "text"}});
    ShowAudience(out, preview);
    out.Heading("Subject");
    out.Print(preview.subject());
    out.Heading("Text");
    out.Print(preview.text());
  }

  bool recipients_ = false;
  bool text_ = false;
  bool html_ = false;
  int64_t limit_ = 0;
};

}  // namespace

std::unique_ptr<Command> NewInvitationPreview() { return std::make_unique<InvitationPreview>(); }

}  // namespace maillage::cli
