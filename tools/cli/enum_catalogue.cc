// What the values of the protocol's enums, and the reasons among them, are called.
#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "tools/cli/locale.h"

namespace maillage::cli {
namespace {

struct EnumPhrase {
  const char* value;  // without its package; nested ones with their message
  const char* english;
  const char* french;
};

constexpr EnumPhrase kEnumPhrases[] = {
    {"ACTOR_KIND_PERSON", "person", "personne"},
    {"ACTOR_KIND_ORGANISATION", "organisation", "organisation"},
    {"AUDIENCE_CATEGORY_INSTITUTION", "institution", "institution"},
    {"AUDIENCE_CATEGORY_ELECTED_OFFICIAL", "elected official", "élu"},
    {"AUDIENCE_CATEGORY_PROFESSIONAL", "professional", "professionnel"},
    {"AUDIENCE_CATEGORY_ASSOCIATION", "association", "association"},
    {"AUDIENCE_CATEGORY_COMPANY", "company", "entreprise"},
    {"AUDIENCE_CATEGORY_CITIZEN", "citizen", "citoyen"},
    {"ORGANISATION_TYPE_INSTITUTION", "institution", "institution"},
    {"ORGANISATION_TYPE_ASSOCIATION", "association", "association"},
    {"ORGANISATION_TYPE_COMPANY", "company", "entreprise"},
    {"MEMBERSHIP_TYPE_MANDATE", "mandate", "mandat"},
    {"MEMBERSHIP_TYPE_EMPLOYMENT", "employment", "emploi"},
    {"MEMBERSHIP_TYPE_BOARD", "board", "bureau"},
    {"MEMBERSHIP_TYPE_MEMBER", "member", "membre"},
    {"MEMBERSHIP_TYPE_CITIZENS_COUNCIL", "citizens' council", "conseil citoyen"},
    {"LEGAL_BASIS_PUBLIC_TASK", "public task", "mission d'intérêt public"},
    {"LEGAL_BASIS_CONSENT", "consent", "consentement"},
    {"LEGAL_BASIS_CONTRACT", "contract", "contrat"},
    {"LEGAL_BASIS_LEGAL_OBLIGATION", "legal obligation", "obligation légale"},
    {"NOTICE_STATE_GIVEN", "told", "informé"},
    {"NOTICE_STATE_EXEMPT", "need not be told", "dispensé d'information"},
    {"VIEW_CARD", "card", "fiche simple"},
    {"VIEW_PROFESSIONAL", "professional", "professionnelle"},
    {"VIEW_FULL", "full", "complète"},
    {"TERRITORY_LEVEL_QPV", "priority neighbourhood", "quartier prioritaire"},
    {"TERRITORY_LEVEL_COMMUNE", "commune", "commune"},
    {"TERRITORY_LEVEL_EPCI", "intercommunality", "intercommunalité"},
    {"TERRITORY_LEVEL_ARRONDISSEMENT", "arrondissement", "arrondissement"},
    {"TERRITORY_LEVEL_DEPARTEMENT", "department", "département"},
    {"TERRITORY_LEVEL_REGION", "region", "région"},
    {"ImportProblem.NOTE", "noted", "noté"},
    {"ImportProblem.FLAGGED", "flagged", "signalé"},
    {"ImportProblem.REFUSED", "refused", "refusé"},
    {"ROLE_READER", "reader", "lecteur"},
    {"ROLE_EDITOR", "editor", "éditeur"},
    {"ROLE_SENDER", "sender", "expéditeur"},
    {"ROLE_ADMIN", "admin", "administrateur"},
    {"SHARE_EFFECT_ENTER", "enters", "entre"},
    {"SHARE_EFFECT_LEAVE", "leaves", "sort"},
    {"SHARE_EFFECT_WIDEN", "shows more", "montre plus"},
    {"SHARE_EFFECT_NARROW", "shows less", "montre moins"},
    {"SUGGESTION_STATE_SENT", "sent", "envoyée"},
    {"SUGGESTION_STATE_OPEN", "to decide", "à décider"},
    {"SUGGESTION_STATE_ACCEPTED", "accepted", "acceptée"},
    {"SUGGESTION_STATE_REFUSED", "refused", "refusée"},
    {"Partnership.PENDING", "to accept", "à accepter"},
    {"Partnership.ACCEPTED", "accepted", "accepté"},
    {"Partnership.COORDINATED", "coordinated here", "coordonné ici"},
    {"ShareStatus.PUBLISHED", "published", "publié"},
    {"ShareStatus.OFFERED", "offered", "offert"},
    {"ShareStatus.ARRIVING", "arriving", "en arrivée"},
    {"ShareStatus.COMPLETE", "complete", "complet"},
    {"ShareStatus.STALE", "stale", "périmé"},
    {"ShareCheck.GOOD", "good", "en ordre"},
    {"ShareCheck.DAMAGED", "damaged", "abîmé"},
    {"ShareCheck.REPAIRED", "repaired", "réparé"},
    {"ShareCheck.UNREPAIRED", "not repaired", "non réparé"},
    {"ShareStatus.QUARANTINED", "quarantined", "en quarantaine"},
    {"ShareStatus.FROZEN", "frozen", "gelé"},
    {"ShareStatus.RECOVERING", "recovering", "en reprise"},
    {"LetterBatch.PREPARING", "being prepared", "en préparation"},
    {"LetterBatch.PREPARED", "to post", "à poster"},
    {"LetterBatch.POSTED", "posted", "posté"},
    {"Invitation.DRAFT", "draft", "brouillon"},
    {"Invitation.READY", "ready", "prête"},
    {"Invitation.SENDING", "sending", "envoi en cours"},
    {"Invitation.PAUSED", "paused", "suspendue"},
    {"Invitation.SENT", "sent", "envoyée"},
    {"Invitation.AWAITING_COSIGNATURE", "to be co-signed", "à cosigner"},
    {"Invitation.COSIGNED", "co-signed", "cosignée"},
    {"CascadeNode.ASKED", "asked", "sollicité"},
    {"CascadeNode.CLAIMED", "said whom it knows", "a dit qui il connaît"},
    {"CascadeNode.GRANTED", "carries it", "la porte"},
    {"CascadeNode.DECLINED", "declined", "a décliné"},
    {"InvitationOffer.ASKED", "to decide", "à décider"},
    {"InvitationOffer.ACCEPTED", "accepted", "acceptée"},
    {"InvitationOffer.DECLINED", "declined", "déclinée"},
    {"Invitation.OFFERED", "offered", "proposée"},
    {"Invitation.WAITING", "waits for partners", "attend les partenaires"},
    {"DELIVERY_STATE_PENDING", "pending", "à envoyer"},
    {"DELIVERY_STATE_DOT", "in flight", "en vol"},
    {"DELIVERY_STATE_SENT", "sent", "envoyé"},
    {"DELIVERY_STATE_DEFERRED", "deferred", "différé"},
    {"DELIVERY_STATE_BOUNCED", "bounced", "refusé"},
    {"DELIVERY_STATE_SUPPRESSED", "left out", "écarté"},
    {"DELIVERY_STATE_UNCERTAIN", "uncertain", "incertain"},
    {"REPLY_ANSWER_YES", "comes", "vient"},
    {"REPLY_ANSWER_NO", "does not come", "ne vient pas"},
    {"REPLY_ANSWER_DELEGATE", "sends somebody", "envoie quelqu'un"},
    {"REPLY_STANDING_SEATED", "has a seat", "a sa place"},
    {"REPLY_STANDING_WAITING", "waits", "en attente"},
    {"REPLY_NEED_WHEELCHAIR", "wheelchair access", "accès en fauteuil roulant"},
    {"REPLY_NEED_SIGN_LANGUAGE", "sign language", "langue des signes"},
    {"REPLY_NEED_HEARING_LOOP", "induction loop", "boucle magnétique"},
    {"REPLY_NEED_LARGE_PRINT", "large print", "gros caractères"},
    {"REPLY_NEED_VEGETARIAN_MEAL", "vegetarian meal", "repas végétarien"},
    {"REPLY_CHANNEL_PAGE", "its page", "sa page"},
    {"REPLY_CHANNEL_OFFICER", "an officer", "un agent"},
    {"REPLY_CHANNEL_REGISTRATION", "registration", "inscription"},
    {"REPLY_CHANNEL_PARTNER", "a partner", "un partenaire"},
    {"REPLY_STANDING_ASKED", "asked for", "demandée"},
    {"NO_EMAIL", "no e-mail address", "sans adresse électronique"},
    {"HELD_BACK_RESTRICTED", "processing restricted (RGPD, article 18)",
     "traitement limité (RGPD, article 18)"},
    {"HELD_BACK_OBJECTION", "objected to all (RGPD, article 21)",
     "opposé à tout traitement (RGPD, article 21)"},
    {"HELD_BACK_NOTICE", "not told yet (RGPD, articles 13 and 14)",
     "pas encore informé (RGPD, articles 13 et 14)"},
    {"HELD_BACK_CITIZEN", "citizens, whom the filter does not name",
     "citoyens, que le filtre ne nomme pas"},
    {"OBJECTED", "objected (RGPD, article 21)", "opposé (RGPD, article 21)"},
    {"DUPLICATE_ADDRESS", "address shared with another", "adresse partagée avec un autre"},
    {"RESTRICTED", "processing restricted", "traitement limité"},
    {"INVALID_ADDRESS", "invalid address", "adresse invalide"},
};

}  // namespace

absl::string_view EnumText(Language language, absl::string_view value) {
  const absl::string_view name = absl::StripPrefix(value, "maillage.v1.");
  if (absl::EndsWith(name, "UNSPECIFIED")) return "";
  const auto* phrase =
      std::find_if(std::begin(kEnumPhrases), std::end(kEnumPhrases),
                   [name](const EnumPhrase& candidate) { return name == candidate.value; });
  if (phrase == std::end(kEnumPhrases)) return name;
  return language == Language::kFrench ? phrase->french : phrase->english;
}

}  // namespace maillage::cli
