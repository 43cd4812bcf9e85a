// The lines by which long work is followed.
#include <gtest/gtest.h>

#include <sstream>

#include "tools/commands/import_line.h"
#include "tools/commands/watch_line.h"

namespace maillage::cli {
namespace {

Output Out(Language language) {
  static std::stringstream& ignored = *new std::stringstream;
  return Output({.locale = {.language = language}, .out = &ignored, .err = &ignored});
}

TEST(WatchLine, TellsHowFarHowFastAndHowLong) {
  v1::BroadcastProgress progress;
  progress.set_recipients(2000);
  progress.set_pending(480);
  progress.set_deferred(20);
  progress.set_sent(1498);
  progress.set_uncertain(2);
  progress.set_rate_per_second(120);
  EXPECT_EQ(WatchLine(Out(Language::kEnglish), progress),
            "██████████████████░░░░░░ 75 %  1,498 of 2,000  120/s  4 s left  20 deferred  "
            "2 uncertain");
  EXPECT_EQ(WatchLine(Out(Language::kFrench), progress),
            "██████████████████░░░░░░ 75 %  1\u202f498 sur 2\u202f000  120/s  reste 4 s  "
            "20 différés  2 incertains");
}

TEST(WatchLine, TellsASlowRateMoreExactly) {
  v1::BroadcastProgress progress;
  progress.set_recipients(2);
  progress.set_pending(1);
  progress.set_sent(1);
  progress.set_rate_per_second(0.5);
  EXPECT_EQ(WatchLine(Out(Language::kFrench), progress),
            "████████████░░░░░░░░░░░░ 50 %  1 sur 2  0,5/s  reste 2 s");
}

TEST(WatchLine, NamesWhatStandsInTheWay) {
  v1::BroadcastProgress progress;
  progress.set_recipients(3);
  progress.set_pending(3);
  progress.set_last_error("127.0.0.1:25 does not answer");
  EXPECT_EQ(WatchLine(Out(Language::kEnglish), progress),
            "░░░░░░░░░░░░░░░░░░░░░░░░ 0 %  0 of 3  127.0.0.1:25 does not answer");
}

TEST(WatchLine, StandsAnEmptyBroadcast) {
  EXPECT_EQ(WatchLine(Out(Language::kEnglish), {}), "░░░░░░░░░░░░░░░░░░░░░░░░ 0 %  0 of 0");
}

TEST(ImportLine, TellsHowFarHowFastAndHowLong) {
  v1::ImportSummary progress;
  progress.set_bytes(600);
  progress.set_records(12'000);
  EXPECT_EQ(ImportLine(Out(Language::kEnglish), progress, 1000, absl::Seconds(3)),
            "██████████████░░░░░░░░░░ 60 %  12,000 records  4,000/s  2 s left");
}

TEST(ImportLine, HasNoEndWhereTheSizeIsNotKnown) {
  v1::ImportSummary progress;
  progress.set_bytes(600);
  progress.set_records(12'000);
  EXPECT_EQ(ImportLine(Out(Language::kFrench), progress, 0, absl::Seconds(3)),
            "12\u202f000 fiches  4\u202f000/s");
}

}  // namespace
}  // namespace maillage::cli
