#include "tools/commands/cascade_view.h"

#include "tools/commands/columns.h"

namespace maillage::cli {

void ShowCascade(const Output& out, const v1::Cascade& cascade) {
  if (out.format() == Format::kJson) {
    out.One(cascade, CascadeColumns());
    return;
  }
  ListWriter list(&out, &CascadeColumns());
  for (const v1::CascadeNode& node : cascade.nodes()) list.Add(node);
  list.End();
}

}  // namespace maillage::cli
