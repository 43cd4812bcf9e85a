#include "server/broadcast/mail/address.h"

#include <gmime/gmime.h>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "server/broadcast/mail/gmime.h"

namespace maillage::broadcast {
namespace {

bool IsDotAtom(absl::string_view local) {
  constexpr absl::string_view kSpecials = "!#$%&'*+-/=?^_`{|}~";
  if (local.empty() || local.size() > 64) return false;
  for (absl::string_view atom : absl::StrSplit(local, '.')) {
    if (atom.empty()) return false;
    for (char c : atom) {
      if (!absl::ascii_isalnum(c) && kSpecials.find(c) == absl::string_view::npos) return false;
    }
  }
  return true;
}

bool IsHostName(absl::string_view domain) {
  if (domain.size() > 253 || domain.find('.') == absl::string_view::npos) return false;
  const std::vector<absl::string_view> labels = absl::StrSplit(domain, '.');
  for (absl::string_view label : labels) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') {
      return false;
    }
    for (char c : label) {
      if (!absl::ascii_isalnum(c) && c != '-') return false;
    }
  }
  return !absl::ascii_isdigit(labels.back().front());
}

}  // namespace

std::string NormaliseMailbox(absl::string_view mailbox) {
  std::string text = absl::AsciiStrToLower(absl::StripAsciiWhitespace(mailbox));
  const size_t at = text.rfind('@');
  if (at == std::string::npos || !IsDotAtom(absl::string_view(text).substr(0, at)) ||
      !IsHostName(absl::string_view(text).substr(at + 1))) {
    return "";
  }
  return text;
}

bool IsMailbox(absl::string_view mailbox) {
  return !mailbox.empty() && NormaliseMailbox(mailbox) == mailbox;
}

absl::string_view MailDomain(absl::string_view mailbox) {
  return mailbox.substr(mailbox.rfind('@') + 1);
}

std::string AddressHeader(absl::string_view field, absl::string_view display_name,
                          absl::string_view mailbox) {
  std::string name(display_name);
  for (char& c : name) {
    if (absl::ascii_iscntrl(c)) c = ' ';
  }
  const GObjectPtr<InternetAddressList> list(internet_address_list_new());
  const GObjectPtr<InternetAddress> address(
      internet_address_mailbox_new(name.c_str(), std::string(mailbox).c_str()));
  internet_address_set_charset(address.get(), "utf-8");
  internet_address_list_add(list.get(), address.get());
  GString* line = g_string_new(absl::StrCat(field, ": ").c_str());
  internet_address_list_encode(list.get(), MailFormat(), line);
  std::string header(line->str, line->len);  // with its line end
  g_string_free(line, TRUE);
  return header;
}

std::string MailtoUri(absl::string_view mailbox, absl::string_view subject) {
  std::string uri = absl::StrCat("mailto:");
  const auto append = [&uri](absl::string_view text, absl::string_view plain) {
    for (char c : text) {
      if (absl::ascii_isalnum(c) || plain.find(c) != absl::string_view::npos) {
        uri.push_back(c);
      } else {
        absl::StrAppendFormat(&uri, "%%%02X", static_cast<unsigned char>(c));
      }
    }
  };
  append(mailbox, "-._~@+!$*");
  uri.append("?subject=");
  append(subject, "-._~");
  return uri;
}

}  // namespace maillage::broadcast
