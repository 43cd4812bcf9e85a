// What was measured, and how it is shown.
#ifndef TOOLS_BENCH_REPORT_H_
#define TOOLS_BENCH_REPORT_H_

#include <string>
#include <vector>

namespace maillage::bench {

// One figure. Rates are compared as they are, times the other way round.
struct Row {
  std::string work;  // what was done
  std::string who;   // maillage, a limit, or a peer
  double value = 0;
  std::string unit;      // "rec/s", "ms", "MB"
  bool is_ours = false;  // the others of the same work are compared with it
};

// A table with the ratio of ours to each other row of the same work, or JSON, a
// row a line.
std::string Table(const std::vector<Row>& rows);
std::string Json(const std::vector<Row>& rows);

}  // namespace maillage::bench

#endif  // TOOLS_BENCH_REPORT_H_
