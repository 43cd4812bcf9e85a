#include "server/node/config.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/match.h"
#include "client/base/error.h"

namespace maillage::node {
namespace {

constexpr char kLeast[] = "alias = \"capso\"\nname = \"Communauté\"\nlisten = \"127.0.0.1:7000\"\n";

TEST(ParseConfig, ReadsWhatConfigTextWrites) {
  Config config;
  config.alias = "capso";
  config.name = "Communauté \"d'agglomération\" \\ du Pays\tde Saint-Omer";
  config.listen = "[::1]:7000";
  config.smtp = "smtp://127.0.0.1:2525";
  config.from = "CAPSO <invitations@capso.example.org>";
  config.web = "127.0.0.1:8080";
  config.base_url = "https://capso.example.org/maillage";
  config.log_level = "debug";
  const auto read = ParseConfig(ConfigText(config), "node.toml");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->alias, config.alias);
  EXPECT_EQ(read->name, config.name);
  EXPECT_EQ(read->listen, config.listen);
  EXPECT_EQ(read->endpoint, "");
  EXPECT_EQ(read->base_url, config.base_url);
  EXPECT_EQ(read->smtp, config.smtp);
  EXPECT_EQ(read->from, config.from);
  EXPECT_EQ(read->admin_socket, "admin.sock");
  EXPECT_EQ(read->log_level, "debug");
}

TEST(ParseConfig, NamesFileLineAndWhatIsWrong) {
  struct Case {
    std::string added;
    const char* message;
  };
  const Case cases[] = {
      {"lisen = \"x\"\n", "n.toml:4: there is no setting 'lisen'"},
      {"web = 8080\n", "n.toml:4: 'web' must be a text in quotes"},
      {"\nweb = \"8080\"\n", "n.toml:5: 'web' is HOST:PORT"},
      {"base_url = \"ville.example.org\"\n", "n.toml:4: 'base_url' is https://HOST"},
      {"base_url = \"http://ville.example.org\"\n", "n.toml:4: 'base_url' is https://HOST"},
      {"base_url = \"https://ville.example.org/\"\n", "n.toml:4: 'base_url' is https://HOST"},
      {"base_url = \"https://a b\"\n", "n.toml:4: 'base_url' is https://HOST"},
      {"base_url = \"https://ville.example.org\"\n", "n.toml:4: 'base_url' needs 'web'"},
      {"return_path = \"retours-de-courriels@example.org\"\nreturns = \"/var/mail/r\"\n",
       "n.toml:4: 'return_path' is a mailbox with at most 7 characters before the @"},
      {"returns = \"/var/mail/r\"\n", "n.toml:4: 'returns' and 'return_path' go together"},
      {"web_key = \"k.pem\"\n", "n.toml:4: 'web_key' and 'web_certificate' go together"},
      {"web_proxy = \"proxy.example.org\"\n", "n.toml:4: 'web_proxy' is one IP address"},
      {"endpoint = \"a:0\"\n", "n.toml:4: 'endpoint' is HOST:PORT"},
      {"smtp = \"http://a\"\n", "n.toml:4: 'smtp' is smtp://HOST:PORT or smtps://HOST:PORT"},
      {"from = \"nobody\"\n", "n.toml:4: 'from' is a mailbox"},
      {"log_level = \"loud\"\n", "n.toml:4: 'log_level' is debug, info, warn or error"},
      {"compression = \"zip\"\n", "n.toml:4: 'compression' is lz4 or none"},
      {"alias = \"again\"\n", "n.toml:4: "},
      {"= 3\n", "n.toml:4: "},
  };
  for (const Case& c : cases) {
    const auto config = ParseConfig(kLeast + c.added, "n.toml");
    EXPECT_EQ(ErrorReason(config.status()), "BAD_CONFIG") << c.added;
    EXPECT_TRUE(absl::StartsWith(config.status().message(), c.message)) << config.status();
  }
}

TEST(ParseConfig, AsksForWhatANodeCannotDoWithout) {
  EXPECT_TRUE(ParseConfig(kLeast, "n.toml").ok());
  EXPECT_EQ(ParseConfig("alias = \"a\"\nname = \"b\"\n", "n.toml").status().message(),
            "n.toml: the setting 'listen' is missing");
  EXPECT_EQ(ParseConfig("", "n.toml").status().message(), "n.toml: the setting 'alias' is missing");
}

TEST(DescriptionOf, OffersPartnersOnlyAnAddressThatNamesAMachine) {
  Config config;
  config.listen = "node.example.org:7000";
  EXPECT_EQ(DescriptionOf(config, 7000).endpoints,
            std::vector<std::string>{"node.example.org:7000"});
  config.listen = "127.0.0.1:0";
  EXPECT_EQ(DescriptionOf(config, 41000).endpoints, std::vector<std::string>{"127.0.0.1:41000"});
  for (const char* wildcard : {"0.0.0.0:7000", "[::]:7000"}) {
    config.listen = wildcard;
    config.endpoint = "";
    EXPECT_TRUE(DescriptionOf(config, 7000).endpoints.empty());
    config.endpoint = "public.example.org:443";
    EXPECT_EQ(DescriptionOf(config, 7000).endpoints,
              std::vector<std::string>{"public.example.org:443"});
  }
}

}  // namespace
}  // namespace maillage::node
