#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "maillage/v1/actor_service.grpc.pb.h"
#include "maillage/v1/interchange_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/cli/progress.h"
#include "tools/cli/terminal.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/days.h"
#include "tools/commands/import_line.h"
#include "tools/commands/notice_terms.h"

namespace maillage::cli {
namespace {

constexpr size_t kChunkBytes = 256 << 10;

using Stream = grpc::ClientReaderWriter<v1::ImportActorsRequest, v1::ImportActorsResponse>;

// Sends the spec and the file; the node's back-pressure sets the pace. Stops
// early where the node hangs up: Finish tells why.
void Send(Stream* stream, const v1::ImportSpec& spec, std::istream* input) {
  v1::ImportActorsRequest request;
  *request.mutable_spec() = spec;
  bool open = stream->Write(request);
  while (open && *input) {
    std::string* data = request.mutable_data();
    data->resize(kChunkBytes);
    input->read(data->data(), static_cast<std::streamsize>(data->size()));
    data->resize(static_cast<size_t>(input->gcount()));
    if (!data->empty()) open = stream->Write(request);
  }
  stream->WritesDone();
}

// Shows what the node finds. In JSON: the problems, one a line, then the summary.
class ImportReport {
 public:
  ImportReport(const Output* out, int64_t file_bytes)
      : out_(*out),
        file_bytes_(file_bytes),
        line_(out->options().err, out->options().terminal && !out->options().quiet,
              TerminalWidth(STDERR_FILENO)),
        problems_(out, &ImportProblemColumns()) {}

  void On(const v1::ImportActorsResponse& response) {
    if (response.has_progress()) {
      if (line_.due()) {
        line_.Show(ImportLine(out_, response.progress(), file_bytes_, line_.elapsed()));
      }
      return;
    }
    if (response.has_problem()) problems_.Add(response.problem());
    if (response.has_summary()) summary_ = response.summary();
  }

  void End() {
    line_.Wipe();
    if (out_.format() == Format::kJson) return out_.JsonLine(summary_);
    if (problems_.rows() > 0 || !out_.table()) {
      problems_.End({"problem", "problems"}, problems_.rows() + summary_.unlisted_problems());
    }
    if (!out_.table()) return;
    if (problems_.rows() > 0) out_.Print("");
    out_.One(summary_, ImportSummaryDetails());
  }

 private:
  const Output& out_;
  const int64_t file_bytes_;
  ProgressLine line_;
  ListWriter problems_;
  v1::ImportSummary summary_;
};

class ActorImport : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("FILE", &file_, "", "The file; - for standard input", Need::kRequired);
    arguments->Choice("--format", &format_, "What the file is", Need::kOptional, "auto");
    arguments->Texts("--map", &columns_, "COLUMN=FIELD", "How to read a column; once for each");
    arguments->Text("--save-map", &save_map_, "NAME", "Saves the --map columns under this name");
    arguments->Text("--mapping", &mapping_, "NAME",
                    "Takes the columns of a saved mapping, where --map says nothing");
    arguments->Choice("--category", &category_, "Category of rows that do not tell theirs");
    arguments->Text("--source", &source_, "TEXT", "Where the data comes from");
    arguments->Choice("--basis", &basis_, "Legal basis; public_task by default");
    arguments->Text("--consent-proof", &consent_proof_, "TEXT",
                    "What proves the consent, with --basis consent");
    notice_.Declare("notice-", arguments);
    arguments->Flag("--renewal", &renewal_,
                    "The file is a newer state of a register: mandates that it has no more end");
    arguments->Text("--as-of", &as_of_, "YYYY-MM-DD", "Last day of those mandates; today if unset");
    arguments->Flag("--dry-run", &dry_run_, "Reads and reports, writes nothing");
  }

  absl::Status Run(Context* context) override {
    ASSIGN_OR_RETURN(const v1::ImportSpec spec, Spec());
    if (!save_map_.empty()) RETURN_IF_ERROR(SaveMapping(context, spec));
    if (file_ == "-") return Import(context, spec, &std::cin, 0);
    std::ifstream input(file_, std::ios::binary);
    std::error_code error;
    const auto bytes = std::filesystem::file_size(file_, error);
    if (!input || error) {
      return NotFound("NO_FILE", absl::StrCat(file_, ": ", error ? error.message() : "unreadable"));
    }
    return Import(context, spec, &input, static_cast<int64_t>(bytes));
  }

 private:
  absl::Status SaveMapping(Context* context, const v1::ImportSpec& spec) const {
    v1::SaveMappingRequest request;
    request.mutable_mapping()->set_name(save_map_);
    *request.mutable_mapping()->mutable_columns() = spec.columns();
    return Call<v1::InterchangeService>(context, &v1::InterchangeService::Stub::SaveMapping,
                                        request)
        .status();
  }

  absl::StatusOr<v1::ImportSpec> Spec() const {
    v1::ImportSpec spec;
    spec.set_file_name(file_ == "-" ? "" : std::filesystem::path(file_).filename().string());
    spec.set_format(format_);
    spec.set_category(category_);
    spec.set_source(source_);
    spec.set_legal_basis(basis_);
    spec.set_dry_run(dry_run_);
    spec.set_mapping(mapping_);
    spec.set_renewal(renewal_);
    if (!consent_proof_.empty()) spec.mutable_consent()->set_proof(consent_proof_);
    ASSIGN_OR_RETURN(const auto notice, notice_.Notice());
    if (notice.has_value()) *spec.mutable_notice() = *notice;
    if (!as_of_.empty()) {
      if (!renewal_) return UsageError("--as-of goes with --renewal");
      ASSIGN_OR_RETURN(*spec.mutable_as_of(), ParseDay("--as-of", as_of_));
    }
    for (const std::string& column : columns_) {
      const size_t equals = column.rfind('=');
      if (equals == std::string::npos || equals == 0) {
        return UsageError(absl::StrCat("--map ", column, " is not COLUMN=FIELD"));
      }
      (*spec.mutable_columns())[column.substr(0, equals)] = column.substr(equals + 1);
    }
    return spec;
  }

  // `bytes` is the size of the input, 0 where it is not known.
  absl::Status Import(Context* context, const v1::ImportSpec& spec, std::istream* input,
                      int64_t bytes) const {
    ASSIGN_OR_RETURN(const auto stub, NewStub<v1::ActorService>(context));
    grpc::ClientContext call;
    const auto stream = stub->ImportActors(&call);
    std::thread sender([&] { Send(stream.get(), spec, input); });
    ImportReport report(&context->out(), bytes);
    v1::ImportActorsResponse response;
    while (stream->Read(&response)) report.On(response);
    sender.join();
    RETURN_IF_ERROR(client::FromCallStatus(stream->Finish()));
    report.End();
    if (dry_run_) context->out().Remark(context->out().Text("Only read; nothing was written."));
    return absl::OkStatus();
  }

  std::string file_;
  v1::ImportFormat format_ = v1::IMPORT_FORMAT_UNSPECIFIED;
  std::vector<std::string> columns_;
  std::string save_map_;
  std::string mapping_;
  bool renewal_ = false;
  std::string as_of_;
  std::string consent_proof_;
  NoticeTerms notice_;
  v1::AudienceCategory category_ = v1::AUDIENCE_CATEGORY_UNSPECIFIED;
  std::string source_;
  v1::LegalBasis basis_ = v1::LEGAL_BASIS_UNSPECIFIED;
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> NewActorImport() { return std::make_unique<ActorImport>(); }

}  // namespace maillage::cli
