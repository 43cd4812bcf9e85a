#include "tools/datagen/people.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "server/interchange/fold.h"

namespace maillage::datagen {
namespace {

constexpr absl::string_view kWomen[] = {
    "Adèle",     "Agathe",   "Agnès",       "Alice",     "Aline",     "Amélie",    "Anaïs",
    "Andréa",    "Anne",     "Annie",       "Apolline",  "Audrey",    "Aurore",    "Béatrice",
    "Bénédicte", "Brigitte", "Camille",     "Carine",    "Caroline",  "Céline",    "Chantal",
    "Charlotte", "Chloé",    "Clémence",    "Colette",   "Corinne",   "Delphine",  "Denise",
    "Dorothée",  "Édith",    "Éléonore",    "Élise",     "Élodie",    "Émilie",    "Estelle",
    "Fatima",    "Flavie",   "Florence",    "Françoise", "Gaëlle",    "Geneviève", "Ghislaine",
    "Godelieve", "Hélène",   "Héloïse",     "Inès",      "Isabelle",  "Jeanne",    "Joëlle",
    "Josiane",   "Julie",    "Karima",      "Laëtitia",  "Laure",     "Léa",       "Léonie",
    "Line",      "Lise",     "Louise",      "Lucie",     "Madeleine", "Maïté",     "Maïwenn",
    "Manon",     "Margaux",  "Marie-Paule", "Marion",    "Mathilde",  "Mélanie",   "Mireille",
    "Monique",   "Myriam",   "Nadège",      "Naïma",     "Noémie",    "Océane",    "Odile",
    "Pauline",   "Perrine",  "Régine",      "Roselyne",  "Sabine",    "Salomé",    "Sandrine",
    "Sarah",     "Solène",   "Sophie",      "Sylvie",    "Thérèse",   "Valérie",   "Véronique",
    "Yasmine",   "Yolande",  "Zélie",       "Zoé"};
constexpr absl::string_view kMen[] = {
    "Adrien",    "Alain",     "Albert",     "Alexis",    "André",   "Antoine",  "Arnaud",
    "Arthur",    "Aurélien",  "Baptiste",   "Bastien",   "Benoît",  "Bernard",  "Bruno",
    "Cédric",    "Christian", "Christophe", "Clément",   "Cyril",   "Damien",   "Daniel",
    "David",     "Denis",     "Didier",     "Dominique", "Édouard", "Émile",    "Éric",
    "Étienne",   "Fabien",    "Fabrice",    "Félicien",  "Florent", "Franck",   "François",
    "Frédéric",  "Gaël",      "Gautier",    "Gérard",    "Gilles",  "Grégory",  "Guy",
    "Hervé",     "Hugo",      "Ismaël",     "Jacky",     "Jacques", "Jean-Luc", "Jean-Marie",
    "Jean-Noël", "Jérémie",   "Jérôme",     "Joël",      "José",    "Julien",   "Karim",
    "Kévin",     "Laurent",   "Léon",       "Loïc",      "Luc",     "Ludovic",  "Marc",
    "Marcel",    "Mathieu",   "Maurice",    "Maxime",    "Michaël", "Michel",   "Mohamed",
    "Nicolas",   "Noël",      "Olivier",    "Pascal",    "Patrice", "Paul",     "Philippe",
    "Pierre",    "Quentin",   "Raphaël",    "Raymond",   "Régis",   "Rémi",     "René",
    "Robert",    "Romain",    "Samuel",     "Sébastien", "Serge",   "Simon",    "Stéphane",
    "Sylvain",   "Théo",      "Thierry",    "Thomas",    "Tristan", "Valentin", "Victor",
    "Vincent",   "Xavier",    "Yann",       "Yves"};
// Syllables of northern and Flemish family names: none is taken from a list of
// people.
constexpr absl::string_view kStems[] = {
    "Ber",  "Boul", "Brœ",  "Cau",  "Clai",  "Cou",  "Croix", "Dam",  "Del",  "Den",  "Desmo",
    "Dou",  "Dru",  "Du",   "Fau",  "Flam",  "Four", "Gos",   "Gran", "Guil", "Hau",  "Hen",
    "Hoo",  "Houd", "Lam",  "Lan",  "Lec",   "Lef",  "Lou",   "Maes", "Mar",  "Merl", "Mon",
    "Noël", "Oud",  "Pel",  "Pie",  "Pru",   "Quen", "Ram",   "Rous", "Sal",  "Ségu", "Sten",
    "Tail", "Ther", "Till", "Vanh", "Vasse", "Ver",  "Wæs",   "Wil",  "Zuy"};
constexpr absl::string_view kEndings[] = {
    "aert",   "art",   "aux",   "bécq",   "beke",  "bert",  "brouck", "cart",  "court",
    "deau",   "din",   "ecque", "elandt", "ent",   "ert",   "esse",   "euil",  "èque",
    "ghem",   "gnies", "hove",  "ier",    "in",    "ke",    "laere",  "let",   "lier",
    "maître", "man",   "mez",   "mont",   "nart",  "oit",   "on",     "quet",  "rez",
    "roy",    "saert", "steen", "tier",   "veldt", "ville", "voet",   "waert", "ysse"};
constexpr absl::string_view kPrefixes[] = {"Van ", "Van de ", "Van den ", "de la ", "d'",
                                           "Le ",  "de ",     "De ",      "du "};
constexpr absl::string_view kWays[] = {"rue",   "rue",    "rue",     "place",    "avenue",
                                       "allée", "chemin", "impasse", "boulevard"};
constexpr absl::string_view kPlaces[] = {
    "du Lavoir",    "de l'Écluse",  "des Maraîchers",     "du Moulin",       "de la Fontaine",
    "des Tilleuls", "du Haut-Pont", "de la Cristallerie", "des Faïenciers",  "du Quai",
    "de l'Église",  "des Glacis",   "du Marais",          "de la Brasserie", "des Écoles",
    "du Beffroi",   "de la Gare",   "des Saules",         "du Canal",        "de l'Abbaye"};

bool IsVowel(absl::string_view utf8) {
  const std::string folded = interchange::Fold(utf8.substr(0, 2));
  return !folded.empty() && absl::StrContains("aeiouyh", folded[0]);
}

std::string InventFamily(Dice* dice) {
  std::string stem = absl::StrCat(dice->Pick(kStems), dice->Pick(kEndings));
  if (dice->Throw(6) != 0) return stem;
  const absl::string_view prefix = dice->Pick(kPrefixes);
  if (prefix == "d'" && !IsVowel(stem)) return absl::StrCat("de ", stem);
  return absl::StrCat(prefix, stem);
}

std::string Grouped(Dice* dice, const std::string& digits) {
  const auto pair = [&](size_t i) { return digits.substr(2 * i, 2); };
  static constexpr absl::string_view kGaps[] = {" ", " ", " ", ".", "", "-"};
  const absl::string_view gap = dice->Pick(kGaps);
  std::string text = pair(0);
  for (size_t i = 1; i < 5; ++i) absl::StrAppend(&text, gap, pair(i));
  return text;
}

}  // namespace

Dice::Dice(uint64_t seed, absl::string_view stream, uint64_t number) : state_(seed) {
  for (const char c : stream) state_ = Next() ^ static_cast<unsigned char>(c);
  // Twice, so that the throws of one number are not those of the next, shifted.
  state_ = Next() ^ number;
  state_ = Next();
}

// SplitMix64, which is in the public domain.
uint64_t Dice::Next() {
  uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

uint64_t Dice::Throw(uint64_t sides) { return Next() % sides; }

Person InventPerson(Dice* dice) {
  Person person;
  person.woman = dice->Throw(2) == 0;
  person.given = std::string(person.woman ? dice->Pick(kWomen) : dice->Pick(kMen));
  person.family = InventFamily(dice);
  if (dice->Throw(20) == 0) absl::StrAppend(&person.family, "-", InventFamily(dice));
  return person;
}

std::string Slug(absl::string_view name) {
  return absl::StrReplaceAll(interchange::Fold(name), {{" ", "-"}});
}

std::string Mailbox(const Person& person) {
  return absl::StrCat(Slug(person.given), ".", Slug(person.family));
}

std::string Landline(Dice* dice) {
  return Grouped(dice, absl::StrFormat("035301%04d", dice->Throw(10000)));
}

std::string Mobile(Dice* dice) {
  return Grouped(dice, absl::StrFormat("063998%04d", dice->Throw(10000)));
}

std::string Street(Dice* dice) {
  return absl::StrCat(1 + dice->Throw(120), " ", dice->Pick(kWays), " ", dice->Pick(kPlaces));
}

}  // namespace maillage::datagen
