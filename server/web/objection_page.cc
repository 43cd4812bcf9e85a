// The page on which who was written to objects (RGPD art. 21).
#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/filter.h"
#include "server/web/guest.h"
#include "server/web/html.h"
#include "server/web/templates.h"

namespace maillage::web {
namespace {

constexpr char kBy[] = "page";

// Who issued the invitation, as its letter names it.
std::string IssuerOf(const v1::InvitationContent& content) {
  for (const v1::Organiser& organiser : content.organisers()) {
    if (organiser.node() == content.issuer()) return organiser.display_name();
  }
  return content.organisers().empty() ? "" : content.organisers(0).display_name();
}

std::string IssuerScope(const v1::InvitationContent& content) {
  return absl::StrCat("issuer:", ToText(NodeId(content.issuer())));
}

std::string Words(const std::string& scope, const v1::InvitationContent& content,
                  Language language) {
  const bool french = language == Language::kFrench;
  if (scope == "all") {
    return french ? "aucune invitation, de personne, et je ne veux figurer dans aucun annuaire "
                    "partagé"
                  : "any invitation of anybody, nor to be in any shared directory";
  }
  absl::string_view theme = scope;
  if (absl::ConsumePrefix(&theme, "theme:")) {
    return absl::StrCat(french ? "les invitations sur le thème : " : "invitations on the theme: ",
                        theme);
  }
  if (scope != IssuerScope(content)) {
    return french ? "les invitations d'un autre partenaire" : "invitations of another partner";
  }
  return absl::StrCat(french ? "les invitations de : " : "invitations of: ", IssuerOf(content));
}

std::vector<std::string> ScopesFor(const v1::InvitationContent& content) {
  std::vector<std::string> scopes = {IssuerScope(content)};
  const auto filter = directory::Filter::Parse(content.audience_filter(), nullptr);
  if (filter.ok()) {
    for (const std::string& theme : filter->NamedTexts(directory::Field::kTheme)) {
      scopes.push_back(absl::StrCat("theme:", theme));
    }
  }
  scopes.push_back("all");
  return scopes;
}

}  // namespace

absl::Status Site::Object(const Request& request, const Guest& guest) {
  const std::string& mailbox = guest.recipient.mailbox();
  const v1::InvitationContent& content = guest.kept.content;
  if (!request.Form("remove").empty()) {
    // One's own alone: whoever has a token has no say in others'.
    const std::string name = absl::StrCat("objections/", request.Form("remove"));
    ASSIGN_OR_RETURN(const auto own, parts_.objections->List(mailbox));
    const bool mine = std::any_of(own.begin(), own.end(),
                                  [&](const auto& objection) { return objection.name() == name; });
    return mine ? parts_.objections->Remove(name, kBy) : absl::OkStatus();
  }
  std::string scope = request.Form("scope");
  // RFC 8058: the mail program asks, nobody has seen the page.
  if (request.Form("List-Unsubscribe") == "One-Click") scope = IssuerScope(content);
  const std::vector<std::string> scopes = ScopesFor(content);
  if (std::find(scopes.begin(), scopes.end(), scope) == scopes.end()) {
    return InvalidArgument("BAD_SCOPE", "the scope is none of those offered");
  }
  return parts_.objections->Add(mailbox, scope, absl::StrCat("page, ", content.reference()), kBy)
      .status();
}

Page Site::ObjectionPage(const Request& request, const Guest& guest,
                         const absl::Status& refused) const {
  const Language language = LanguageOf(request);
  const v1::InvitationContent& content = guest.kept.content;
  View view = NewView(language);
  AddProblem(refused, language, &view);
  view.set("saved", !request.Query("saved").empty());
  view.set("reply_to", content.reply_to());
  View known(View::type::list);
  const auto objections = parts_.objections->List(guest.recipient.mailbox());
  for (const auto& objection : objections.value_or(std::vector<v1::Objection>())) {
    View one;
    one.set("id", std::string(absl::StripPrefix(objection.name(), "objections/")));
    one.set("words", Words(objection.scope(), content, language));
    known.push_back(one);
  }
  view.set("any", objections.ok() && !objections->empty());
  view.set("objections", known);
  View offered(View::type::list);
  for (const std::string& scope : ScopesFor(content)) {
    View one;
    one.set("id", absl::StrCat("scope-", offered.list_value().size()));
    one.set("value", scope);
    one.set("chosen", scope == IssuerScope(content));
    one.set("words", Words(scope, content, language));
    offered.push_back(one);
  }
  view.set("scopes", offered);
  return HtmlPage(
      {request, language, parts_.institution,
       language == Language::kFrench ? "Ne plus recevoir d'invitations" : "No more invitations",
       refused.ok() ? 200 : 422},
      kObjectionTemplate, view);
}

}  // namespace maillage::web
