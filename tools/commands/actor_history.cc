#include <algorithm>

#include "absl/strings/str_join.h"
#include "maillage/v1/history_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

// In a table and in CSV each field that changed has a row of its own.
void AddRows(const v1::ActorChange& change, ListWriter* list) {
  for (const std::string& field : change.fields()) {
    v1::ActorChange row = change;
    row.clear_fields();
    row.add_fields(field);
    list->Add(row);
  }
}

class ActorHistory : public NamedCommand {
 public:
  absl::Status Run(Context* context) override {
    const Output& out = context->out();
    ListWriter list(&out, &ActorChangeColumns());
    int64_t changes = 0;
    RETURN_IF_ERROR(client::ForEachPage(
        Named<v1::GetActorHistoryRequest>(),
        [&](const v1::GetActorHistoryRequest& page) {
          return Call<v1::HistoryService>(context, &v1::HistoryService::Stub::GetActorHistory,
                                          page);
        },
        [&](const v1::GetActorHistoryResponse& page) {
          changes += page.changes_size();
          for (const v1::ActorChange& change : page.changes()) {
            if (out.format() == Format::kJson) {
              list.Add(change);
            } else {
              AddRows(change, &list);
            }
          }
          return true;
        }));
    list.End();
    if (out.table()) out.Remark(out.Count(changes, {"change", "changes"}));
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<Command> NewActorHistory() { return std::make_unique<ActorHistory>(); }

}  // namespace maillage::cli
