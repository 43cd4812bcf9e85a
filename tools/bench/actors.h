// Invented actors of about 0.4 kB, the same for the same number.
#ifndef TOOLS_BENCH_ACTORS_H_
#define TOOLS_BENCH_ACTORS_H_

#include <cstddef>

#include "maillage/v1/actor.pb.h"

namespace maillage::bench {

// `version` changes a field that is indexed.
v1::Actor MakeActor(size_t number, size_t version);

}  // namespace maillage::bench

#endif  // TOOLS_BENCH_ACTORS_H_
