#include "tools/bench/broadcast_bench.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/broadcast/mail/mime.h"
#include "tools/bench/bare_smtp.h"
#include "tools/bench/limits.h"
#include "tools/bench/mail_sink.h"
#include "tools/bench/pair.h"

namespace maillage::bench {
namespace {

constexpr char kOurs[] = "maillage";
constexpr char kBare[] = "bare libcurl, the same mails";
constexpr char kWork[] = "personal mails";
constexpr char kWho[] = "operators/bench";
constexpr char kReference[] = "028-2030";
constexpr size_t kSamples = 1000;
constexpr size_t kGroup = 200;

std::string InvitationFile() {
  std::string file =
      "+++\nreference = \"028-2030\"\nissue_place = \"Lille\"\nissue_date = 2030-03-30\n"
      "subject = \"Invitation à la rencontre régionale\"\ntitle = \"Faire vivre le partenariat\"\n"
      "starts = 2099-05-31T09:00:00\nends = 2099-05-31T17:00:00\n"
      "audience = \"territory:REGION/32\"\nreply_to = \"contact@bench.example.org\"\n"
      "[venue]\nname = \"Maison du développement\"\naddress = \"62500 Saint-Omer\"\n"
      "[[organisers]]\nname = \"Le banc\"\nnode = \"origin\"\npost = \"La présidente\"\n+++\n";
  // As long as a real letter.
  for (int i = 0; i < 8; ++i) {
    absl::StrAppend(&file,
                    "L'animation des partenariats est au cœur de la réussite des projets de "
                    "développement pour les quartiers : elle permet de mobiliser les politiques "
                    "publiques et l'ensemble des acteurs d'un territoire, entreprises, "
                    "associations et citoyens, autour d'un projet fédérateur.\n\n");
  }
  return file;
}

class BroadcastBench {
 public:
  BroadcastBench(const BroadcastOptions& options, const std::string& dir)
      : options_(options), pair_(dir) {}

  std::vector<Row> Run() {
    Say("people");
    pair_.Write(0, options_.mails, 1, kGroup, /*one_by_one=*/false);
    Open();
    const std::vector<broadcast::OutgoingMail> samples = Samples();
    Bare(samples);
    Send();
    Bare(samples);
    Add(kWork, kBare, bare_, "rec/s", false);
    Say("smtp-source");
    Add(kWork, "smtp-source -d, of that size",
        sink_.RateOfSmtpSource(options_.mails, samples[0].bytes.size(), smtp_.connections), "rec/s",
        false);
    Add("size of a mail", kOurs, static_cast<double>(samples[0].bytes.size()) / 1e3, "kB", true);
    return std::move(rows_);
  }

 private:
  static void Say(const char* what) { std::fprintf(stderr, "%s ...\n", what); }
  void Add(std::string work, const char* who, double value, const char* unit, bool ours) {
    rows_.push_back({std::move(work), who, value, unit, ours});
  }

  // The node's rooms, with this sink for a mail server.
  void Open() {
    node::Parts& node = pair_.origin();
    smtp_.url = sink_.url();
    broadcast::JobOptions options;
    options.sender = sender_;
    options.smtp = smtp_;
    broadcast::InvitationStore::Parts parts = {};
    parts.database = node.database.get();
    parts.writer = node.writer.get();
    parts.clock = node.clock;
    parts.self = node.self.get();
    parts.partners = node.partners.get();
    parts.directory = node.directory.get();
    parts.objections = node.objections.get();
    auto opened = broadcast::Invitations::Open(std::move(parts), std::move(options));
    CheckOk(opened.status(), "invitations");
    invitations_ = *std::move(opened);
    CheckOk(invitations_->Create(InvitationFile(), kWho).status(), "invitation");
  }

  // What some of the people will get, as it leaves.
  std::vector<broadcast::OutgoingMail> Samples() {
    const auto kept = invitations_->Find(kReference);
    CheckOk(kept.status(), "invitation");
    const auto mail =
        broadcast::MailTemplate::Build(kept->content, sender_, {"bench", absl::Now(), {}});
    CheckOk(mail.status(), "mail");
    const auto audience = invitations_->Expand(kept->content);
    CheckOk(audience.status(), "audience");
    std::vector<broadcast::OutgoingMail> samples;
    CheckOk(audience->ForEach([&](const broadcast::Recipient& one) {
      const broadcast::Person person{one.row.number(), one.row.mailbox(), one.row.display_name(),
                                     one.row.salutation(), one.row.source()};
      samples.push_back({one.row.number(), sender_.mailbox, one.row.mailbox(),
                         mail->Render(person, absl::Now())});
      return samples.size() < kSamples;
    }),
            "audience");
    return samples;
  }

  // Once before and once after ours: the better of the two counts.
  void Bare(const std::vector<broadcast::OutgoingMail>& samples) {
    Say("bare libcurl");
    bare_ =
        std::max(bare_, RateOfBareLibcurl(sink_.url(), smtp_.connections, options_.mails, samples));
  }

  void Send() {
    Say("maillage");
    ForgetPeak();
    const double before = PeakMegabytes();
    const absl::Time start = absl::Now();
    CheckOk(invitations_->Send(kReference, kWho).status(), "sending");
    const auto job = *invitations_->FindJob(kReference);
    WaitUntil([&] { return job->progress().recipients() > 0; });
    const absl::Time frozen = absl::Now();
    job->WaitForRest(absl::InfiniteDuration());
    const absl::Time end = absl::Now();
    const auto sent = static_cast<double>(job->progress().sent());
    Add(kWork, kOurs, sent / absl::ToDoubleSeconds(end - frozen), "rec/s", true);
    Add("the same, audience frozen first", kOurs, sent / absl::ToDoubleSeconds(end - start),
        "rec/s", true);
    Add("mails accepted", kOurs, sent, "", true);
    Add("memory, peak while sending", kOurs, PeakMegabytes(), "MB", true);
    Add("memory, before", kOurs, before, "MB", true);
  }

  const BroadcastOptions options_;
  const broadcast::Sender sender_ = {"invitations@bench.example.org", "Le banc"};
  Pair pair_;
  MailSink sink_;
  broadcast::SmtpOptions smtp_;
  std::unique_ptr<broadcast::Invitations> invitations_;
  double bare_ = 0;
  std::vector<Row> rows_;
};

}  // namespace

std::vector<Row> MeasureBroadcast(const BroadcastOptions& options, const std::string& dir) {
  return BroadcastBench(options, dir).Run();
}

}  // namespace maillage::bench
