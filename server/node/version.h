// Version of the software.
#ifndef SERVER_NODE_VERSION_H_
#define SERVER_NODE_VERSION_H_

namespace maillage::node {

// From the build: the project's version.
inline constexpr char kVersion[] = MAILLAGE_VERSION;

}  // namespace maillage::node

#endif  // SERVER_NODE_VERSION_H_
