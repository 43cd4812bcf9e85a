#include "server/broadcast/mail/returned.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "server/broadcast/mail/gmime.h"

namespace maillage::broadcast {
namespace {

using Kind = ReturnedMail::Kind;

constexpr int kMaxDepth = 6;  // notifications come wrapped in notifications
constexpr size_t kMaxTokens = 8;
constexpr size_t kMaxTokenBytes = 64;
constexpr size_t kMaxDetailBytes = 300;
constexpr size_t kMaxPartBytes = 64 << 10;

// Field names in lower case to their unfolded values.
using Fields = std::map<std::string, std::string>;

// The groups of fields of a report; they are separated by empty lines.
std::vector<Fields> ParseGroups(absl::string_view text) {
  std::vector<Fields> groups(1);
  std::string* last = nullptr;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripSuffix(line, "\r");
    if (absl::StripAsciiWhitespace(line).empty()) {
      if (!groups.back().empty()) groups.emplace_back();
      last = nullptr;
    } else if (absl::ascii_isspace(static_cast<unsigned char>(line[0])) && last != nullptr) {
      absl::StrAppend(last, " ", absl::StripAsciiWhitespace(line));
    } else if (const size_t colon = line.find(':'); colon != absl::string_view::npos) {
      last =
          &groups.back()[absl::AsciiStrToLower(absl::StripAsciiWhitespace(line.substr(0, colon)))];
      *last = std::string(absl::StripAsciiWhitespace(line.substr(colon + 1)));
    }
  }
  if (groups.back().empty()) groups.pop_back();
  return groups;
}

std::string Field(const Fields& fields, const std::string& name) {
  const auto it = fields.find(name);
  return it == fields.end() ? "" : it->second;
}

std::string Header(GMimeObject* object, const char* name) {
  const char* value = g_mime_object_get_header(object, name);
  return value == nullptr ? "" : value;
}

std::string ContentOf(GMimeObject* part) {
  if (!GMIME_IS_PART(part)) return "";
  GMimeDataWrapper* content = g_mime_part_get_content(GMIME_PART(part));
  if (content == nullptr) return "";
  const GObjectPtr<GMimeStream> stream(g_mime_stream_mem_new());
  g_mime_data_wrapper_write_to_stream(content, stream.get());
  const GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
  return std::string(reinterpret_cast<const char*>(bytes->data),
                     std::min<size_t>(bytes->len, kMaxPartBytes));
}

bool IsType(GMimeObject* part, const char* type, const char* subtype) {
  GMimeContentType* content = g_mime_object_get_content_type(part);
  return content != nullptr && g_mime_content_type_is_type(content, type, subtype);
}

std::string CleanLine(absl::string_view text) {
  std::string line;
  for (const char c : text.substr(0, kMaxDetailBytes)) {
    const auto byte = static_cast<unsigned char>(c);
    // What a server says is ASCII; anything else could spoil a screen or a row.
    line.push_back(byte < 0x20 || byte >= 0x7F ? ' ' : c);
  }
  return std::string(absl::StripAsciiWhitespace(line));
}

// "smtp; 550 5.1.1 ..." without its type.
std::string Diagnostic(const std::string& value) {
  const size_t semicolon = value.find(';');
  return CleanLine(semicolon == std::string::npos ? value : value.substr(semicolon + 1));
}

// The first "5.1.1" of a text, which must begin with `digit` where that is given.
std::string FindStatus(absl::string_view text, char digit) {
  for (absl::string_view word : absl::StrSplit(text, absl::ByAnyChar(" \t\r\n#()<>[],;:"))) {
    const std::vector<absl::string_view> parts = absl::StrSplit(word, '.');
    int number = 0;
    const bool good = parts.size() == 3 && parts[0].size() == 1 && parts[0][0] == digit &&
                      std::all_of(parts.begin(), parts.end(), [&number](absl::string_view part) {
                        return part.size() <= 3 && absl::SimpleAtoi(part, &number) && number >= 0;
                      });
    if (good) return std::string(word);
  }
  return "";
}

bool FromAMachine(GMimeObject* message) {
  const std::string from = absl::AsciiStrToLower(Header(message, "From"));
  return absl::StripAsciiWhitespace(Header(message, "Return-Path")) == "<>" ||
         absl::StrContains(from, "mailer-daemon") || absl::StrContains(from, "postmaster") ||
         absl::StrContains(from, "mail delivery");
}

bool IsAutoReply(GMimeObject* message) {
  const std::string submitted = absl::AsciiStrToLower(Header(message, "Auto-Submitted"));
  const std::string precedence = absl::AsciiStrToLower(Header(message, "Precedence"));
  return absl::StartsWith(submitted, "auto-replied") || precedence == "auto_reply" ||
         !Header(message, "X-Autoreply").empty() || !Header(message, "X-Autorespond").empty() ||
         !Header(message, "X-Auto-Response-Suppress").empty();
}

// Takes one mail apart.
class Examiner {
 public:
  explicit Examiner(absl::string_view local_part)
      : prefix_(absl::StrCat(absl::AsciiStrToLower(local_part), "+")) {}

  ReturnedMail Examine(GMimeMessage* message) {
    TakeTokens(message);
    Walk(g_mime_message_get_mime_part(message), 0);
    if (result_.kind == Kind::kOther && !reported_) JudgeWithoutReport(GMIME_OBJECT(message));
    return std::move(result_);
  }

