#include "tools/cli/run.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/base/error.h"
#include "tools/cli/arguments.h"
#include "tools/cli/context.h"
#include "tools/cli/terminal.h"
#include "tools/cli/text.h"

namespace maillage::cli {
namespace {

constexpr char kUsage[] = "USAGE";

// What may stand before or after any command.
struct GlobalOptions {
  NodeOptions node;
  std::string format = "table";
  std::string lang;
  bool quiet = false;
};

// Help is printed while parsing, so the language is needed before.
Language LanguageOf(const std::vector<std::string>& words) {
  std::string lang;
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--lang" && i + 1 < words.size()) lang = words[i + 1];
    if (absl::StartsWith(words[i], "--lang=")) lang = words[i].substr(7);
  }
  return DetectLanguage(lang);
}

void DeclareGlobals(CLI::App* app, Language language, GlobalOptions* globals) {
  const auto help = [language](const char* text) { return std::string(Translate(language, text)); };
  const auto file = [&](const char* name, std::string* value, const char* text, const char* env) {
    app->add_option(name, *value, help(text))->type_name("FILE")->envname(env);
  };
  app->add_option("--node", globals->node.node, help("The node: unix:PATH or HOST:PORT"))
      ->type_name("ADDR")
      ->envname("MAILLAGE_NODE");
  file("--cert", &globals->node.certificate, "Own certificate, for HOST:PORT", "MAILLAGE_CERT");
  file("--key", &globals->node.key, "Its private key", "MAILLAGE_KEY");
  file("--pin", &globals->node.pin, "The node's certificate, or its SHA-256 in hexadecimal",
       "MAILLAGE_PIN");
  app->add_option("-o,--output", globals->format, help("Form of the result"))
      ->type_name("table|json|csv")
      ->check(CLI::IsMember({"table", "json", "csv"}).description(""));
  app->add_option("--lang", globals->lang, help("Language of what is shown"))
      ->type_name("fr|en")
      ->check(CLI::IsMember({"fr", "en"}).description(""));
  app->add_flag("--quiet", globals->quiet, help("Only the result: no remarks, no progress"));
}

Format FormatOf(const std::string& name) {
  if (name == "json") return Format::kJson;
  return name == "csv" ? Format::kCsv : Format::kTable;
}

// All commands as CLI11 sees them, and the one that was chosen.
class Program {
 public:
  Program(const std::vector<CommandEntry>& entries, Language language) : language_(language) {
    app_.name("maillage");
    app_.description(Help("The directory and the invitations of a node"));
    app_.require_subcommand(1);
    Style(&app_);
    app_.get_help_ptr()->group(Help("Options"));
    DeclareGlobals(&app_, language, &globals_);
    for (const CommandEntry& entry : entries) Add(entry);
  }

  void Parse(std::vector<std::string> words) {
    std::reverse(words.begin(), words.end());  // as CLI11 wants them
    app_.parse(std::move(words));
  }

  Command* chosen() const { return chosen_; }
  const GlobalOptions& globals() const { return globals_; }
  std::string HelpText() const { return app_.help(); }

  // "maillage actor list", as far as the words were understood.
  std::string Understood() const {
    std::string path = app_.get_name();
    for (const CLI::App* app = &app_; !app->get_subcommands().empty();) {
      app = app->get_subcommands()[0];
      absl::StrAppend(&path, " ", app->get_name());
    }
    return path;
  }

  // The first word that nothing was made of; empty where there is none.
  std::string Leftover() const {
    const std::vector<std::string> words = app_.remaining(/*recurse=*/true);
    return words.empty() ? "" : words[0];
  }

  // Whether the words end with a group of commands.
  bool LacksCommand() const {
    const CLI::App* app = &app_;
    while (!app->get_subcommands().empty()) app = app->get_subcommands()[0];
    return app->get_require_subcommand_min() > 0;
  }

 private:
  std::string Help(const char* english) const { return std::string(Translate(language_, english)); }

