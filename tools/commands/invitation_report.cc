#include "client/base/error.h"
#include "maillage/v1/cascade_service.grpc.pb.h"
#include "maillage/v1/invitation_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/cascade_view.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

template <typename Rows>
void ShowRows(const Output& out, const Rows& rows, const std::vector<Column>& columns) {
  if (rows.empty()) return;
  out.Print("");
  ListWriter list(&out, &columns);
  for (const auto& row : rows) list.Add(row);
  list.End();
}

class InvitationReport : public NamedCommand {
 public:
  void Declare(Arguments* arguments) override {
    NamedCommand::Declare(arguments);
    arguments->Text("--by", &by_, "category|partner",
                    "Only this part: by category, or how each partner stands that carries it");
  }
  absl::Status Run(Context* context) override {
    if (by_ == "partner") return ReportPartners(context);
    if (!by_.empty() && by_ != "category") return UsageError("--by is category or partner");
    using Service = v1::InvitationService;
    ASSIGN_OR_RETURN(const v1::ReportInvitationResponse report,
                     Call<Service>(context, &Service::Stub::ReportInvitation,
                                   Named<v1::GetInvitationRequest>()));
    const Output& out = context->out();
    if (!out.table()) {
      out.One(
          out.format() == Format::kJson ? static_cast<const Message&>(report) : report.progress(),
          ProgressDetails());
      return absl::OkStatus();
    }
    out.Print(report.invitation().content().reference() + "  " +
              report.invitation().content().title());
    out.One(report.progress(), ProgressDetails());
    ShowRows(out, report.sent_by_category(), SentColumns());
    ShowRows(out, report.exclusions(), ExclusionColumns());
    out.Heading("Replies");
    out.One(report.replies(), ReplyCountColumns());
    return by_.empty() ? AddPartners(context) : absl::OkStatus();
  }

 private:
  absl::StatusOr<v1::Cascade> GetCascade(Context* context) const {
    return Call<v1::CascadeService>(context, &v1::CascadeService::Stub::GetCascade,
                                    Named<v1::GetInvitationRequest>());
  }
  absl::Status ReportPartners(Context* context) const {
    ASSIGN_OR_RETURN(const v1::Cascade cascade, GetCascade(context));
    ShowCascade(context->out(), cascade);
    return absl::OkStatus();
  }
  // At its issuer, where partners carry it too.
  absl::Status AddPartners(Context* context) const {
    const auto cascade = GetCascade(context);
    if (absl::IsFailedPrecondition(cascade.status())) return absl::OkStatus();
    RETURN_IF_ERROR(cascade.status());
    context->out().Heading(
        "Partners that carry it (their counts are rounded up to multiples of 5)");
    ShowCascade(context->out(), *cascade);
    return absl::OkStatus();
  }

  static const std::vector<Column>& SentColumns() {
    static const auto& columns =
        *new std::vector<Column>{{"Category", "category"}, {"Sent", "count"}};
    return columns;
  }

  std::string by_;
};

}  // namespace

std::unique_ptr<Command> NewInvitationReport() { return std::make_unique<InvitationReport>(); }

}  // namespace maillage::cli
