#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <string>

#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "tools/datagen/generate.h"

namespace maillage::datagen {
namespace {

// A file that is written in pieces; "-" is the standard output.
class OutFile {
 public:
  explicit OutFile(std::string path)
      : path_(std::move(path)), file_(path_ == "-" ? stdout : std::fopen(path_.c_str(), "wb")) {}
  absl::Status Write(absl::string_view piece) {
    if (file_ == nullptr) return NotFound("CANNOT_WRITE", "cannot write " + path_);
    return std::fwrite(piece.data(), 1, piece.size(), file_) == piece.size() ? absl::OkStatus()
                                                                             : Full();
  }
  absl::Status Close() {
    if (file_ == nullptr) return absl::OkStatus();
    const bool closed = file_ == stdout ? std::fflush(file_) == 0 : std::fclose(file_) == 0;
    return closed ? absl::OkStatus() : Full();
  }

 private:
  absl::Status Full() const {
    return DataLoss("CANNOT_WRITE", "cannot write " + path_, "Is the disk full?");
  }
  const std::string path_;
  std::FILE* const file_;
};

absl::Status WriteTo(const std::string& path, const std::string& truth_path, Options options) {
  options.file = std::filesystem::path(path).filename().string();
  OutFile file(path);
  if (truth_path.empty()) {
    RETURN_IF_ERROR(Generate(options, [&](absl::string_view piece) { return file.Write(piece); }));
    return file.Close();
  }
  OutFile truth(truth_path);
  RETURN_IF_ERROR(Generate(
      options, [&](absl::string_view piece) { return file.Write(piece); },
      [&](absl::string_view piece) { return truth.Write(piece); }));
  RETURN_IF_ERROR(truth.Close());
  return file.Close();
}

void DeclareLists(CLI::App* app, Options* options) {
  app->add_option(
      "--kind", options->kind,
      "council, institutions, associations, companies, professionals, citizens, partners");
  app->add_option("--territory", options->territory, "Code of a territory")->capture_default_str();
  app->add_option("--count", options->count, "Rows; councils have their legal size")
      ->capture_default_str()
      ->check(CLI::Range(int64_t{0}, int64_t{1'000'000'000}));
  app->add_option("--first", options->first, "Number of the first row")
      ->check(CLI::Range(int64_t{0}, int64_t{1'000'000'000}));
  app->add_option("--seed", options->seed, "The same seed makes the same file")
      ->capture_default_str();
  app->add_option("--format", options->format, "excel, or rne for councils")->capture_default_str();
  app->add_option("--overlap", options->overlap,
                  "Share of persons who sit in a council too, with the same address")
      ->check(CLI::Range(0.0, 1.0));
  app->add_option("--part", options->part, "Share of the council that is listed")
      ->check(CLI::Range(0.0, 1.0));
  app->add_option("--elected", options->elected, "The elections of the council: 2020 or 2026")
      ->check(CLI::IsMember({2020, 2026}));
}

void DeclareFlaws(CLI::App* app, Options* options) {
  app->add_option("--teller", options->teller, "Who writes the list: each has a way of its own");
  app->add_option("--duplicates", options->duplicates, "Share of rows that say somebody again")
      ->check(CLI::Range(0.0, 1.0));
  app->add_option("--lookalikes", options->lookalikes,
                  "Share of rows about somebody who is easily taken for another")
      ->check(CLI::Range(0.0, 1.0));
  app->add_option("--dirty", options->dirty, "Share of rows that are damaged")
      ->check(CLI::Range(0.0, 1.0));
}

int Main(int argc, char** argv) {
  Options options;
  std::string out = "-";
  std::string truth;
  CLI::App app("Makes files of invented people, as institutions have them.", "maillage-datagen");
  DeclareLists(&app, &options);
  DeclareFlaws(&app, &options);
  app.add_option("--out", out, "File; - is the standard output")->capture_default_str();
  app.add_option("--truth", truth, "File for who stands in which line");
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = WriteTo(out, truth, options);
  if (status.ok()) return 0;
  std::fprintf(stderr, "error: %s (%s)\n", std::string(status.message()).c_str(),
               ErrorReason(status).c_str());
  if (!ErrorMend(status).empty()) std::fprintf(stderr, "hint: %s\n", ErrorMend(status).c_str());
  return 1;
}

}  // namespace
}  // namespace maillage::datagen

int main(int argc, char** argv) { return maillage::datagen::Main(argc, argv); }
