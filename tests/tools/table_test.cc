#include "tools/cli/table.h"

#include <gtest/gtest.h>

namespace maillage::cli {
namespace {

TableColumn Text(const char* heading) { return {.heading = heading}; }
TableColumn Number(const char* heading) { return {.heading = heading, .right = true}; }
TableColumn Whole(const char* heading) { return {.heading = heading, .whole = true}; }
TableColumn Optional(const char* heading) { return {.heading = heading, .optional = true}; }

TEST(LayOut, CutsNothingWithoutALimitOrWithRoom) {
  const std::vector<TableColumn> columns = {Text("A"), Text("B")};
  EXPECT_EQ(LayOut(columns, {30, 60}, 0), (std::vector<int>{30, 60}));
  EXPECT_EQ(LayOut(columns, {30, 60}, 92), (std::vector<int>{30, 60}));
}

TEST(LayOut, CutsTheWidestFirst) {
  EXPECT_EQ(LayOut({Text("A"), Text("B")}, {30, 60}, 80), (std::vector<int>{30, 48}));
  EXPECT_EQ(LayOut({Text("A"), Text("B")}, {30, 60}, 42), (std::vector<int>{20, 20}));
}

TEST(LayOut, NeverCutsNumbersAndIds) {
  EXPECT_EQ(LayOut({Text("A"), Number("N"), Whole("ID")}, {50, 10, 36}, 80),
            (std::vector<int>{30, 10, 36}));
  // Where there is no room at all, they stand out rather than lie.
  EXPECT_EQ(LayOut({Text("A"), Whole("ID")}, {50, 36}, 20), (std::vector<int>{1, 36}));
}

TEST(LayOut, LeavesOutOptionalColumnsFromTheLastWhereTheOthersWouldBeIllegible) {
  const std::vector<TableColumn> columns = {Text("A"), Optional("B"), Optional("C"), Whole("ID")};
  EXPECT_EQ(LayOut(columns, {20, 20, 20, 36}, 78), (std::vector<int>{12, 12, 12, 36}));
  EXPECT_EQ(LayOut(columns, {20, 20, 20, 36}, 77), (std::vector<int>{18, 18, 0, 36}));
  EXPECT_EQ(LayOut(columns, {20, 20, 20, 36}, 60), (std::vector<int>{20, 0, 0, 36}));
  EXPECT_EQ(LayOut(columns, {20, 20, 20, 36}, 40), (std::vector<int>{2, 0, 0, 36}));
}

TEST(Table, AlignsByDisplayedWidth) {
  Table table({Text("NAME"), Number("SEATS")});
  table.Add({"Éperlecques", "23"});
  table.Add({"日本", "1"});
  EXPECT_EQ(table.Flush(0),
            "NAME         SEATS\n"
            "Éperlecques     23\n"
            "日本             1\n");
}

TEST(Table, CutsToTheTerminal) {
  Table table({Text("NAME"), Number("N")});
  table.Add({"Communauté d'agglomération", "1"});
  EXPECT_EQ(table.Flush(16),
            "NAME           N\n"
            "Communauté d…  1\n");
}

TEST(Table, GoesOnWithTheSameWidthsAfterAFlush) {
  Table table({Text("A"), Text("B")});
  table.Add({"abc", "x"});
  EXPECT_EQ(table.Flush(40), "A    B\nabc  x\n");
  table.Add({"abcdef", "y"});
  EXPECT_EQ(table.Flush(40), "ab…  y\n");
}

TEST(Table, CutsNothingAfterAFlushWithoutALimit) {
  Table table({Text("A"), Text("B")});
  table.Add({"abc", "x"});
  table.Flush(0);
  table.Add({"abcdef", "y"});
  EXPECT_EQ(table.Flush(0), "abcdef  y\n");
}

TEST(VerticalTable, KeepsSeveralValuesInTheirPlaceAndSkipsEmptyOnes) {
  EXPECT_EQ(VerticalTable({{"Nom", {"capso"}}, {"Vide", {}}, {"Référence", {"un", "deux"}}}),
            "Nom        capso\n"
            "Référence  un\n"
            "           deux\n");
}

}  // namespace
}  // namespace maillage::cli
