#include "tools/commands/commands.h"

#include <iterator>

namespace maillage::cli {
namespace {

constexpr CommandEntry kCommands[] = {
    {"node", "The node itself", nullptr},
    {"node init", "Makes a node: its home, keys and configuration", &NewNodeInit},
    {"node status", "Says how the node stands", &NewNodeStatus},
    {"node backup", "Makes a backup of the node", &NewNodeBackup},
    {"node restore", "Puts a backup in the place of a stopped node's database", &NewNodeRestore},
    {"node recover", "Shows a recovery, or ends it", &NewNodeRecover},
    {"node rotate", "Replaces a key of the node", &NewNodeRotate},
    {"node close", "Closes the node for good and names its heir", &NewNodeClose},
    {"succession", "Closed partners whose heir this node is", nullptr},
    {"succession list", "Lists closed partners whose heir this node is", &NewSuccessionList},
    {"succession accept", "Makes own actors of those of a closed partner", &NewSuccessionAccept},
    {"territory", "The official territories", nullptr},
    {"territory list", "Lists territories", &NewTerritoryList},
    {"territory show", "Shows a territory", &NewTerritoryShow},
    {"actor", "Persons and organisations", nullptr},
    {"actor import", "Imports a file of contacts", &NewActorImport},
    {"actor list", "Lists actors in alphabetical order", &NewActorList},
    {"actor count", "Counts actors by origin and category", &NewActorCount},
    {"actor get", "Shows an actor", &NewActorGet},
    {"actor create", "Creates an actor", &NewActorCreate},
    {"actor update", "Changes an actor of this node", &NewActorUpdate},
    {"actor delete", "Deletes an actor of this node", &NewActorDelete},
    {"actor erase", "Erases an actor of this node everywhere", &NewActorErase},
    {"erasure", "Who was erased, and where it is done", nullptr},
    {"erasure list", "Lists erasures and how they stand", &NewErasureList},
    {"erasure show", "Says member by member how an erasure stands", &NewErasureShow},
    {"suggestion", "Changes proposed to the origin of a record", nullptr},
    {"suggestion make", "Proposes a change of a partner's actor", &NewSuggestionMake},
    {"suggestion list", "Lists suggestions, made here and received", &NewSuggestionList},
    {"suggestion accept", "Changes the actor as proposed", &NewSuggestionAccept},
    {"suggestion refuse", "Leaves the actor as it is", &NewSuggestionRefuse},
    {"partner", "The nodes this one is paired with", nullptr},
    {"partner invite", "Makes a token by which a partner can pair", &NewPartnerInvite},
    {"partner accept", "Pairs with the node that made a token", &NewPartnerAccept},
    {"partner list", "Lists partners", &NewPartnerList},
    {"partner show", "Shows a partner", &NewPartnerShow},
    {"partner remove", "Ends a partnership", &NewPartnerRemove},
    {"partnership", "Agreements whose members are all partners", nullptr},
    {"partnership create", "Makes a partnership that this node coordinates", &NewPartnershipCreate},
    {"partnership add", "Adds a partner to a partnership", &NewPartnershipAdd},
    {"partnership remove", "Removes a member from a partnership", &NewPartnershipRemove},
    {"partnership list", "Lists partnerships, also those to accept", &NewPartnershipList},
    {"partnership accept", "Pairs with all members of a partnership", &NewPartnershipAccept},
    {"partnership leave", "Leaves a partnership", &NewPartnershipLeave},
    {"share", "What partners may see", nullptr},
    {"share create", "Creates a share for partners", &NewShareCreate},
    {"share list", "Lists own shares and those on offer", &NewShareList},
    {"share show", "Shows a share", &NewShareShow},
    {"share preview", "Says who would see what after a change", &NewSharePreview},
    {"share update", "Changes the terms of an own share", &NewShareUpdate},
    {"share delete", "Deletes an own share", &NewShareDelete},
    {"share subscribe", "Subscribes to a partner's share", &NewShareSubscribe},
    {"share unsubscribe", "Ends a subscription and drops its records", &NewShareUnsubscribe},
    {"sync", "How shares stand with partners", nullptr},
    {"sync status", "Says how every share stands", &NewSyncStatus},
    {"sync verify", "Recounts every share from its rows", &NewSyncVerify},
    {"sync wait", "Waits until all is in sync", &NewSyncWait},
    {"invitation", "Invitations and their sending", nullptr},
    {"invitation create", "Creates an invitation from a file", &NewInvitationCreate},
    {"invitation list", "Lists invitations", &NewInvitationList},
    {"invitation show", "Shows an invitation", &NewInvitationShow},
    {"invitation preview", "Shows the mail and who would get it", &NewInvitationPreview},
    {"invitation test", "Sends one copy as a test", &NewInvitationTest},
    {"invitation cosign", "Co-signs a partner's invitation", &NewInvitationCosign},
    {"invitation send", "Starts sending", &NewInvitationSend},
    {"invitation pause", "Pauses the sending", &NewInvitationPause},
    {"invitation resume", "Goes on with a paused sending", &NewInvitationResume},
    {"invitation watch", "Follows the sending", &NewInvitationWatch},
    {"invitation report", "Counts by state, category and exclusion", &NewInvitationReport},
    {"invitation letters", "Prints letters for those without e-mail", &NewInvitationLetters},
    {"invitation uncertain", "Lists or settles uncertain recipients", &NewInvitationUncertain},
    {"reply", "Replies to invitations", nullptr},
    {"reply list", "Lists who comes, who waits, who does not", &NewReplyList},
    {"reply add", "Adds a reply that came by phone, mail or letter", &NewReplyAdd},
    {"reply export", "Writes replies to a CSV file for spreadsheets", &NewReplyExport},
    {"operator", "People and programs that may use the node", nullptr},
    {"operator add", "Adds an operator and writes its certificate and key", &NewOperatorAdd},
    {"operator list", "Lists operators", &NewOperatorList},
    {"operator remove", "Removes an operator", &NewOperatorRemove},
    {"version", "Prints the version", &NewVersion},
};

}  // namespace

const std::vector<CommandEntry>& AllCommands() {
  static const auto& commands =
      *new std::vector<CommandEntry>(std::begin(kCommands), std::end(kCommands));
  return commands;
}

}  // namespace maillage::cli
