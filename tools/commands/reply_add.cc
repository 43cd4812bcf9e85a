#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "maillage/v1/reply_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class ReplyAdd : public NamedCommand {
 public:
  void Declare(Arguments* arguments) override {
    NamedCommand::Declare(arguments);
    arguments->Number("--number", &number_, "Whose reply: the number in the mail or letter");
    arguments->Text("--mailbox", &mailbox_, "MAILBOX", "Whose reply: the mailbox");
    arguments->Text("--name", &display_name_, "NAME", "Whose reply: the name");
    arguments->Choice("--answer", &answer_, "What is answered", Need::kRequired);
    arguments->Number("--seats", &seats_, "How many come; 1 by default");
    arguments->Text("--delegate", &delegate_, "NAME", "Who comes instead");
    arguments->Text("--delegate-mailbox", &delegate_mailbox_, "MAILBOX", "The delegate's mailbox");
    arguments->Texts("--need", &needs_, "NEED",
                     "What the hosts must prepare: wheelchair, sign-language, hearing-loop, "
                     "large-print, vegetarian-meal");
    arguments->Text("--note", &note_, "TEXT", "More about that, in a sentence");
  }

  absl::Status Run(Context* context) override {
    v1::AddReplyRequest request;
    request.set_invitation(name());
    request.set_number(static_cast<uint32_t>(number_));
    request.set_mailbox(mailbox_);
    v1::Reply& reply = *request.mutable_reply();
    reply.set_display_name(display_name_);
    reply.set_answer(answer_);
    reply.set_seats(static_cast<uint32_t>(seats_));
    reply.set_note(note_);
    reply.mutable_delegate()->set_name(delegate_);
    reply.mutable_delegate()->set_mailbox(delegate_mailbox_);
    for (const std::string& need : needs_) {
      v1::ReplyNeed value;
      const std::string word = absl::StrReplaceAll(absl::AsciiStrToUpper(need), {{"-", "_"}});
      if (!v1::ReplyNeed_Parse(absl::StrCat("REPLY_NEED_", word), &value)) {
        return UsageError(absl::StrCat("there is no need '", need, "'"));
      }
      reply.add_needs(value);
    }
    return CallAndShow<v1::ReplyService>(context, &v1::ReplyService::Stub::AddReply, request,
                                         ReplyDetails());
  }

 private:
  int64_t number_ = 0;
  std::string mailbox_;
  std::string display_name_;
  v1::ReplyAnswer answer_ = v1::REPLY_ANSWER_UNSPECIFIED;
  int64_t seats_ = 1;
  std::string delegate_;
  std::string delegate_mailbox_;
  std::vector<std::string> needs_;
  std::string note_;
};

}  // namespace

std::unique_ptr<Command> NewReplyAdd() { return std::make_unique<ReplyAdd>(); }

}  // namespace maillage::cli