 private:
  void Walk(GMimeObject* part, int depth) {
    if (part == nullptr || depth > kMaxDepth) return;
    if (IsType(part, "message", "delivery-status") ||
        IsType(part, "message", "global-delivery-status")) {
      return TakeStatus(part);
    }
    if (IsType(part, "message", "feedback-report")) {
      return TakeFeedback(part);
    }
    if (IsType(part, "text", "rfc822-headers")) return TakeOriginalHeaders(ContentOf(part));
    if (GMIME_IS_MESSAGE_PART(part)) {
      GMimeMessage* inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part));
      if (inner == nullptr) return;
      TakeTokens(inner);
      return Walk(g_mime_message_get_mime_part(inner), depth + 1);
    }
    if (GMIME_IS_MULTIPART(part)) {
      for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(part)); ++i) {
        Walk(g_mime_multipart_get_part(GMIME_MULTIPART(part), i), depth + 1);
      }
      return;
    }
    if (text_.empty() && IsType(part, "text", "plain")) text_ = ContentOf(part);
  }

  // A report of several recipients tells of one of ours at most: the worst counts.
  void TakeStatus(GMimeObject* part) {
    for (const Fields& group : ParseGroups(StatusText(part))) {
      const std::string action = absl::AsciiStrToLower(Field(group, "action"));
      if (action.empty()) continue;  // of the message as a whole
      const std::string status = Field(group, "status").substr(0, 16);
      const Kind kind = KindOf(action, status);
      if (reported_ && Rank(kind) <= Rank(result_.kind)) continue;
      reported_ = true;
      result_.kind = kind;
      result_.status = CleanLine(status);
      result_.detail = Diagnostic(Field(group, "diagnostic-code"));
    }
  }

  // Some servers send the groups as parts of their own, as GMime then reads them.
  static std::string StatusText(GMimeObject* part) {
    if (!GMIME_IS_MESSAGE_PART(part)) return ContentOf(part);
    GMimeMessage* inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part));
    if (inner == nullptr) return "";
    char* text = g_mime_object_to_string(GMIME_OBJECT(inner), nullptr);
    std::string copy(text, std::min(strlen(text), kMaxPartBytes));
    g_free(text);
    return copy;
  }

  static Kind KindOf(const std::string& action, const std::string& status) {
    if (action == "failed") {
      // A full mailbox is reported as failed with 4.x.x: given up, but not for good.
      return absl::StartsWith(status, "4") ? Kind::kDelayed : Kind::kFailed;
    }
    if (action == "delayed") return Kind::kDelayed;
    const bool good = action == "delivered" || action == "relayed" || action == "expanded";
    return good ? Kind::kDelivered : Kind::kOther;
  }

  static int Rank(Kind kind) {
    if (kind == Kind::kFailed) return 3;
    return kind == Kind::kDelayed ? 2 : 1;
  }

  void TakeFeedback(GMimeObject* part) {
    const std::vector<Fields> groups = ParseGroups(StatusText(part));
    if (groups.empty()) return;
    reported_ = true;
    const std::string type = absl::AsciiStrToLower(Field(groups[0], "feedback-type"));
    // "not-spam" takes a complaint back; a person sees to it.
    if (type == "abuse" || type == "fraud" || type == "opt-out") result_.kind = Kind::kComplaint;
    result_.detail = CleanLine(type);
    TakeAddress(Field(groups[0], "original-mail-from"));
  }

  void TakeOriginalHeaders(const std::string& text) {
    const std::vector<Fields> groups = ParseGroups(text);
    if (!groups.empty()) TakeAddress(Field(groups[0], "return-path"));
  }

  void TakeTokens(GMimeMessage* message) {
    for (const char* name :
         {"Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc", "Return-Path"}) {
      TakeAddress(Header(GMIME_OBJECT(message), name));
    }
  }

  // Whatever stands between the prefix and the @.
  void TakeAddress(const std::string& value) {
    const std::string lower = absl::AsciiStrToLower(value);
    for (size_t at = lower.find(prefix_); at != std::string::npos;
         at = lower.find(prefix_, at + 1)) {
      const size_t begin = at + prefix_.size();
      const size_t end = lower.find('@', begin);
      if (end == std::string::npos || end - begin > kMaxTokenBytes || end == begin) continue;
      std::string token = lower.substr(begin, end - begin);
      const bool known =
          std::find(result_.tokens.begin(), result_.tokens.end(), token) != result_.tokens.end();
      if (!known && result_.tokens.size() < kMaxTokens) result_.tokens.push_back(std::move(token));
    }
  }

  // Old servers write for people alone.
  void JudgeWithoutReport(GMimeObject* message) {
    if (IsAutoReply(message)) {
      result_.kind = Kind::kAutoReply;
      return;
    }
    if (!FromAMachine(message)) return;
    result_.status = FindStatus(text_, '5');
    if (result_.status.empty()) return;
    result_.kind = Kind::kFailed;
    const size_t at = text_.find(result_.status);
    const size_t line = text_.rfind('\n', at);
    result_.detail = CleanLine(
        absl::string_view(text_).substr(line == std::string::npos ? 0 : line + 1, kMaxDetailBytes));
  }

  const std::string prefix_;
  ReturnedMail result_;
  std::string text_;       // of the first part that is plain text
  bool reported_ = false;  // a report in a machine's form was there
};

}  // namespace

ReturnedMail ReadReturnedMail(absl::string_view mail, absl::string_view local_part) {
  MailFormat();
  mail = mail.substr(0, kMaxReturnedBytes);
  const GObjectPtr<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(mail.data(), mail.size()));
  const GObjectPtr<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  const GObjectPtr<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), nullptr));
  if (message == nullptr) return {};
  return Examiner(local_part).Examine(message.get());
}

}  // namespace maillage::broadcast
