#include "server/interchange/place_names.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/interchange/fold.h"

namespace maillage::interchange {
namespace {

// The communes in H before whose name "de" is not cut, by the first letters of the
// folded name; "$" is its end. From the typeLiaison of the official table.
constexpr absl::string_view kAspirated =
    "hautecl|hauteville$|hauteville la|hauteville sur m|hauterive$|hautero|hautes |"
    "hautefage$|hautefont|haute g|haute a|haute k|haute v|haute e|haute r|haut v|haut b|"
    "haut l|haut du|hauti|hauts|hautt|hautb|hautot le|hautot sur s|haudiv|haulm|hauli|"
    "hauv|hausg|hauba|hannap|hannog|hannon|hanv|hans|han |hangv|hangen|hanga|hand|happe|"
    "haraucourt$|harcy|hargn|hartm|hary|harri|hardinv|hardang|harv|hars|hagni|haget$|"
    "hagenb|hagent|haged|hagu|ham |hamp|hamby|hambe|hamba|hamele|hames|hamm|hamo|ham$|"
    "hayb|haim|haille|hach|habs|halloy$|halles|hatten$|hattm|hatts|hada|hae|hina|hind|"
    "hins|hirsc|hirsi|hirt|hierg|hierm|hiesv|hilse|hib|hii|hit|hip|holn|holq|holt|hombo|"
    "homp|hommer|homma|houry|hourg|hourc|housset|houssen|houssa|houdi|houdan$|hould|"
    "houlg|houle|houll|houet|houey|houville e|houpp|houq|honf|hondo|honda|hong|hons|hon |"
    "hot|hoste$|horno|horg|horb|hocquig|hoch|hoy|hodenc|hodeng|hof|hoh|herbit|herbs|"
    "herpo|hermiv|hermes|herra|herrl|heres|herce|herly|heudicourt |heuq|heugu|henans|"
    "henon$|henv|heng|hemeve|hem$|hem |hecm|hech|heck|hede|hellev|helfr|heilles|heili|"
    "heid|heim|heit|heiw|hessen|hesi|hesc|hette|heg|hurtig|humes|hua|hues|huel|huisn|"
    "huille|huir|husse|hunds|huns|huna|huni|hut|hugl|hyem|hyet|h |";

bool IsAspirated(absl::string_view folded) {
  const std::string ended = absl::StrCat(folded, "$");
  for (absl::string_view prefix : absl::StrSplit(kAspirated, '|', absl::SkipEmpty())) {
    if (absl::StartsWith(ended, prefix)) return true;
  }
  return false;
}

bool TakesElision(absl::string_view name) {
  const std::string folded = Fold(name);
  if (folded.empty()) return false;
  if (folded[0] == 'h') return !IsAspirated(folded);
  return absl::StrContains("aeiouy", folded[0]);
}

}  // namespace

std::string OfCommune(absl::string_view name) {
  const auto rest = [name](size_t n) { return name.substr(n); };
  if (absl::StartsWith(name, "Le ")) return absl::StrCat("Commune du ", rest(3));
  if (absl::StartsWith(name, "Les ")) return absl::StrCat("Commune des ", rest(4));
  return absl::StrCat(TakesElision(name) ? "Commune d'" : "Commune de ", name);
}

std::string OfDepartementOrRegion(absl::string_view name) {
  static constexpr absl::string_view kMasculine =
      "|calvados|cantal|cher|doubs|finistere|gard|gers|jura|loir et cher|loiret|lot|lot et garonne|"
      "morbihan|nord|pas de calais|puy de dome|bas rhin|haut rhin|rhone|tarn|tarn et garonne|var|"
      "vaucluse|territoire de belfort|val de marne|val d oise|centre val de loire|grand est|";
  static constexpr absl::string_view kPlural =
      "|alpes de haute provence|hautes alpes|alpes maritimes|ardennes|bouches du rhone|"
      "cotes d armor|landes|pyrenees atlantiques|hautes pyrenees|pyrenees orientales|yvelines|"
      "deux sevres|vosges|hauts de seine|hauts de france|pays de la loire|";
  static constexpr absl::string_view kBare =
      "|maine et loire|meurthe et moselle|saone et loire|paris|seine et marne|la reunion|mayotte|"
      "eure et loir|ille et vilaine|indre et loire|bourgogne franche comte|normandie|bretagne|"
      "provence alpes cote d azur|corse|ile de france|occitanie|auvergne rhone alpes|"
      "saint pierre et miquelon|saint barthelemy|saint martin|polynesie francaise|"
      "nouvelle caledonie|wallis et futuna|";
  const std::string key = absl::StrCat("|", Fold(name), "|");
  const bool elision = TakesElision(name);
  if (absl::StrContains(kMasculine, key)) return absl::StrCat("du ", name);
  if (absl::StrContains(kPlural, key)) return absl::StrCat("des ", name);
  if (absl::StrContains(kBare, key)) return absl::StrCat(elision ? "d'" : "de ", name);
  return absl::StrCat(elision ? "de l'" : "de la ", name);
}

}  // namespace maillage::interchange
