#include "tests/sharing/live_node.h"

#include <grpcpp/impl/service_type.h>
#include <sys/stat.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "server/identity/keys.h"
#include "server/rpc/sync_service.h"

namespace maillage::sharing {
namespace {

constexpr char kWho[] = "operators/test";

identity::Description Describe(const std::string& alias, std::vector<std::string> endpoints) {
  return {alias, absl::StrCat("Node ", alias), std::move(endpoints)};
}

}  // namespace

bool Eventually(const std::function<bool()>& condition, absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  while (!condition()) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(2));
  }
  return true;
}

LiveNode::LiveNode(const std::string& parent, const std::string& alias)
    : alias_(alias), dir_(absl::StrCat(parent, "/", alias)) {
  EXPECT_EQ(mkdir(dir_.c_str(), 0700), 0);
  auto keys = identity::CreateKeys(dir_, {"127.0.0.1"}).value();
  auto database = storage::Database::Open({.path = dir_ + "/db", .compress = false}).value();
  storage::Writer writer(database.get(), {});
  identity::Self::Create(std::move(keys), Describe(alias_, {}), std::string(32, 'r'), &writer,
                         Clock::Real(), identity::DescriptorPath(dir_))
      .value();
}

LiveNode::~LiveNode() { Stop(); }

void LiveNode::Start() {
  database_ = storage::Database::Open({.path = dir_ + "/db", .compress = false}).value();
  self_ = identity::Self::Load(identity::LoadKeys(dir_).value(), alias_, database_->latest(),
                               identity::DescriptorPath(dir_))
              .value();
  partners_ = identity::Partners::Load(self_.get(), database_->latest(), clock).value();
  const std::string tag_key = LoadTagKey(identity::TagKeyPath(dir_)).value();
  erase_log_ = EraseLog::Open(dir_ + "/erase.log", tag_key).value();
  const auto log = [this](const std::string& line) {
    const MutexLock lock(&log_mutex_);
    absl::StrAppend(&log_, alias_, ": ", line, "\n");
  };
  sharing_ = Sharing::Create({.self = self_.get(),
                              .partners = partners_.get(),
                              .database = database_.get(),
                              .clock = clock,
                              .log = log,
                              .erase_log = erase_log_.get(),
                              .purge_pause = absl::Milliseconds(20),
                              .tend_interval = tend_interval})
                 .value();
  index_ = std::make_unique<directory::IndexStage>(self_->node());
  writer_ = std::make_unique<storage::Writer>(
      database_.get(), std::vector<storage::CommitStage*>{index_.get(), sharing_->stage()});
  directory_ = std::make_unique<directory::Directory>(
      self_->node(), database_.get(), writer_.get(), clock,
      directory::Directory::Nodes{[](absl::string_view text) { return ParseNodeId(text); },
                                  [] { return std::vector<NodeId>(); }});
  operators_ = identity::Operators::Load(database_->latest(), writer_.get(), clock).value();
  callers_ = std::make_unique<rpc::Callers>(partners_.get(), operators_.get());
  if (!lost.empty()) {
    storage::Transaction beginning;
    ASSERT_TRUE(Recovery::AddBeginning(database_->latest(), lost, clock->Now(), &beginning).ok());
    ASSERT_TRUE(writer_->Commit(std::move(beginning)).ok());
    lost.clear();
  }
  ASSERT_TRUE(sharing_->Open(writer_.get()).ok());
  MakeSuggestions();
  rotation_ = std::make_unique<identity::Rotation>(
      self_.get(), dir_, std::vector<std::string>{"127.0.0.1"}, writer_.get(), clock);
  rotation_->OnSigningKey([this] { sharing_->shares().SignAnew(); });
  rotation_->OnCertificatesRevoked([this] { sharing_->streams().CloseAll(); });
  sharing_->links().Handle(v1::LinkMessage::kCosignRequest, handler);
  ASSERT_TRUE(sharing_->Start().ok());
  service_ = rpc::NewSyncService(&sharing_->streams(), callers_.get());
  client_ = std::make_unique<rpc::SyncClient>(
      rpc::SyncClient::Parts{self_.get(), partners_.get(), &sharing_->streams(), log});
  Listen();
  ASSERT_NE(server_, nullptr);
  listen_ = absl::StrCat("127.0.0.1:", server_->port());
  std::vector<std::string> endpoints;
  if (!dials_out_only) endpoints.push_back(listen_);
  ASSERT_TRUE(self_->Refresh(Describe(alias_, endpoints), writer_.get(), *clock).ok());
  client_->Start();
}

