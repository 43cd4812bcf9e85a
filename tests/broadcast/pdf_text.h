// What a PDF says, as poppler reads it.
#ifndef TESTS_BROADCAST_PDF_TEXT_H_
#define TESTS_BROADCAST_PDF_TEXT_H_

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tests/testing/files.h"

namespace maillage::broadcast {

// Pages end with a form feed. `options` are pdftotext's: "-x 200 -y 100 ...".
inline std::string PdfText(absl::string_view pdf, const std::string& options = "") {
  const TempDir dir;
  const std::string path = absl::StrCat(dir.path(), "/letter.pdf");
  std::ofstream(path, std::ios::binary) << pdf;
  FILE* pipe = popen(absl::StrCat("pdftotext ", options, " ", path, " -").c_str(), "r");
  EXPECT_NE(pipe, nullptr);
  std::string text;
  std::array<char, 4096> piece;
  while (const size_t read = fread(piece.data(), 1, piece.size(), pipe)) {
    text.append(piece.data(), read);
  }
  EXPECT_EQ(pclose(pipe), 0) << "pdftotext cannot read it";
  return text;
}

}  // namespace maillage::broadcast

#endif  // TESTS_BROADCAST_PDF_TEXT_H_
