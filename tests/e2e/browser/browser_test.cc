// The public pages in a real browser, and mails as other programs read them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <regex>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/e2e/mails.h"
#include "tests/e2e/sheets.h"
#include "tests/testing/test_node.h"

namespace maillage::testing {
namespace {

constexpr int kSkipped = 77;

class BrowserTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const int port = FreePort();
    base_ = absl::StrCat("http://127.0.0.1:", port);
    irev_.Configure("web", absl::StrCat("127.0.0.1:", port));
    irev_.Configure("base_url", base_);
    irev_.Start();
    irev_.Ok({"actor", "import", "-", "--source", "test"}, Professionals(2, "a"));
    const std::string file = home_.path() + "/invitation.md";
    std::ofstream(file) << absl::StrReplaceAll(
        kInvitation, {{"rencontre d'essai", "rencontre d'été à Saint-Omer"},
                      {"vous inviter.", "vous inviter à déjeuner.\n\n- accueil dès 8h30\n- débat"},
                      {"reply_to", "capacity = 40\nreply_deadline = 2031-05-08\nreply_to"}});
    irev_.Ok({"invitation", "create", file});
    irev_.Ok({"invitation", "send", "001-2031"});
    ASSERT_TRUE(WaitFor([&] { return sink_.To("p0@a.example.org").size() == 1; })) << irev_.Log();
    ASSERT_TRUE(WaitFor([&] { return sink_.To("p1@a.example.org").size() == 1; })) << irev_.Log();
  }
  static Finished Run(std::vector<std::string> args) {
    args.insert(args.begin(), {absl::StrCat(MAILLAGE_SOURCE_DIR, "/tests/e2e/browser/run.sh"),
                               MAILLAGE_BROWSER_DIR});
    return RunProgram(args);
  }
  // The first link to a page of that sort in the mail to p0.
  std::string Link(const std::string& beginning) const {
    const std::regex link(base_ + beginning + "[a-z0-9/-]+");
    std::smatch found;
    const std::string mail = sink_.To("p0@a.example.org").at(0);
    EXPECT_TRUE(std::regex_search(mail, found, link)) << beginning;
    return found.str();
  }

  TempDir home_;
  Sink sink_{home_.path()};
  TestNode irev_{home_.path(), "irev", sink_.port()};
  std::string base_;
};

TEST_F(BrowserTest, PeopleReplyObjectAndRegisterWithoutScriptsOrBarriers) {
  std::vector<std::string> args = {"pages.mjs", Link("/i/"), Link("/r/"), Link("/o/")};
  if (const char* pictures = std::getenv("MAILLAGE_PICTURES")) args.push_back(pictures);
  const Finished done = Run(args);
  if (done.code == kSkipped) GTEST_SKIP() << done.err;
  EXPECT_EQ(done.code, 0) << done.err << irev_.Log();
  EXPECT_TRUE(WaitFor([&] { return sink_.To("ada@example.net").size() == 1; }));
}

TEST_F(BrowserTest, OtherProgramsReadTheMailAndItsCalendarAlike) {
  const Finished done = Run(
      {"mails.mjs", home_.path() + "/sink/mails", "2031-05-22T07:00:00Z", "2031-05-22T15:00:00Z"});
  if (done.code == kSkipped) GTEST_SKIP() << done.err;
  EXPECT_EQ(done.code, 0) << done.err;
}

}  // namespace
}  // namespace maillage::testing
