#include "server/interchange/vcard_line.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace maillage::interchange {
namespace {

bool IsNameByte(char c) { return absl::ascii_isalnum(c) || c == '-' || c == '_'; }

void AddParameter(absl::string_view name, absl::string_view value, VcardLine* line) {
  std::string upper = absl::AsciiStrToUpper(absl::StripAsciiWhitespace(name));
  // The escapes of RFC 6868.
  const std::string plain = absl::StrReplaceAll(value, {{"^n", "\n"}, {"^'", "\""}, {"^^", "^"}});
  for (const absl::string_view one : absl::StrSplit(plain, ',', absl::SkipWhitespace())) {
    line->parameters.emplace_back(upper, absl::AsciiStrToUpper(absl::StripAsciiWhitespace(one)));
  }
}

// A parameter of 2.1 that is a value without a name.
void AddBare(absl::string_view value, VcardLine* line) {
  const std::string upper = absl::AsciiStrToUpper(absl::StripAsciiWhitespace(value));
  const bool encoding = upper == "QUOTED-PRINTABLE" || upper == "BASE64" || upper == "B" ||
                        upper == "8BIT" || upper == "7BIT";
  AddParameter(encoding ? "ENCODING" : "TYPE", upper, line);
}

// Reads from one ; to the next ; or to the colon, both outside of quotes.
size_t ParameterEnd(absl::string_view text, size_t begin) {
  bool quoted = false;
  size_t i = begin;
  for (; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (!quoted && (text[i] == ';' || text[i] == ':')) break;
  }
  return i;
}

int HexDigit(char c) {
  if (absl::ascii_isdigit(c)) return c - '0';
  const char upper = absl::ascii_toupper(c);
  return upper >= 'A' && upper <= 'F' ? upper - 'A' + 10 : -1;
}

std::string FromQuotedPrintable(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '=' && i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = high < 0 ? -1 : HexDigit(text[i + 2]);
    if (low < 0) {
      out.push_back(text[i]);
      continue;
    }
    out.push_back(static_cast<char>(high << 4 | low));
    i += 2;
  }
  return out;
}

Encoding EncodingOfCharset(absl::string_view charset, Encoding otherwise) {
  if (charset == "UTF-8" || charset == "UTF8") return Encoding::kUtf8;
  if (charset == "WINDOWS-1252" || charset == "CP1252" || absl::StartsWith(charset, "ISO-8859-1") ||
      charset == "LATIN1") {
    return Encoding::kWindows1252;
  }
  if (charset == "MACINTOSH" || charset == "X-MAC-ROMAN") return Encoding::kMacRoman;
  return otherwise;
}

}  // namespace

bool VcardLine::Has(absl::string_view parameter, absl::string_view wanted) const {
  return std::any_of(parameters.begin(), parameters.end(),
                     [&](const auto& p) { return p.first == parameter && p.second == wanted; });
}

absl::string_view VcardLine::Get(absl::string_view parameter) const {
  for (const auto& [key, found] : parameters) {
    if (key == parameter) return found;
  }
  return "";
}

bool VcardLine::IsBase64() const { return Has("ENCODING", "BASE64") || Has("ENCODING", "B"); }

bool ParseVcardLine(absl::string_view unfolded, VcardLine* line) {
  *line = VcardLine();
  const size_t end = std::min(unfolded.find_first_of(";:"), unfolded.size());
  absl::string_view name = absl::StripAsciiWhitespace(unfolded.substr(0, end));
  if (const size_t dot = name.find('.'); dot != absl::string_view::npos) {
    line->group = absl::AsciiStrToLower(name.substr(0, dot));
    name.remove_prefix(dot + 1);
  }
  if (name.empty() || !std::all_of(name.begin(), name.end(), IsNameByte)) return false;
  line->name = absl::AsciiStrToUpper(name);
  size_t at = end;
  while (at < unfolded.size() && unfolded[at] == ';') {
    const size_t next = ParameterEnd(unfolded, at + 1);
    const std::string text =
        absl::StrReplaceAll(unfolded.substr(at + 1, next - at - 1), {{"\"", ""}});
    const size_t equals = text.find('=');
    if (equals == std::string::npos) {
      AddBare(text, line);
    } else {
      AddParameter(text.substr(0, equals), absl::string_view(text).substr(equals + 1), line);
    }
    at = next;
  }
  if (at >= unfolded.size()) return false;
  line->value = std::string(unfolded.substr(at + 1));
  return true;
}

bool IsQuotedPrintable(absl::string_view line) {
  const absl::string_view head = line.substr(0, std::min<size_t>(line.find(':'), 1000));
  return absl::StrContains(absl::AsciiStrToUpper(head), "QUOTED-PRINTABLE");
}

std::string DecodeVcardValue(const VcardLine& line, Encoding encoding, Mend* mend) {
  std::string bytes = line.value;
  const bool quoted = line.Has("ENCODING", "QUOTED-PRINTABLE");
  if (quoted) bytes = FromQuotedPrintable(bytes);
  if (line.IsBase64() && !absl::Base64Unescape(line.value, &bytes)) bytes = line.value;
  // What is encoded need not be in the encoding of the bytes around it.
  const bool apart = quoted || line.IsBase64();
  Encoding decided =
      EncodingOfCharset(line.Get("CHARSET"), apart ? Encoding::kUndecided : encoding);
  std::string scratch;
  const std::string text(DecodeCell(bytes, &decided, &scratch, mend));
  return text;
}

std::vector<std::string> SplitVcardValue(absl::string_view text, char separator) {
  std::vector<std::string> parts(1);
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == separator) {
      parts.emplace_back();
    } else if (c == '\\' && i + 1 < text.size()) {
      const char escaped = text[++i];
      parts.back().push_back(escaped == 'n' || escaped == 'N' ? '\n' : escaped);
    } else {
      parts.back().push_back(c);
    }
  }
  return parts;
}

std::string VcardText(absl::string_view text) { return SplitVcardValue(text, '\0').front(); }

}  // namespace maillage::interchange
