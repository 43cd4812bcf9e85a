// CRC-32C (Castagnoli), as in iSCSI: 0xe3069283 for "123456789".
#ifndef SERVER_STORAGE_CRC32C_H_
#define SERVER_STORAGE_CRC32C_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace maillage::storage {

uint32_t Crc32c(absl::string_view bytes);

}  // namespace maillage::storage

#endif  // SERVER_STORAGE_CRC32C_H_