void LiveNode::Listen() {
  // A connection of another test may have the port of the former life for a while.
  ASSERT_TRUE(Eventually([this] {
    auto server = rpc::Server::Start({.listen = listen_,
                                      .key_path = identity::TlsKeyPath(dir_),
                                      .certificate_path = identity::TlsCertificatePath(dir_),
                                      .admin_socket = dir_ + "/admin.sock"},
                                     callers_.get(), {}, {service_.get()});
    if (server.ok()) server_ = *std::move(server);
    return server.ok();
  })) << alias_
      << " cannot listen on " << listen_;
}

void LiveNode::MakeSuggestions() {
  suggestions_ = std::make_unique<Suggestions>(
      Suggestions::Parts{self_.get(), partners_.get(), &sharing_->table(), database_.get(),
                         writer_.get(), &Clock::Real(), &sharing_->links(), directory_.get()});
  suggestions_->Register();
  sharing_->recovery().AskPeopleBy(
      [this](const NodeId& from, const RecordId& record, const v1::Actor& actor,
             storage::Transaction* transaction) {
        return suggestions_->AddRecovered(from, record, actor, transaction);
      },
      [this](const RecordId& record, storage::Transaction* transaction) {
        return suggestions_->DropRecovered(record, transaction);
      });
}

void LiveNode::Stop() {
  if (sharing_ == nullptr) return;
  // Of a start that failed some parts are missing.
  if (client_ != nullptr) client_->Stop();
  sharing_->Stop();
  if (server_ != nullptr) server_->Shutdown(absl::Seconds(5));
  if (writer_ != nullptr) writer_->Stop();
  server_.reset();
  client_.reset();
  service_.reset();
  callers_.reset();
  operators_.reset();
  suggestions_.reset();
  directory_.reset();
  rotation_.reset();
  writer_.reset();
  index_.reset();
  sharing_.reset();
  erase_log_.reset();
  partners_.reset();
  self_.reset();
  database_.reset();
}

std::string LiveNode::Log() const {
  const MutexLock lock(&log_mutex_);
  return log_;
}

std::string LiveNode::Create(const v1::Actor& actor) {
  return directory_->Create(actor, "", kWho).value()->name();
}

void LiveNode::Edit(const std::string& name, const std::function<void(v1::Actor*)>& change) {
  v1::Actor actor = *directory_->Get(name).value();
  change(&actor);
  const auto updated = directory_->Update(actor, {}, kWho);
  EXPECT_TRUE(updated.ok()) << updated.status();
}

void LiveNode::Delete(const std::string& name) {
  const absl::Status deleted = directory_->Delete(name, "", kWho);
  EXPECT_TRUE(deleted.ok()) << deleted;
}

std::string LiveNode::Erase(const std::string& name) {
  const auto erasure =
      sharing_->erasures().Erase(directory_->FindOwn(name).value(), "demande du 3 mai", kWho);
  EXPECT_TRUE(erasure.ok()) << erasure.status();
  return erasure->name();
}

int64_t LiveNode::Count(absl::string_view filter) { return directory_->Count(filter)->total; }

ShareId LiveNode::MakeShare(absl::string_view title, v1::View view,
                            const std::vector<NodeId>& members, absl::string_view filter,
                            bool relayable) {
  ShareSpec spec;
  spec.title = std::string(title);
  spec.filter = directory_->ParseFilter(filter).value();
  spec.view = view;
  spec.members = members;
  spec.relayable = relayable;
  return sharing_->shares().Create(spec, kWho).value()->id;
}

bool LiveNode::Subscribe(const NodeId& origin, const ShareId& share) {
  return Eventually([&] { return sharing_->streams().Subscribe(origin, share, kWho).ok(); });
}

bool LiveNode::InSync() {
  return sharing_->WaitInSync(absl::Seconds(20), [] { return false; }).ok();
}

void Pair(LiveNode* a, LiveNode* b) {
  for (const auto& [from, to] : {std::pair{a, b}, std::pair{b, a}}) {
    const auto added = to->partners().Add(from->self().signed_descriptor(), from->alias(),
                                          &to->writer(), storage::Transaction());
    ASSERT_TRUE(added.ok()) << added.status();
  }
}

}  // namespace maillage::sharing
