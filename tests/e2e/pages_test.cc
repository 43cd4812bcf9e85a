// The public pages of a real node, as people and machines ask for them.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/e2e/mails.h"
#include "tests/e2e/sheets.h"
#include "tests/testing/test_node.h"

namespace maillage::testing {
namespace {

class PagesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const int port = FreePort();
    base_ = absl::StrCat("http://127.0.0.1:", port);
    irev_.Configure("web", absl::StrCat("127.0.0.1:", port));
    irev_.Configure("base_url", base_);
    irev_.Start();
    irev_.Ok({"actor", "import", "-", "--source", "test"}, Professionals(3, "a"));
    const std::string file = home_.path() + "/invitation.md";
    std::ofstream(file) << kInvitation;
    irev_.Ok({"invitation", "create", file});
    irev_.Ok({"invitation", "send", "001-2031"});
    ASSERT_TRUE(WaitFor([&] { return Report()["progress"].value("sent", "") == "3"; }))
        << irev_.Log();
  }
  // Status line, headers and body.
  static std::string Ask(const std::string& url, const std::vector<std::string>& more = {}) {
    std::vector<std::string> argv = {"/usr/bin/curl", "--silent", "--include", "--max-time", "20"};
    argv.insert(argv.end(), more.begin(), more.end());
    argv.push_back(url);
    return RunProgram(argv, "").out;
  }
  static std::string Post(const std::string& url, const std::vector<std::string>& fields) {
    std::vector<std::string> more;
    for (const std::string& field : fields) {
      more.insert(more.end(), {"--data-urlencode", field});
    }
    return Ask(url, more);
  }
  // The first link of a mail to a page of that sort.
  std::string LinkOf(const std::string& address, const std::string& beginning) const {
    const auto mails = sink_.To(address);
    const std::regex link(base_ + beginning + "[a-z0-9/-]+");
    std::smatch found;
    for (const std::string& mail : mails) {
      if (std::regex_search(mail, found, link)) return found.str();
    }
    ADD_FAILURE() << "no link " << beginning << " to " << address;
    return "";
  }
  nlohmann::json Report() const {
    return nlohmann::json::parse(irev_.Ok({"-o", "json", "invitation", "report", "001-2031"}),
                                 nullptr, false);
  }

  TempDir home_;
  Sink sink_{home_.path()};
  TestNode irev_{home_.path(), "irev", sink_.port()};
  std::string base_;
};

TEST_F(PagesTest, AScannerThatFollowsEveryLinkAnswersNothing) {
  std::set<std::string> links;
  for (const char* address : {"p0@a.example.org", "p1@a.example.org"}) {
    for (const std::string& mail : sink_.To(address)) {
      const std::regex link(base_ + "/[^ \"<>)\n]+");
      for (std::sregex_iterator it(mail.begin(), mail.end(), link), end; it != end; ++it) {
        links.insert(it->str());
      }
    }
  }
  EXPECT_GE(links.size(), 7u);
  for (const std::string& link : links) {
    EXPECT_TRUE(absl::StartsWith(Ask(link), "HTTP/1.1 200")) << link;
    EXPECT_TRUE(absl::StartsWith(Ask(link, {"--head"}), "HTTP/1.1 200")) << link;
  }
  EXPECT_EQ(irev_.Ok({"-o", "csv", "reply", "list", "001-2031"}).find("p0@"), std::string::npos);
  EXPECT_EQ(irev_.Ok({"-o", "json", "objection", "list"}), "");
}

TEST_F(PagesTest, APersonRepliesAndThinksBetterOfIt) {
  const std::string page = LinkOf("p0@a.example.org", "/r/");
  EXPECT_TRUE(absl::StrContains(Ask(page + "?r=yes"), "value=\"yes\" required checked"));
  EXPECT_FALSE(absl::StrContains(Ask(page), "L'invitation a changé"));  // nothing did
  const std::string saved =
      Post(page, {"answer=yes", "seats=2", "need=hearing-loop", "need=wheelchair"});
  EXPECT_TRUE(absl::StartsWith(saved, "HTTP/1.1 303")) << saved;
  const std::string shown = Ask(page + "?saved=1");
  EXPECT_TRUE(absl::StrContains(shown, "Votre réponse est enregistrée.")) << shown;
  EXPECT_TRUE(absl::StrContains(shown, "2 places sont réservées"));
  EXPECT_TRUE(absl::StrContains(shown, "value=\"wheelchair\" checked"));
  EXPECT_TRUE(absl::StrContains(Ask(page + "?lang=en"), "You replied that you come"));
  const std::string empty = Post(page, {"answer=delegate", "note=à la gare"});
  EXPECT_TRUE(absl::StartsWith(empty, "HTTP/1.1 422")) << empty;
  EXPECT_TRUE(absl::StrContains(empty, "role=\"alert\"")) << empty;
  EXPECT_TRUE(absl::StrContains(empty, "à la gare"));  // nothing typed is lost
  Post(page, {"answer=delegate", "delegate_name=Line <b>Roux</b>"});
  EXPECT_TRUE(absl::StrContains(Ask(page), "Line &lt;b&gt;Roux"));
  Post(page, {"answer=no"});
  const std::string list = irev_.Ok({"-o", "csv", "reply", "list", "001-2031"});
  EXPECT_TRUE(absl::StrContains(list, "p0@a.example.org")) << list;
  EXPECT_EQ(Report()["replies"].value("no", ""), "1") << Report();
}

