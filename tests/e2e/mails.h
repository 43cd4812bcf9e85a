// An invitation to send, and a mail server that keeps what it gets.
#ifndef TESTS_E2E_MAILS_H_
#define TESTS_E2E_MAILS_H_

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/testing/process.h"

namespace maillage::testing {

inline constexpr char kInvitation[] = R"(+++
reference = "001-2031"
issue_place = "Lille"
issue_date = 2031-01-06
subject = "Invitation : rencontre d'essai"
title = "Rencontre d'essai"
starts = 2031-05-22T09:00:00
ends = 2031-05-22T17:00:00
time_zone = "Europe/Paris"
audience = "category = PROFESSIONAL"
reply_to = "reponses@irev.example.org"

[venue]
name = "Salle des fêtes"
address = "1 place Fictive, 62500 Saint-Omer"

[[organisers]]
name = "IREV"
node = "irev"
post = "La présidente"
+++
Nous avons le plaisir de vous inviter.
)";

// smtp-sink, writing each mail into a file of its own.
class Sink {
 public:
  explicit Sink(const std::string& parent) : dir_(parent + "/sink") {
    std::filesystem::create_directories(dir_ + "/mails");
    std::filesystem::permissions(dir_, std::filesystem::perms::all);
    std::filesystem::permissions(dir_ + "/mails", std::filesystem::perms::all);
    std::vector<std::string> argv = {"/usr/sbin/smtp-sink"};
    if (geteuid() == 0) {  // it insists on becoming somebody else
      argv.insert(argv.end(), {"-u", "nobody", "-R", dir_, "-d", "mails/%M%S."});
    } else {
      argv.insert(argv.end(), {"-d", dir_ + "/mails/%M%S."});
    }
    argv.insert(argv.end(), {absl::StrCat("127.0.0.1:", port_), "256"});
    process_ = std::make_unique<Process>(argv, parent + "/sink.log");
  }
  int port() const { return port_; }
  size_t Count() const {
    size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator(dir_ + "/mails")) {
      count += file.is_regular_file() ? 1 : 0;
    }
    return count;
  }
  // The mails to an address, without soft line breaks and carriage returns.
  std::vector<std::string> To(const std::string& address) const {
    std::vector<std::string> mails;
    for (const auto& entry : std::filesystem::directory_iterator(dir_ + "/mails")) {
      std::ifstream file(entry.path());
      std::stringstream text;
      text << file.rdbuf();
      if (text.str().find("X-Rcpt-Args: <" + address + ">") == std::string::npos) continue;
      mails.push_back(absl::StrReplaceAll(absl::StrReplaceAll(text.str(), {{"\r", ""}}),
                                          {{"=\n", ""}, {"=3D", "="}}));
    }
    return mails;
  }
  // How many mails each address got.
  std::map<std::string, int> ByAddress() const {
    std::map<std::string, int> mails;
    for (const auto& entry : std::filesystem::directory_iterator(dir_ + "/mails")) {
      std::ifstream file(entry.path());
      for (std::string line; std::getline(file, line) && !line.empty();) {
        if (line.rfind("X-Rcpt-Args: <", 0) != 0) continue;
        mails[line.substr(14, line.find('>') - 14)]++;
      }
    }
    return mails;
  }

 private:
  const std::string dir_;
  const int port_ = FreePort();
  std::unique_ptr<Process> process_;
};

}  // namespace maillage::testing

#endif  // TESTS_E2E_MAILS_H_
