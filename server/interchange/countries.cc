#include "server/interchange/countries.h"

#include <unicode/locid.h>
#include <unicode/unistr.h>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "server/interchange/fold.h"

namespace maillage::interchange {
namespace {

// From folded name or code to code.
const absl::flat_hash_map<std::string, std::string>& Countries() {
  static const auto* const countries = [] {
    auto* map = new absl::flat_hash_map<std::string, std::string>;
    for (const char* const* code = icu::Locale::getISOCountries(); *code != nullptr; ++code) {
      const icu::Locale country("", *code);
      map->emplace(Fold(*code), *code);
      for (const char* language : {"fr", "en", "de", "nl"}) {
        icu::UnicodeString name;
        std::string utf8;
        country.getDisplayCountry(icu::Locale(language), name).toUTF8String(utf8);
        map->emplace(Fold(utf8), *code);
      }
    }
    for (const char* code : {"FR", "GP", "MQ", "GF", "RE", "YT"}) {
      for (auto& [name, known] : *map) {
        if (known == code) known.clear();
      }
    }
    return map;
  }();
  return *countries;
}

}  // namespace

std::optional<std::string> CountryCode(absl::string_view clean) {
  const auto found = Countries().find(Fold(clean));
  if (found == Countries().end()) return std::nullopt;
  return found->second;
}

}  // namespace maillage::interchange
