#include "server/identity/words.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/identity/crypto.h"

namespace maillage::identity {

// clang-format off
const std::array<absl::string_view, 256> kWords = {
    "abeille", "abri", "acier", "aigle", "alpage", "amande", "ananas", "ancre", "anneau", "ardoise",
    "argent", "atelier", "atlas", "aube", "avion", "bague", "balcon", "banane", "banjo", "bassin",
    "bateau", "berger", "beurre", "bijou", "billet", "biscuit", "bison", "blason", "bleu", "bois",
    "bonnet", "bosquet", "botte", "bougie", "bouton", "branche", "bronze", "brosse", "brume",
    "buisson", "cacao", "cadeau", "caisse", "calme", "canal", "canard", "carafe", "carnet",
    "carotte", "carte", "casque", "castor", "ceinture", "cerise", "chaise", "chalet", "champ",
    "chanson", "charbon", "chat", "chemin", "chemise", "cheval", "chien", "chocolat", "cidre",
    "ciseaux", "citron", "clairon", "cloche", "clou", "coffre", "colline", "comptoir", "concert",
    "copain", "coquille", "corde", "costume", "coton", "couloir", "courge", "couteau", "crabe",
    "crayon", "cuisine", "cuivre", "cycle", "cygne", "danse", "dauphin", "dimanche", "disque",
    "docteur", "domino", "dortoir", "dragon", "drapeau", "eclair", "ecole", "ecureuil", "elephant",
    "enfant", "epaule", "epice", "escargot", "estrade", "etoile", "facteur", "falaise", "famille",
    "fanfare", "farine", "fauteuil", "fenouil", "ferme", "festin", "feuille", "filet", "flamme",
    "fleuve", "flocon", "fontaine", "forge", "fougere", "fourmi", "fraise", "fromage", "fusain",
    "galerie", "gant", "garage", "gazelle", "genou", "girafe", "gomme", "gorille", "goutte",
    "grange", "grenier", "grotte", "guitare", "hamac", "hameau", "haricot", "herbe", "herisson",
    "hiver", "horloge", "hublot", "jambon", "jardin", "javelot", "jeudi", "jockey", "jouet",
    "jumelle", "kayak", "kiosque", "koala", "laine", "lampe", "lapin", "legume", "lettre", "levure",
    "libraire", "licorne", "lierre", "limonade", "loupe", "lundi", "lutin", "machine", "magasin",
    "maison", "marron", "matelot", "melon", "miel", "mimosa", "miroir", "moineau", "moulin",
    "musique", "navire", "neige", "nougat", "nuage", "oasis", "olive", "ombre", "orage", "panda",
    "papillon", "parasol", "parfum", "patate", "pelican", "perle", "phare", "piano", "pigeon",
    "pinceau", "pirate", "platane", "plume", "poireau", "pompier", "poney", "poule", "prairie",
    "prune", "pupitre", "quartz", "radis", "renard", "requin", "riviere", "robinet", "rocher",
    "rondin", "rosier", "ruban", "sabot", "safran", "salade", "samedi", "sardine", "sentier",
    "sifflet", "singe", "sirop", "soldat", "soleil", "stylo", "tabouret", "tambour", "tapis",
    "taureau", "tilleul", "tomate", "tortue", "toupie", "train", "tulipe", "valise", "vanille",
    "velours", "vendredi", "village", "violon", "voile", "wagon", "yaourt", "zebre",
};
// clang-format on

std::string CheckWords(absl::string_view root_public_key, absl::string_view other_root_public_key) {
  const auto [smaller, larger] = std::minmax(root_public_key, other_root_public_key);
  const std::string hash = Sha256(InDomain("check-words", absl::StrCat(smaller, larger)));
  std::string words;
  for (int i = 0; i < 6; ++i) {
    absl::StrAppend(&words, i == 0 ? "" : " ", kWords[static_cast<unsigned char>(hash[i])]);
  }
  return words;
}

}  // namespace maillage::identity
