#include "server/broadcast/mail/gmime.h"

namespace maillage::broadcast {

GMimeFormatOptions* MailFormat() {
  static GMimeFormatOptions* const options = [] {
    g_mime_init();
    GMimeFormatOptions* format = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
    g_mime_format_options_set_param_encoding_method(format, GMIME_PARAM_ENCODING_METHOD_RFC2231);
    return format;
  }();
  return options;
}

}  // namespace maillage::broadcast
