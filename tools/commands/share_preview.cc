#include <algorithm>

#include "maillage/v1/share_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/share_terms.h"

namespace maillage::cli {
namespace {

constexpr int64_t kRecordsNamed = 20;

class SharePreview : public Command {
 public:
  void Declare(Arguments* arguments) override {
    terms_.Declare(arguments);
    arguments->Flag("--records", &records_, "Names some of the records");
    arguments->Number("--limit", &limit_, "At most so many of each; 20 by default");
  }

  absl::Status Run(Context* context) override {
    v1::PreviewShareRequest request;
    ASSIGN_OR_RETURN(*request.mutable_update(), terms_.Request());
    if (records_) request.set_records(static_cast<int32_t>(std::min<int64_t>(limit_, 1000)));
    ASSIGN_OR_RETURN(
        const v1::PreviewShareResponse preview,
        Call<v1::ShareService>(context, &v1::ShareService::Stub::PreviewShare, request));
    Show(context->out(), preview);
    return absl::OkStatus();
  }

 private:
  void Show(const Output& out, const v1::PreviewShareResponse& preview) const {
    if (preview.counts().empty()) {
      out.Remark(out.Text("Nothing changes in what members see."));
    }
    if (records_) {
      ShowRows(out, preview.records(), ShareEffectRecordColumns());
    } else {
      ShowRows(out, preview.counts(), ShareEffectColumns());
    }
    if (preview.held_back().empty()) return;
    if (out.table()) out.Print("");
    ShowRows(out, preview.held_back(), HeldBackColumns());
  }
  template <typename Rows>
  static void ShowRows(const Output& out, const Rows& rows, const std::vector<Column>& columns) {
    ListWriter list(&out, &columns);
    for (const auto& row : rows) list.Add(row);
    list.End();
  }

  ShareTerms terms_;
  bool records_ = false;
  int64_t limit_ = kRecordsNamed;
};

}  // namespace

std::unique_ptr<Command> NewSharePreview() { return std::make_unique<SharePreview>(); }

}  // namespace maillage::cli
