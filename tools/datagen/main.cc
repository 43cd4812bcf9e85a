#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "client/base/error.h"
#include "tools/datagen/generate.h"

namespace maillage::datagen {
namespace {

absl::Status WriteTo(const std::string& path, const Options& options) {
  std::FILE* const file = path == "-" ? stdout : std::fopen(path.c_str(), "wb");
  if (file == nullptr) return NotFound("CANNOT_WRITE", "cannot write " + path);
  absl::Status status = Generate(options, [&](absl::string_view piece) {
    return std::fwrite(piece.data(), 1, piece.size(), file) == piece.size()
               ? absl::OkStatus()
               : DataLoss("CANNOT_WRITE", "cannot write " + path, "Is the disk full?");
  });
  const bool closed = file == stdout ? std::fflush(file) == 0 : std::fclose(file) == 0;
  if (status.ok() && !closed) status = DataLoss("CANNOT_WRITE", "cannot write " + path);
  return status;
}

int Main(int argc, char** argv) {
  Options options;
  std::string out = "-";
  CLI::App app("Makes files of invented people, as institutions have them.", "maillage-datagen");
  app.add_option(
      "--kind", options.kind,
      "council, institutions, associations, companies, professionals, citizens, partners");
  app.add_option("--territory", options.territory, "Code of a territory")->capture_default_str();
  app.add_option("--count", options.count, "Rows; councils have their legal size")
      ->capture_default_str()
      ->check(CLI::Range(int64_t{0}, int64_t{1'000'000'000}));
  app.add_option("--seed", options.seed, "The same seed makes the same file")
      ->capture_default_str();
  app.add_option("--format", options.format, "excel, or rne for councils")->capture_default_str();
  app.add_option("--overlap", options.overlap,
                 "Share of persons who sit in a council too, with the same address")
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--part", options.part, "Share of the council that is listed")
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--out", out, "File; - is the standard output")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = WriteTo(out, options);
  if (status.ok()) return 0;
  std::fprintf(stderr, "error: %s (%s)\n", std::string(status.message()).c_str(),
               ErrorReason(status).c_str());
  if (!ErrorMend(status).empty()) std::fprintf(stderr, "hint: %s\n", ErrorMend(status).c_str());
  return 1;
}

}  // namespace
}  // namespace maillage::datagen

int main(int argc, char** argv) { return maillage::datagen::Main(argc, argv); }
