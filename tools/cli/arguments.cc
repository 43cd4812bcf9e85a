#include "tools/cli/arguments.h"

#include <google/protobuf/descriptor.h>

#include <CLI/CLI.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::cli {
namespace {

// "AUDIENCE_CATEGORY_", from the name that ends with UNSPECIFIED; else empty.
absl::string_view EnumPrefix(const google::protobuf::EnumDescriptor* type) {
  absl::string_view prefix = type->value(0)->name();
  return absl::ConsumeSuffix(&prefix, "UNSPECIFIED") ? prefix : "";
}

std::vector<std::string> EnumChoices(const google::protobuf::EnumDescriptor* type) {
  std::vector<std::string> choices;
  for (int i = 1; i < type->value_count(); ++i) {
    const absl::string_view name = absl::StripPrefix(type->value(i)->name(), EnumPrefix(type));
    choices.push_back(absl::AsciiStrToLower(name));
  }
  return choices;
}

absl::Duration ParseDuration(const std::string& text) {
  absl::Duration duration;
  double seconds = 0;
  if (absl::SimpleAtod(text, &seconds)) {
    duration = absl::Seconds(seconds);
  } else if (!absl::ParseDuration(text, &duration)) {
    throw CLI::ValidationError(absl::StrCat("'", text, "' is no duration such as 30s or 2m"));
  }
  if (duration <= absl::ZeroDuration()) throw CLI::ValidationError("a duration is above zero");
  return duration;
}

}  // namespace

absl::Status CheckBasisWord(absl::string_view text) {
  std::string word = absl::StrReplaceAll(absl::AsciiStrToLower(text),
                                         {{"-", "_"}, {" ", "_"}, {"é", "e"}, {"ê", "e"}});
  if (!absl::StrContains(word, "legitim") && word != "6.1.f" && word != "f") {
    return absl::OkStatus();
  }
  return InvalidArgument(
      "BAD_CHOICE",
      absl::StrCat("'", text,
                   "' is no basis of public authorities: RGPD art. 6.1, point (f) 'shall not apply "
                   "to processing carried out by public authorities in the performance of their "
                   "tasks'"),
      "take public_task (6.1.e) for what is their task, else consent, contract, legal_obligation");
}

absl::StatusOr<int> ParseEnum(const google::protobuf::EnumDescriptor* type,
                              absl::string_view text) {
  const std::string name = absl::StrReplaceAll(absl::AsciiStrToUpper(text), {{"-", "_"}});
  const auto* value = type->FindValueByName(absl::StrCat(EnumPrefix(type), name));
  if (value == nullptr || value->number() == 0) {
    if (type->name() == "LegalBasis") RETURN_IF_ERROR(CheckBasisWord(text));
    return InvalidArgument("BAD_CHOICE", absl::StrCat("'", text, "' is none of ",
                                                      absl::StrJoin(EnumChoices(type), ", ")));
  }
  return value->number();
}

std::string Arguments::Help(const char* english) const {
  return std::string(Translate(language_, english));
}

void Arguments::Flag(const char* name, bool* value, const char* help) {
  app_->add_flag(name, *value, Help(help));
}

void Arguments::Text(const char* name, std::string* value, const char* placeholder,
                     const char* help, Need need) {
  app_->add_option(name, *value, Help(help))
      ->type_name(placeholder)
      ->required(need == Need::kRequired);
}

void Arguments::Texts(const char* name, std::vector<std::string>* values, const char* placeholder,
                      const char* help, Need need, Each each) {
  auto* option = app_->add_option(name, *values, Help(help));
  option->type_name(placeholder)->required(need == Need::kRequired);
  // An option must not swallow the positional arguments behind it.
  if (*name == '-' && each == Each::kOne) option->allow_extra_args(false);
}

void Arguments::Note(const char* label, const std::string& text) {
  app_->footer(absl::StrCat(Help(label), ": ", text, "\n\n", app_->get_footer()));
}

void Arguments::Number(const char* name, int64_t* value, const char* help) {
  app_->add_option(name, *value, Help(help))
      ->type_name("N")
      ->check(CLI::Validator(CLI::NonNegativeNumber).description(""));
}

void Arguments::Duration(const char* name, absl::Duration* value, const char* help) {
  app_->add_option_function<std::string>(
          name, [value](const std::string& text) { *value = ParseDuration(text); }, Help(help))
      ->type_name("TIME");
}

void Arguments::ChoiceOf(const char* name, const google::protobuf::EnumDescriptor* type,
                         const std::function<void(int)>& set, const char* help, Need need,
                         const char* zero) {
  std::vector<std::string> choices = EnumChoices(type);
  if (*zero != '\0') choices.insert(choices.begin(), zero);
  const std::string zero_name = zero;
  app_->add_option_function<std::string>(
          name,
          [type, set, zero_name](const std::string& text) {
            if (!zero_name.empty() && text == zero_name) return set(0);
            const absl::StatusOr<int> number = ParseEnum(type, text);
            if (!number.ok()) throw CLI::ValidationError(std::string(number.status().message()));
            set(*number);
          },
          Help(help))
      ->type_name(absl::StrJoin(choices, "|"))
      ->required(need == Need::kRequired);
}

}  // namespace maillage::cli
