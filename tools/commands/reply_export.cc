#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/pager.h"
#include "maillage/v1/reply_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/cli/files.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

// Tells spreadsheets that the file is UTF-8.
constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";
constexpr int kPageSize = 1000;

// What a person wrote must not be run by a spreadsheet: a text that it would
// take for a formula gets an apostrophe before it.
std::string Cell(const std::string& text) {
  const bool formula = text.find_first_of("=+-@\t\r") == 0;
  return CsvField(formula ? absl::StrCat("'", text) : text);
}

std::string Line(const v1::Reply& reply, const Locale& locale) {
  std::vector<std::string> cells;
  for (const Column& column : ReplyExportColumns()) {
    cells.push_back(Cell(absl::StrJoin(Values(reply, column, locale), " | ")));
  }
  return absl::StrCat(absl::StrJoin(cells, ","), "\r\n");
}

class ReplyExport : public NamedCommand {
 public:
  void Declare(Arguments* arguments) override {
    NamedCommand::Declare(arguments);
    arguments->Text("--out", &file_, "FILE", "The CSV file to make", Need::kRequired);
  }

  absl::Status Run(Context* context) override {
    const Output& out = context->out();
    std::vector<std::string> headings;
    for (const Column& column : ReplyExportColumns()) {
      headings.push_back(CsvField(out.Text(column.heading)));
    }
    std::string text = absl::StrCat(kByteOrderMark, absl::StrJoin(headings, ","), "\r\n");
    int64_t count = 0;
    v1::ListRepliesRequest request;
    request.set_invitation(name());
    request.set_page_size(kPageSize);
    RETURN_IF_ERROR(client::ForEachPage(
        std::move(request),
        [&](const v1::ListRepliesRequest& page) {
          return Call<v1::ReplyService>(context, &v1::ReplyService::Stub::ListReplies, page);
        },
        [&](const v1::ListRepliesResponse& page) {
          for (const v1::Reply& reply : page.replies()) {
            absl::StrAppend(&text, Line(reply, out.locale()));
          }
          count += page.replies_size();
          return true;
        }));
    RETURN_IF_ERROR(WriteNewFile(file_, text, Secrecy::kSecret));
    out.Remark(out.Text("$0 written to $1.", {out.Count(count, kReplies), file_}));
    return absl::OkStatus();
  }

 private:
  std::string file_;
};

}  // namespace

std::unique_ptr<Command> NewReplyExport() { return std::make_unique<ReplyExport>(); }

}  // namespace maillage::cli