  void Style(CLI::App* app) const {
    app->set_help_flag("-h,--help", Help("Shows this help"));
    app->fallthrough();
    app->option_defaults()->group(Help("Options"));
    for (const char* label : {"Usage", "Positionals", "SUBCOMMAND", "REQUIRED"}) {
      app->get_formatter()->label(label, Help(label));
    }
    app->get_formatter()->column_width(34);
  }

  void Add(const CommandEntry& entry) {
    const std::string path = entry.path;
    const size_t space = path.find(' ');
    CLI::App* parent = space == std::string::npos ? &app_ : groups_.at(path.substr(0, space));
    CLI::App* app = parent->add_subcommand(path.substr(space + 1), Help(entry.summary));
    app->group(Help("Commands"));
    Style(app);
    if (entry.make == nullptr) {
      app->require_subcommand(1);
      groups_[path] = app;
      return;
    }
    app->footer(Help("Options for any command: maillage --help"));
    commands_.push_back(entry.make());
    Command* command = commands_.back().get();
    Arguments arguments(app, language_);
    command->Declare(&arguments);
    app->final_callback([this, command] { chosen_ = command; });
  }

  const Language language_;
  CLI::App app_;
  GlobalOptions globals_;
  std::map<std::string, CLI::App*> groups_;
  std::vector<std::unique_ptr<Command>> commands_;
  Command* chosen_ = nullptr;
};

// Says of a node that did not answer which one it was, and what may be wrong.
absl::Status Explain(const absl::Status& status, const std::string& address) {
  if (ErrorReason(status) != "NODE_UNREACHABLE") return status;
  absl::string_view path = address;
  if (!absl::ConsumePrefix(&path, "unix:") || access(std::string(path).c_str(), W_OK) == 0) {
    return Annotate(status, address);
  }
  if (errno == EACCES) {
    return Error(absl::StatusCode::kPermissionDenied, "SOCKET_NOT_YOURS",
                 absl::StrCat("you may not open ", path),
                 "Run this as the node's user, or come as an operator: --node HOST:PORT.");
  }
  return Unavailable("NODE_UNREACHABLE", absl::StrCat("no node runs at ", path),
                     "Start it with `maillaged --dir DIR`, or say which one with --node.");
}

int Report(const absl::Status& status, const std::string& address, std::ostream& err) {
  const absl::Status error = Explain(status, address);
  std::string reason = ErrorReason(error);
  if (reason.empty()) reason = absl::StatusCodeToString(error.code());
  err << "error: " << Clean(error.message()) << " (" << Clean(reason) << ")\n";
  if (const std::string mend = ErrorMend(error); !mend.empty()) {
    err << "hint: " << Clean(mend) << "\n";
  }
  return reason == kUsage ? kExitUsage : kExitFailed;
}

OutputOptions OutputOf(const GlobalOptions& globals, Language language, std::ostream& out,
                       std::ostream& err) {
  return {.format = FormatOf(globals.format),
          .locale = {.language = language},
          .quiet = globals.quiet,
          .width = IsTerminal(STDOUT_FILENO) ? TerminalWidth(STDOUT_FILENO) : 0,
          .terminal = IsTerminal(STDERR_FILENO),
          .out = &out,
          .err = &err};
}

}  // namespace

int Run(const std::vector<CommandEntry>& commands, std::vector<std::string> words,
        std::ostream& out, std::ostream& err) {
  const Language language = LanguageOf(words);
  Program program(commands, language);
  try {
    program.Parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    out << program.HelpText();
    return kExitDone;
  } catch (const CLI::ParseError& error) {
    if (program.LacksCommand() && program.Leftover().empty()) {
      err << program.HelpText();
      return kExitUsage;
    }
    std::string what = error.what();
    if (program.LacksCommand()) what = absl::StrCat("'", program.Leftover(), "' is no command");
    const std::string mend = absl::StrCat(program.Understood(), " --help");
    return Report(InvalidArgument(kUsage, what, mend), "", err);
  }
  Context context(program.globals().node, OutputOf(program.globals(), language, out, err));
  const absl::Status status = program.chosen()->Run(&context);
  out << std::flush;
  return status.ok() ? kExitDone : Report(status, context.address(), err);
}

}  // namespace maillage::cli
