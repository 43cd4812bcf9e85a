#include "maillage/v1/letter_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/cli/files.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

using Service = v1::LetterService;

class InvitationLetters : public NamedCommand {
 public:
  void Declare(Arguments* arguments) override {
    NamedCommand::Declare(arguments);
    arguments->Text("--out", &out_, "FILE.pdf",
                    "Prints a new batch, or that of --batch, to a file");
    arguments->Number("--batch", &batch_, "Number of a batch that is there");
    arguments->Flag("--sample", &sample_, "Prints one letter to nobody, to look at");
    arguments->Flag("--duplex", &duplex_, "For printing on both sides of the paper");
    arguments->Flag("--posted", &posted_, "The batch was taken to the post");
    arguments->Flag("--discard", &discard_, "The batch will not be posted");
  }

  absl::Status Run(Context* context) override {
    if (posted_ + discard_ + !out_.empty() > 1) {
      return UsageError("--out, --posted and --discard exclude each other");
    }
    if ((posted_ || discard_) && batch_ <= 0) {
      return UsageError("say which batch: --batch N");
    }
    if (sample_ && (batch_ > 0 || out_.empty())) {
      return UsageError("--sample goes with --out, and without --batch");
    }
    if (posted_) return End(context, v1::EndLetterBatchRequest::POSTED);
    if (discard_) return End(context, v1::EndLetterBatchRequest::DISCARDED);
    return out_.empty() ? List(context) : Print(context);
  }

 private:
  absl::Status List(Context* context) const {
    ASSIGN_OR_RETURN(const v1::ListLetterBatchesResponse response,
                     Call<Service>(context, &Service::Stub::ListLetterBatches,
                                   Named<v1::ListLetterBatchesRequest>()));
    ListWriter list(&context->out(), &LetterBatchColumns());
    for (const v1::LetterBatch& batch : response.batches()) list.Add(batch);
    list.End({"batch", "batches"}, response.batches_size());
    return absl::OkStatus();
  }

  absl::Status End(Context* context, v1::EndLetterBatchRequest::End end) const {
    auto request = Named<v1::EndLetterBatchRequest>();
    request.set_batch(static_cast<uint32_t>(batch_));
    request.set_end(end);
    return CallAndShow<Service>(context, &Service::Stub::EndLetterBatch, request,
                                LetterBatchColumns());
  }

  // Opens the file first: a batch is not prepared for a file that cannot be
  // written.
  absl::Status Print(Context* context) const {
    ASSIGN_OR_RETURN(const std::unique_ptr<FileInPlace> file, FileInPlace::Open(out_));
    auto request = Named<v1::PrintLettersRequest>();
    request.set_batch(static_cast<uint32_t>(batch_));
    request.set_duplex(duplex_);
    if (batch_ == 0 && !sample_) {
      ASSIGN_OR_RETURN(const v1::LetterBatch batch,
                       Call<Service>(context, &Service::Stub::PrepareLetters,
                                     Named<v1::PrepareLettersRequest>()));
      request.set_batch(batch.number());
      context->out().One(batch, LetterBatchColumns());
    }
    ASSIGN_OR_RETURN(const auto stub, NewStub<Service>(context));
    grpc::ClientContext call;
    const auto stream = stub->PrintLetters(&call, request);
    v1::PrintLettersResponse piece;
    absl::Status written;
    while (stream->Read(&piece)) {
      if (written.ok()) written = file->Write(piece.data());
      if (!written.ok()) call.TryCancel();
    }
    const absl::Status finished = client::FromCallStatus(stream->Finish());
    RETURN_IF_ERROR(written);
    RETURN_IF_ERROR(finished);
    RETURN_IF_ERROR(file->Close());
    Tell(context->out(), request.batch());
    return absl::OkStatus();
  }

  void Tell(const Output& out, uint32_t batch) const {
    if (batch == 0) return;
    out.Remark(out.Text("Once they are posted: maillage invitation letters $0 --batch $1 --posted",
                        {name(), std::to_string(batch)}));
  }

  std::string out_;
  int64_t batch_ = 0;
  bool sample_ = false;
  bool duplex_ = false;
  bool posted_ = false;
  bool discard_ = false;
};

}  // namespace

std::unique_ptr<Command> NewInvitationLetters() { return std::make_unique<InvitationLetters>(); }

}  // namespace maillage::cli
