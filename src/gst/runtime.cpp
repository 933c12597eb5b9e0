#include "gst/runtime.h"

#include <openssl/crypto.h>

#include "base/log.h"
#include "gst/direct_source.h"
#include "gst/mix_minus.h"
#include "gst/ref.h"
#include "gst/refused_source.h"
#include "gst/secrets.h"
#include "gst/video_fit.h"

namespace tessera::gst {
namespace {

void forward_log(GstDebugCategory* category, GstDebugLevel level, const gchar*, const gchar*, gint,
                 GObject*, GstDebugMessage* message, gpointer) {
  // Below a warning GStreamer talks to its own developers: GST_DEBUG shows that on standard error.
  if (level != GST_LEVEL_ERROR && level != GST_LEVEL_WARNING) return;
  if (!log("gst").should_log(spdlog::level::debug)) return;
  // Its name alone, which takes no lock: GStreamer warns while it holds the object's.
  const gchar* object = gst_debug_message_get_id(message);
  log("gst").debug("gstreamer says category={} object={} text=\"{}\"",
                   gst_debug_category_get_name(category), object != nullptr ? object : "",
                   without_secrets(gst_debug_message_get(message)));
}

}  // namespace

void start_gstreamer() {
  // When a program ends, OpenSSL, which DTLS uses, frees what it keeps for each thread. Threads
  // that end at the same time free it too (3.0, measured), and those of GStreamer do.
  OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
  gst_init(nullptr, nullptr);
  if (g_getenv("GST_DEBUG") == nullptr) {
    gst_debug_remove_log_function(gst_debug_log_default);
    gst_debug_add_log_function(forward_log, nullptr, nullptr);
    if (log("gst").should_log(spdlog::level::debug))
      gst_debug_set_default_threshold(GST_LEVEL_WARNING);
  }
  register_direct_source();
  register_mix_minus();
  register_refused_source();
  register_video_fit();
  shared_base_time();
}

GstClock* shared_clock() {
  static GstClock* clock = gst_system_clock_obtain();
  return clock;
}

GstClockTime shared_base_time() {
  static const GstClockTime base_time = gst_clock_get_time(shared_clock());
  return base_time;
}

GstClockTime running_time() { return gst_clock_get_time(shared_clock()) - shared_base_time(); }

}  // namespace tessera::gst
