// Declares the arguments of a command. CLI11 does the parsing; its header stays
// out of the commands, which would take seconds each to compile.
#ifndef TOOLS_CLI_ARGUMENTS_H_
#define TOOLS_CLI_ARGUMENTS_H_

#include <google/protobuf/generated_enum_reflection.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tools/cli/locale.h"

namespace CLI {
class App;
}  // namespace CLI

namespace maillage::cli {

enum class Need { kOptional, kRequired };
// How many values one use of an option takes.
enum class Each { kOne, kMany };

// Refuses the words by which people name legitimate interest (RGPD art. 6.1.f), which
// public authorities may not rely on. INVALID_ARGUMENT (BAD_CHOICE).
absl::Status CheckBasisWord(absl::string_view text);

// The number of the enum value that `text` names: the protocol's name without
// its prefix, in any case, with - for _. INVALID_ARGUMENT (BAD_CHOICE) names
// the choices.
absl::StatusOr<int> ParseEnum(const google::protobuf::EnumDescriptor* type, absl::string_view text);

// Names with dashes are options ("--filter", "-f,--file"), others positional.
// Variables must outlive the parsing and keep their value where the argument is
// not given. Help is an English text of the catalogue.
class Arguments {
 public:
  Arguments(CLI::App* app, Language language) : app_(app), language_(language) {}

  void Flag(const char* name, bool* value, const char* help);
  void Text(const char* name, std::string* value, const char* placeholder, const char* help,
            Need need = Need::kOptional);
  // Each use of the option adds one value; with kMany, all that follow it.
  void Texts(const char* name, std::vector<std::string>* values, const char* placeholder,
             const char* help, Need need = Need::kOptional, Each each = Each::kOne);
  // More to say at the end of the help.
  void Note(const char* label, const std::string& text);
  // At least 0.
  void Number(const char* name, int64_t* value, const char* help);
  // "30s", "2m", "1h30m"; a number alone is seconds.
  void Duration(const char* name, absl::Duration* value, const char* help);
  // A value of a protocol enum; `zero` names its UNSPECIFIED, where one may.
  template <typename E>
  void Choice(const char* name, E* value, const char* help, Need need = Need::kOptional,
              const char* zero = "") {
    ChoiceOf(
        name, google::protobuf::GetEnumDescriptor<E>(),
        [value](int number) { *value = static_cast<E>(number); }, help, need, zero);
  }

 private:
  void ChoiceOf(const char* name, const google::protobuf::EnumDescriptor* type,
                const std::function<void(int)>& set, const char* help, Need need, const char* zero);
  std::string Help(const char* english) const;

  CLI::App* const app_;
  const Language language_;
};

}  // namespace maillage::cli

#endif  // TOOLS_CLI_ARGUMENTS_H_
