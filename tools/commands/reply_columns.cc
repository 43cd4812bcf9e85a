#include "absl/strings/str_cat.h"
#include "maillage/v1/reply.pb.h"
#include "tools/commands/columns.h"

namespace maillage::cli {
namespace {

std::string DelegateText(const v1::Reply& reply, const Locale&) {
  const v1::Delegate& delegate = reply.delegate();
  if (delegate.mailbox().empty()) return delegate.name();
  return absl::StrCat(delegate.name(), " <", delegate.mailbox(), ">");
}

}  // namespace

const std::vector<Column>& ReplyColumns() {
  static const auto& columns = *new std::vector<Column>{
      {"Name", "display_name"},      {"E-mail", "mailbox", kOptional},
      {"Answer", "answer"},          {"Seats", "seats"},
      {"Standing", "standing"},      {"Delegate", "", kOptional, &Render<v1::Reply, &DelegateText>},
      {"Needs", "needs", kOptional}, {"Note", "note", kOptional}};
  return columns;
}

const std::vector<Column>& ReplyDetails() {
  static const auto& columns =
      *new std::vector<Column>{{"Name", "display_name"},
                               {"E-mail", "mailbox"},
                               {"Answer", "answer"},
                               {"Seats", "seats"},
                               {"Standing", "standing"},
                               {"Place in the row", "wait_number", kPlain},
                               {"Delegate", "", 0, &Render<v1::Reply, &DelegateText>},
                               {"Needs", "needs"},
                               {"Note", "note"},
                               {"Came by", "channel"},
                               {"Changed", "update_time"}};
  return columns;
}

const std::vector<Column>& ReplyExportColumns() {
  static const auto& columns =
      *new std::vector<Column>{{"Name", "display_name"},
                               {"E-mail", "mailbox"},
                               {"Category", "category"},
                               {"Answer", "answer"},
                               {"Seats", "seats"},
                               {"Standing", "standing"},
                               {"Delegate", "delegate.name"},
                               {"The delegate's mailbox", "delegate.mailbox"},
                               {"Needs", "needs"},
                               {"Note", "note"},
                               {"Came by", "channel"},
                               {"Changed", "update_time"}};
  return columns;
}

const std::vector<Column>& ReplyCountColumns() {
  static const auto& columns = *new std::vector<Column>{{"Come", "yes"},
                                                        {"Send somebody", "delegates"},
                                                        {"Do not come", "no"},
                                                        {"Seats taken", "seats"},
                                                        {"Seats waited for", "waiting"}};
  return columns;
}

}  // namespace maillage::cli
