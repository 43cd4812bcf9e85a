#include "server/directory/collation.h"

#include <unicode/coll.h>
#include <unicode/unistr.h>

#include <memory>

namespace maillage::directory {
namespace {

// One a thread: a collator is not promised to be shareable.
icu::Collator* FrenchCollator() {
  thread_local const std::unique_ptr<icu::Collator> collator = [] {
    UErrorCode error = U_ZERO_ERROR;
    return std::unique_ptr<icu::Collator>(
        icu::Collator::createInstance(icu::Locale::getFrench(), error));
  }();
  return collator.get();
}

}  // namespace

std::string CollationKey(absl::string_view utf8) {
  const auto text = icu::UnicodeString::fromUTF8(
      icu::StringPiece(utf8.data(), static_cast<int32_t>(utf8.size())));
  std::string key(text.length() * 4 + 16, '\0');
  auto* bytes = reinterpret_cast<uint8_t*>(key.data());
  int32_t size = FrenchCollator()->getSortKey(text, bytes, static_cast<int32_t>(key.size()));
  if (size > static_cast<int32_t>(key.size())) {
    key.resize(size);
    size = FrenchCollator()->getSortKey(text, reinterpret_cast<uint8_t*>(key.data()), size);
  }
  key.resize(size > 0 ? size - 1 : 0);  // without the closing zero
  return key;
}

}  // namespace maillage::directory
