// What is said of invitations that several nodes carry, in French.
#include "tools/cli/phrase.h"

namespace maillage::cli {
namespace {

constexpr Phrase kPhrases[] = {
    {"Offers an invitation to partners, who each mail their own contacts",
     "Propose une invitation à des partenaires, qui écrivent chacun à leurs contacts"},
    {"Ignores objections that a partner reported in too great a number",
     "Ignore les oppositions qu'un partenaire a signalées en trop grand nombre"},
    {"Invitations that partners offer to this node",
     "Invitations que des partenaires proposent à ce nœud"},
    {"Lists what partners offered", "Liste ce que les partenaires ont proposé"},
    {"Carries a partner's invitation to the people this node knows",
     "Porte l'invitation d'un partenaire aux personnes que ce nœud connaît"},
    {"Carries it not, or no further", "Ne la porte pas, ou pas plus loin"},
    {"Partners, or the members of a share or partnership",
     "Des partenaires, ou les membres d'un partage ou d'un partenariat"},
    {"How long they may take to say whom they know; a day if unset",
     "Le temps qu'ils ont pour dire qui ils connaissent ; un jour s'il n'est pas donné"},
    {"Each says whom it knows; nobody is mailed twice. Go on with: maillage invitation send $0",
     "Chacun dit qui il connaît ; personne n'est écrit deux fois. Pour la suite : maillage "
     "invitation send $0"},
    {"Whose reports are not to be believed", "De qui les signalements ne sont pas crus"},
    {"The issuer does not decide: mails all whom this node knows, though others may mail some "
     "of them too",
     "L'émetteur ne décide pas : écrit à tous ceux que ce nœud connaît, même si d'autres "
     "écrivent aussi à certains"},
    {"This node says whom it knows, and mails those whom the issuer leaves to it. See: maillage "
     "invitation report $0",
     "Ce nœud dit qui il connaît, et écrit à ceux que l'émetteur lui laisse. Voir : maillage "
     "invitation report $0"},
    {"Each waits until it is settled who mails whom. See: maillage invitation report $0",
     "Chacun attend que soit réglé qui écrit à qui. Voir : maillage invitation report $0"},
    {"Only this part: by category, or how each partner stands that carries it",
     "Cette partie seule : par catégorie, ou où en est chaque partenaire qui la porte"},
    {"offer", "proposition d'invitation"},
    {"offers", "propositions d'invitation"},
    {"Knows", "Connaît"},
    {"Mails", "Écrit à"},
    {"Objected", "Opposés"},
    {"To be reviewed", "À examiner"},
    {"Answer until", "Réponse avant"},
    {"Partner", "Partenaire"},
    {"Partners that carry it (their counts are rounded up to multiples of 5)",
     "Partenaires qui la portent (leurs nombres sont arrondis au multiple de 5 supérieur)"},
};

}  // namespace

absl::Span<const Phrase> CascadePhrases() { return kPhrases; }

}  // namespace maillage::cli
