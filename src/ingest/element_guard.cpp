#include "ingest/element_guard.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "gst/pads.h"
#include "gst/raw_video.h"
#include "ingest/picture_limit.h"

namespace tessera::ingest {
namespace {

constexpr guint jitter_ms = 300;

constexpr std::array<std::string_view, 5> decoded_pictures = {
    "video/x-h264", "video/x-h265", "video/x-vp8", "video/x-vp9", "video/x-av1"};

// GstAutoplugSelectResult, which no header has.
constexpr int plug = 0;
constexpr int skip = 2;

bool reads_for(Source::Kind kind, std::string_view element) {
  const auto is_one_of = [&](std::initializer_list<std::string_view> elements) {
    return std::ranges::find(elements, element) != elements.end();
  };
  switch (kind) {
    case Source::Kind::file:
      return false;  // But for the one that was there before.
    case Source::Kind::http:
      return is_one_of({"souphttpsrc", "curlhttpsrc"});
    case Source::Kind::rtsp:
      return is_one_of({"rtspsrc", "udpsrc"});
    case Source::Kind::rtmp:
      return is_one_of({"rtmp2src", "rtmpsrc"});
    case Source::Kind::srt:
      return is_one_of({"srtsrc"});
  }
  return false;
}

std::string_view factory_name(GstElement* element) {
  GstElementFactory* factory = gst_element_get_factory(element);
  return factory != nullptr ? GST_OBJECT_NAME(factory) : "";
}

bool has_class(GstElement* element, const char* kind) {
  const char* classes = gst_element_get_metadata(element, GST_ELEMENT_METADATA_KLASS);
  return classes != nullptr && g_strrstr(classes, kind) != nullptr;
}

bool reads_from_elsewhere(GstElement* element) {
  return GST_IS_URI_HANDLER(element) &&
         gst_uri_handler_get_uri_type(GST_URI_HANDLER(element)) == GST_URI_SRC;
}

// VP8 is BT.601 whatever its size, and vp8dec doesn't say so (receive-vp8.gst).
void name_colours(GstElement* decoder) {
  const auto pad = gst::static_pad(decoder, "src");
  gst_pad_add_probe(
      pad.get(), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      [](GstPad*, GstPadProbeInfo* info, gpointer) {
        GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
        if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS) return GST_PAD_PROBE_OK;
        GstCaps* caps = nullptr;
        gst_event_parse_caps(event, &caps);
        const auto named = gst::Ref<GstCaps>::adopt(gst_caps_copy(caps));
        gst_caps_set_simple(named.get(), "colorimetry", G_TYPE_STRING, gst::colorimetry, nullptr);
        const auto replaced = gst::Ref<GstEvent>::adopt(event);
        GST_PAD_PROBE_INFO_DATA(info) = gst_event_new_caps(named.get());
        gst_event_set_seqnum(GST_PAD_PROBE_INFO_EVENT(info), gst_event_get_seqnum(event));
        return GST_PAD_PROBE_OK;
      },
      nullptr, nullptr);
}

void set_if_known(GstElement* element, const char* property, const std::string& value) {
  if (value.empty()) return;
  if (g_object_class_find_property(G_OBJECT_GET_CLASS(element), property) == nullptr) return;
  gst_util_set_object_arg(G_OBJECT(element), property, value.c_str());
}

void set_up(GstElement* element, const Source& source) {
  for (const char* property : {"user-id", "username"}) {
    set_if_known(element, property, source.user);
  }
  for (const char* property : {"user-pw", "password"}) {
    set_if_known(element, property, source.password);
  }
  set_if_known(element, "passphrase", source.passphrase);
  if (source.kind == Source::Kind::rtsp) g_object_set(element, "latency", jitter_ms, nullptr);
  // A source that reconnects by itself says nothing of it (srtsrc).
  set_if_known(element, "auto-reconnect", "false");
}

// No decoder but of what is in use. On a streaming thread.
int choose(GstCaps* caps, GstElementFactory* factory) {
  if (!gst_element_factory_list_is_type(factory, GST_ELEMENT_FACTORY_TYPE_DECODER)) return plug;
  const std::string_view media = gst_structure_get_name(gst_caps_get_structure(caps, 0));
  const bool is_sound = media.starts_with("audio/");
  return is_sound || std::ranges::find(decoded_pictures, media) != decoded_pictures.end() ? plug
                                                                                          : skip;
}

}  // namespace

std::vector<Signal> guard_elements(const gst::Pipeline& pipeline, const Source& source,
                                   Resolution largest,
                                   const std::function<void(const std::string& why)>& refused) {
  const auto decoder = pipeline.element("source");
  const auto check = [kind = source.kind, largest, refused](GstBin*, GstElement* element) {
    if (reads_from_elsewhere(element) && !reads_for(kind, factory_name(element))) {
      // It never starts.
      gst_element_set_locked_state(element, TRUE);
      refused("The source refers to something that it may not.");
    }
    if (!has_class(element, "Decoder") || !has_class(element, "Video")) return;
    limit_pictures(element, largest, refused);
    if (factory_name(element).starts_with("vp8")) name_colours(element);
  };
  std::vector<Signal> signals;
  signals.push_back(
      Signal::connect<void(GstBin*, GstElement*)>(pipeline.get(), "deep-element-added", check));
  if (source.kind != Source::Kind::file) {
    signals.push_back(Signal::connect<void(GstElement*)>(
        decoder.get(), "source-setup", [source](GstElement* element) { set_up(element, source); }));
  }
  signals.push_back(Signal::connect<int(GstPad*, GstCaps*, GstElementFactory*)>(
      decoder.get(), "autoplug-select",
      [](GstPad*, GstCaps* caps, GstElementFactory* factory) { return choose(caps, factory); }));
  return signals;
}

}  // namespace tessera::ingest
