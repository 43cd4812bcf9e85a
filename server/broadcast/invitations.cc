#include "server/broadcast/invitations.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/broadcast/content.h"
#include "server/broadcast/mail/address.h"
#include "server/broadcast/mail/send_one.h"
#include "server/broadcast/reply_check.h"

namespace maillage::broadcast {
namespace {

constexpr int kDefaultPage = 100;
constexpr int kMaxPage = 1000;
constexpr absl::Duration kTestPatience = absl::Seconds(60);
constexpr absl::Duration kNotePatience = absl::Seconds(10);

v1::RecipientRow ToRow(const Recipient& recipient) {
  v1::RecipientRow row;
  row.set_number(recipient.row.number());
  row.set_mailbox(recipient.row.mailbox());
  row.set_display_name(recipient.row.display_name());
  row.set_category(recipient.row.category());
  row.set_actor(recipient.row.actor());
  row.set_state(recipient.row.state());
  row.set_detail(recipient.row.detail());
  return row;
}

// For a letter without a recipient.
Person ExamplePerson(std::string directory) {
  Person person;
  person.number = 1;
  person.salutation = "Madame, Monsieur,";
  person.source = SourceFor(v1::Actor(), directory);
  return person;
}

Person PersonOf(const Recipient& recipient) {
  return {recipient.row.number(), recipient.row.mailbox(), recipient.row.display_name(),
          recipient.row.salutation(), recipient.row.source()};
}

absl::Status CheckPage(const v1::PreviewInvitationRequest& request, uint32_t* after) {
  if (request.page_size() < 0 || request.page_size() > kMaxPage) {
    return InvalidArgument("BAD_PAGE_SIZE", "page_size is 1 to 1000, or 0 for 100");
  }
  *after = 0;
  const auto token = Base32Decode(request.page_token());
  if (token.ok() && (token->empty() || absl::SimpleAtoi(*token, after))) return absl::OkStatus();
  return InvalidArgument("BAD_PAGE_TOKEN", "the page token was not given here");
}

// The rows of the page, and in `first` the first recipient of all.
absl::Status PreviewRows(const Audience& audience, const v1::PreviewInvitationRequest& request,
                         Person* first, v1::PreviewInvitationResponse* response) {
  uint32_t after = 0;
  RETURN_IF_ERROR(CheckPage(request, &after));
  const int size = request.page_size() == 0 ? kDefaultPage : request.page_size();
  return audience.ForEach([&](const Recipient& recipient) {
    if (recipient.row.number() == 1) *first = PersonOf(recipient);
    if (!request.recipients()) return false;
    if (recipient.row.number() <= after) return true;
    if (response->rows_size() == size) {
      const uint32_t last = response->rows(size - 1).number();
      response->set_next_page_token(Base32Encode(absl::StrCat(last)));
      return false;
    }
    *response->add_rows() = ToRow(recipient);
    return true;
  });
}

}  // namespace

Invitations::Invitations(InvitationStore::Parts parts, JobOptions options)
    : parts_(parts),
      options_(options),
      store_(std::move(parts)),
      jobs_({parts_.database, parts_.writer, parts_.clock, std::move(options),
             [this](const v1::InvitationContent& content) { return Expand(content); },
             [this](const v1::StoredRecipient& recipient, const v1::InvitationContent& content) {
               return HasObjected(recipient, content);
             }}) {}

Invitations::~Invitations() = default;

absl::StatusOr<std::unique_ptr<Invitations>> Invitations::Open(InvitationStore::Parts parts,
                                                               JobOptions options) {
  std::unique_ptr<Invitations> invitations(new Invitations(std::move(parts), std::move(options)));
  ASSIGN_OR_RETURN(const std::vector<KeptInvitation> all, invitations->store_.All());
  for (const KeptInvitation& kept : all) {
    RETURN_IF_ERROR(invitations->jobs_.Open(kept));
    // A stop may have come between a revision and this.
    if (kept.issuer != invitations->parts_.self->node()) continue;
    RETURN_IF_ERROR(invitations->jobs_.ReplaceBefore(kept.name, kept.content.sequence(), "system"));
  }
  return invitations;
}

absl::StatusOr<Audience> Invitations::Expand(const v1::InvitationContent& content) const {
  ASSIGN_OR_RETURN(const directory::Filter filter,
                   parts_.directory->ParseFilter(content.audience_filter()));
  const auto objected = [&](const v1::Actor& actor) {
    return parts_.objections != nullptr &&
           parts_.objections->ToInvitation(actor, NodeId(content.issuer()), filter);
  };
  return Audience::Expand(
      parts_.database->Snapshot(), parts_.self->node(), filter,
      [this](const NodeId& node) { return DirectoryNameOf(node); }, objected);
}

absl::StatusOr<bool> Invitations::HasObjected(const v1::StoredRecipient& recipient,
                                              const v1::InvitationContent& content) const {
  if (parts_.objections == nullptr) return false;
  ASSIGN_OR_RETURN(const directory::Filter filter,
                   parts_.directory->ParseFilter(content.audience_filter()));
  v1::Actor actor;  // by the address alone: the record may have gone
  v1::ContactPoint* const point = actor.add_contact_points();
  point->set_kind(v1::CONTACT_KIND_EMAIL);
  point->set_value(recipient.mailbox());
  return parts_.objections->ToInvitation(actor, NodeId(content.issuer()), filter);
}

std::string Invitations::DirectoryNameOf(const NodeId& node) const {
  if (node == parts_.self->node()) return parts_.self->descriptor().display_name();
  const identity::PartnerPtr partner = parts_.partners->Get(node);
  return partner == nullptr ? ToText(node) : partner->descriptor.display_name();
}

absl::StatusOr<v1::Invitation> Invitations::Create(absl::string_view file, absl::string_view who) {
  ASSIGN_OR_RETURN(const KeptInvitation kept, store_.Create(file, who));
  return Describe(kept);
}

absl::StatusOr<v1::Invitation> Invitations::Cosign(absl::string_view name, absl::string_view who) {
  ASSIGN_OR_RETURN(const KeptInvitation kept, store_.Cosign(name, who));
  return Describe(kept);
}

absl::Status Invitations::Receive(const NodeId& from, const v1::LinkMessage& message,
                                  storage::Transaction* transaction) const {
  return store_.Receive(from, message, transaction);
}

absl::StatusOr<KeptInvitation> Invitations::Find(absl::string_view name) const {
  return store_.Find(name);
}

absl::StatusOr<v1::Invitation> Invitations::Get(absl::string_view name) const {
  ASSIGN_OR_RETURN(const KeptInvitation kept, store_.Find(name));
  return Describe(kept);
}

absl::StatusOr<std::vector<v1::Invitation>> Invitations::List() const {
  ASSIGN_OR_RETURN(const std::vector<KeptInvitation> all, store_.All());
  std::vector<v1::Invitation> list;
  for (const KeptInvitation& kept : all) list.push_back(Describe(kept));
  return list;
}

v1::Invitation Invitations::Describe(const KeptInvitation& kept) const {
  v1::Invitation invitation;
  invitation.set_name(kept.name);
  *invitation.mutable_content() = kept.content;
  invitation.set_state(StateOf(kept));
  invitation.set_content_hash(HexEncode(ContentHash(kept.stored.content().payload())));
  *invitation.mutable_create_time() = kept.stored.create_time();
  for (std::string& warning : ContentWarnings(kept.content, parts_.clock->Now())) {
    invitation.add_warnings(std::move(warning));
  }
  for (int i = 0; i < kept.content.organisers_size(); ++i) {
    *invitation.add_organisers() = DescribeOrganiser(kept, i);
    const v1::Organiser& organiser = kept.content.organisers(i);
    const bool own = kept.issuer == parts_.self->node();
    if (!own || !organiser.node().empty() || kept.AttestationOf(i) != nullptr) continue;
    invitation.add_warnings(absl::StrCat(organiser.display_name(),
                                         " has no node: attest its approval with `maillage "
                                         "invitation attest`."));
  }
  return invitation;
}

v1::OrganiserState Invitations::DescribeOrganiser(const KeptInvitation& kept, int at) const {
  const v1::Organiser& organiser = kept.content.organisers(at);
  v1::OrganiserState state;
  *state.mutable_organiser() = organiser;
  if (organiser.node().empty()) {
    const v1::StoredAttestation* const attestation = kept.AttestationOf(at);
    state.set_signed_(attestation != nullptr);
    if (attestation == nullptr) return state;
    *state.mutable_sign_time() = attestation->time();
    state.set_proof(attestation->proof());
    return state;
  }
  const NodeId node(organiser.node());
  const identity::PartnerPtr partner = parts_.partners->Get(node);
  if (node == parts_.self->node()) state.set_alias(parts_.self->alias());
  if (partner != nullptr) state.set_alias(partner->alias);
  state.set_signed_(kept.SignedBy(node));
  if (node == kept.issuer) *state.mutable_sign_time() = kept.stored.create_time();
  for (const v1::StoredCosignature& one : kept.stored.cosignatures()) {
    if (one.node() == organiser.node()) *state.mutable_sign_time() = one.time();
  }
  return state;
}

v1::Invitation::State Invitations::StateOf(const KeptInvitation& kept) const {
  const NodeId self = parts_.self->node();
  if (const std::shared_ptr<Job> job = jobs_.Of(kept)) return job->progress().state();
  if (kept.issuer != self) {
    const bool organises = std::any_of(
        kept.content.organisers().begin(), kept.content.organisers().end(),
        [&self](const v1::Organiser& organiser) { return organiser.node() == self.bytes(); });
    if (!organises) return v1::Invitation::OFFERED;
    return kept.SignedBy(self) ? v1::Invitation::COSIGNED : v1::Invitation::AWAITING_COSIGNATURE;
  }
  return kept.SignedByAll() ? v1::Invitation::READY : v1::Invitation::DRAFT;
}

std::shared_ptr<Job> Invitations::JobOf(const KeptInvitation& kept) const {
  std::shared_ptr<Job> job = jobs_.Of(kept);
  return job != nullptr ? job : jobs_.Before(kept.name, kept.content.sequence());
}

absl::StatusOr<KeptInvitation> Invitations::FindByJob(const RecordId& job) const {
  const std::string name = jobs_.NameOf(job);
  if (!name.empty()) return store_.Find(name);
  return NotFound("NO_SUCH_BROADCAST", "no broadcast of this node is meant");
}

absl::StatusOr<v1::PreviewInvitationResponse> Invitations::Preview(
    const v1::PreviewInvitationRequest& request) const {
  ASSIGN_OR_RETURN(const KeptInvitation kept, store_.Find(request.name()));
  v1::PreviewInvitationResponse response;
  Person first = ExamplePerson(DirectoryNameOf(kept.issuer));
  AddTokens(options_.pages, kept.content, LinkSubject{RecordId(), first.number}, &first);
  // Who carries a partner's invitation wants to know to whom.
  ASSIGN_OR_RETURN(const std::string cascade, CascadeOf(kept.name));
  if (kept.issuer == parts_.self->node() || !cascade.empty()) {
    ASSIGN_OR_RETURN(const Audience audience, Expand(kept.content));
    RETURN_IF_ERROR(PreviewRows(audience, request, &first, &response));
    response.set_recipients(audience.size());
    for (const auto& count : audience.by_category()) *response.add_by_category() = count;
    for (const auto& count : audience.exclusions()) *response.add_exclusions() = count;
  }
  ASSIGN_OR_RETURN(const Letter letter,
                   WriteLetter(kept.content, {.base_url = options_.pages.base_url}));
  response.set_subject(letter.subject);
  response.set_text(FillText(letter.text, first));
  response.set_html(FillHtml(letter.html, first));
  return response;
}

absl::StatusOr<std::string> Invitations::Test(absl::string_view name,
                                              absl::string_view mailbox) const {
  RETURN_IF_ERROR(CheckMailServer());
  ASSIGN_OR_RETURN(const KeptInvitation kept, store_.Find(name));
  Person person = ExamplePerson(DirectoryNameOf(kept.issuer));
  person.mailbox = NormaliseMailbox(mailbox);
  if (person.mailbox.empty()) {
    return InvalidArgument("BAD_MAILBOX", absl::StrCat("no mail can be sent to ", mailbox),
                           "write it as contact@example.org");
  }
  AddTokens(options_.pages, kept.content, LinkSubject{RecordId(), person.number}, &person);
  const absl::Time now = parts_.clock->Now();
  ASSIGN_OR_RETURN(
      const MailTemplate mail,
      MailTemplate::Build(
          kept.content, options_.sender,
          {absl::StrCat("test-", ToText(NewRecordId(now))), now, {true, options_.pages.base_url}}));
  return SendOne(options_.smtp,
                 {1, options_.sender.mailbox, person.mailbox, mail.Render(person, now)},
                 kTestPatience);
}

absl::Status Invitations::SendNote(const Note& note) const {
  RETURN_IF_ERROR(CheckMailServer());
  const absl::Time now = parts_.clock->Now();
  ASSIGN_OR_RETURN(const std::string mail,
                   NoteMail(note, options_.sender, ToText(NewRecordId(now)), now));
  return SendOne(options_.smtp, {1, options_.sender.mailbox, note.mailbox, mail}, kNotePatience)
      .status();
}

absl::StatusOr<v1::Invitation> Invitations::Send(absl::string_view name, absl::string_view who) {
  MutexLock send(&send_mutex_);
  ASSIGN_OR_RETURN(const KeptInvitation kept, store_.Find(name));
  if (jobs_.Of(kept) != nullptr) return Describe(kept);
  RETURN_IF_ERROR(CheckReady(kept));
  RETURN_IF_ERROR(CheckMailServer());
  RETURN_IF_ERROR(CheckNotRecovering());
  ASSIGN_OR_RETURN(const std::string cascade, CascadeOf(kept.name));
  ASSIGN_OR_RETURN(const std::shared_ptr<Job> job, jobs_.Make(kept, cascade, who));
  // Of a cascade it starts by itself, once it is settled who mails whom.
  if (job->row().state() != v1::StoredJob::WAITING) RETURN_IF_ERROR(job->Start(who));
  return Describe(kept);
}

std::shared_ptr<Job> Invitations::JobWithId(const RecordId& id) const { return jobs_.WithId(id); }

absl::StatusOr<std::shared_ptr<Job>> Invitations::FindJob(absl::string_view name) const {
  ASSIGN_OR_RETURN(const KeptInvitation kept, store_.Find(name));
  std::shared_ptr<Job> job = JobOf(kept);
  if (job != nullptr) return job;
  return FailedPrecondition("NOT_SENT", "the invitation has not been sent",
                            "send it with `maillage invitation send`");
}

absl::StatusOr<v1::Invitation> Invitations::Pause(absl::string_view name, absl::string_view who) {
  ASSIGN_OR_RETURN(const std::shared_ptr<Job> job, FindJob(name));
  RETURN_IF_ERROR(job->Pause(who));
  return Get(name);
}

absl::Status Invitations::Recover() { return jobs_.Recover(); }

absl::StatusOr<v1::Invitation> Invitations::Resume(absl::string_view name, absl::string_view who) {
  RETURN_IF_ERROR(CheckNotRecovering());
  ASSIGN_OR_RETURN(const std::shared_ptr<Job> job, FindJob(name));
  RETURN_IF_ERROR(job->Start(who));
  return Get(name);
}

absl::StatusOr<v1::ReportInvitationResponse> Invitations::Report(absl::string_view name) const {
  ASSIGN_OR_RETURN(const std::shared_ptr<Job> job, FindJob(name));
  v1::ReportInvitationResponse report;
  ASSIGN_OR_RETURN(*report.mutable_invitation(), Get(name));
  *report.mutable_progress() = job->progress();
  const LedgerCounts counts = job->counts();
  for (int i = 1; i < v1::AudienceCategory_ARRAYSIZE; ++i) {
    const auto category = static_cast<v1::AudienceCategory>(i);
    if (counts.In(Delivery::kSent, category) == 0) continue;
    v1::CategoryCount* count = report.add_sent_by_category();
    count->set_category(category);
    count->set_count(counts.In(Delivery::kSent, category));
  }
  *report.mutable_exclusions() = job->row().exclusions();
  ASSIGN_OR_RETURN(*report.mutable_replies(),
                   CountReplies(parts_.database->latest(), report.invitation().name()));
  return report;
}

absl::StatusOr<std::vector<v1::RecipientRow>> Invitations::Uncertain(absl::string_view name) const {
  ASSIGN_OR_RETURN(const std::shared_ptr<Job> job, FindJob(name));
  ASSIGN_OR_RETURN(const std::vector<Recipient> uncertain, job->Uncertain());
  std::vector<v1::RecipientRow> rows;
  for (const Recipient& recipient : uncertain) rows.push_back(ToRow(recipient));
  return rows;
}

absl::StatusOr<v1::BroadcastProgress> Invitations::Resolve(
    absl::string_view name, v1::ResolveUncertainRequest::Decision decision, absl::string_view who) {
  ASSIGN_OR_RETURN(const std::shared_ptr<Job> job, FindJob(name));
  if (decision != v1::ResolveUncertainRequest::RESEND &&
      decision != v1::ResolveUncertainRequest::GIVE_UP) {
    return InvalidArgument("BAD_DECISION", "what to do with uncertain recipients is not said",
                           "say --resend or --give-up");
  }
  if (decision == v1::ResolveUncertainRequest::RESEND) RETURN_IF_ERROR(CheckNotRecovering());
  RETURN_IF_ERROR(job->Resolve(decision, who));
  return job->progress();
}

}  // namespace maillage::broadcast
