// GMime, set up once, and its objects as values.
#ifndef SERVER_BROADCAST_MAIL_GMIME_H_
#define SERVER_BROADCAST_MAIL_GMIME_H_

#include <gmime/gmime.h>

#include <memory>

namespace maillage::broadcast {

struct GObjectUnref {
  void operator()(gpointer object) const { g_object_unref(object); }
};
template <typename T>
using GObjectPtr = std::unique_ptr<T, GObjectUnref>;

// CRLF line ends. Sets GMime up at the first call; lives as long as the
// process. Thread safe. Name the charset "utf-8" wherever GMime takes one: left
// alone it picks the first that fits, windows-1251 for a dash.
GMimeFormatOptions* MailFormat();

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_MAIL_GMIME_H_