TEST_F(PagesTest, OneClickObjectsToTheIssuerAndThePageTakesItBack) {
  const std::string page = LinkOf("p1@a.example.org", "/o/");
  const std::string clicked = Post(page, {"List-Unsubscribe=One-Click"});
  EXPECT_TRUE(absl::StartsWith(clicked, "HTTP/1.1 200")) << clicked;
  const std::string shown = Ask(page);
  EXPECT_TRUE(absl::StrContains(shown, "Vos oppositions")) << shown;
  std::smatch id;
  ASSERT_TRUE(std::regex_search(shown, id, std::regex("name=\"remove\" value=\"([0-9a-f]+)\"")));
  // Another person's page takes nothing back.
  Post(LinkOf("p2@a.example.org", "/o/"), {"remove=" + id[1].str()});
  EXPECT_NE(irev_.Ok({"-o", "json", "objection", "list"}), "");
  Post(page, {"remove=" + id[1].str()});
  EXPECT_EQ(irev_.Ok({"-o", "json", "objection", "list"}), "");
  EXPECT_TRUE(absl::StartsWith(Post(page, {"scope=theme:unknown"}), "HTTP/1.1 422"));
  EXPECT_TRUE(absl::StartsWith(Post(page, {"scope=all"}), "HTTP/1.1 303"));
  EXPECT_NE(irev_.Ok({"-o", "json", "objection", "list"}).find("\"all\""), std::string::npos);
  // Mail programs send the other kind of form too.
  const std::string multipart =
      Ask(LinkOf("p2@a.example.org", "/o/"), {"--form-string", "List-Unsubscribe=One-Click"});
  EXPECT_TRUE(absl::StartsWith(multipart, "HTTP/1.1 200")) << multipart;
  EXPECT_TRUE(absl::StrContains(multipart, "Vos oppositions"));
}

TEST_F(PagesTest, WhoGotTheLinkPassedOnRegistersAndConfirmsByMail) {
  const std::string url = LinkOf("p0@a.example.org", "/i/");
  const std::string shown = Ask(url);
  EXPECT_TRUE(absl::StrContains(shown, "Nous avons le plaisir de vous inviter.")) << shown;
  EXPECT_TRUE(absl::StartsWith(Post(url, {"name=Ada Leroy", "mailbox=nowhere", "seats=1"}),
                               "HTTP/1.1 422"));
  EXPECT_TRUE(absl::StartsWith(Post(url, {"name=Ada Leroy", "mailbox=ada@example.net", "seats=2"}),
                               "HTTP/1.1 200"));
  ASSERT_TRUE(WaitFor([&] { return sink_.To("ada@example.net").size() == 1; })) << irev_.Log();
  const std::string link = LinkOf("ada@example.net", "/c/");
  EXPECT_TRUE(absl::StrContains(Ask(link), "Confirmer mon inscription"));
  EXPECT_EQ(irev_.Ok({"-o", "csv", "reply", "list", "001-2031"}).find("ada@"), std::string::npos);
  EXPECT_TRUE(absl::StrContains(Ask(link, {"--request", "POST", "--data", ""}),
                                "Votre inscription est enregistrée"));
  EXPECT_NE(irev_.Ok({"-o", "csv", "reply", "list", "001-2031"}).find("ada@example.net"),
            std::string::npos);
}

TEST_F(PagesTest, ForgedLinksHugeFormsAndFloodsAreTurnedAway) {
  const std::string page = LinkOf("p0@a.example.org", "/r/");
  std::string forged = page;
  forged.back() = forged.back() == 'a' ? 'b' : 'a';
  EXPECT_TRUE(absl::StartsWith(Ask(forged), "HTTP/1.1 404"));
  // A token for replies says nothing where an objection is asked for.
  EXPECT_TRUE(
      absl::StartsWith(Ask(base_ + "/o/" + page.substr(page.rfind('/') + 1)), "HTTP/1.1 404"));
  EXPECT_TRUE(absl::StartsWith(Ask(base_ + "/i/x/001-2031"), "HTTP/1.1 404"));
  EXPECT_TRUE(absl::StartsWith(Ask(base_ + "/nothing"), "HTTP/1.1 404"));
  const std::string huge = "note=" + std::string(20'000, 'x');
  EXPECT_TRUE(absl::StartsWith(Post(page, {huge}), "HTTP/1.1 413"));
  const std::string headers = Ask(page);
  for (const char* header : {"Content-Security-Policy: default-src 'none'",
                             "Referrer-Policy: no-referrer", "Cache-Control: no-store"}) {
    EXPECT_TRUE(absl::StrContains(headers, header)) << header;
  }
  EXPECT_FALSE(absl::StrContains(headers, "Set-Cookie"));
  EXPECT_FALSE(absl::StrContains(headers, "<script"));
  bool stopped = false;
  for (int i = 0; i < 60 && !stopped; ++i) {
    stopped = absl::StartsWith(Post(page, {"answer=yes"}), "HTTP/1.1 429");
  }
  EXPECT_TRUE(stopped);
}

TEST_F(PagesTest, ARecallIsSaidOnEveryPageAndNobodyRepliesAnyMore) {
  const std::string page = LinkOf("p0@a.example.org", "/r/");
  irev_.Ok({"invitation", "recall", "001-2031", "--why", "La salle est fermée"});
  const std::string shown = Ask(page);
  EXPECT_TRUE(absl::StrContains(shown, "n'aura pas lieu")) << shown;
  EXPECT_TRUE(absl::StrContains(shown, "La salle est fermée"));
  EXPECT_FALSE(absl::StrContains(shown, "<form"));
  EXPECT_TRUE(absl::StartsWith(Post(page, {"answer=yes"}), "HTTP/1.1 422"));
  EXPECT_TRUE(absl::StrContains(Ask(LinkOf("p0@a.example.org", "/i/")), "La salle est fermée"));
}

}  // namespace
}  // namespace maillage::testing
