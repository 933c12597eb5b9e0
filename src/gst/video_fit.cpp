#include "gst/video_fit.h"

#include <gst/video/gstvideofilter.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

#include "base/units.h"
#include "gst/i420.h"
#include "gst/plane_scaler.h"
#include "gst/ref.h"

namespace tessera::gst {
namespace {

Resolution chroma_size(Rectangle area) { return {(area.width + 1) / 2, (area.height + 1) / 2}; }

// How pictures of one size become such of another.
struct Fit {
  Rectangle from;  // Of the picture that comes in,
  Rectangle to;    // where in the one that goes out.
  PlaneScaler luma{from.size(), to.size()};
  PlaneScaler chroma{chroma_size(from), chroma_size(to)};
};

struct VideoFit {
  GstVideoFilter filter;
  gboolean crop;
  Fit* fit;  // Owned; null before sizes are agreed on.
};

GType video_fit_type();

VideoFit* video_fit(gpointer object) { return static_cast<VideoFit*>(object); }

// ---- Which part goes where ----

int even(gint64 number) { return static_cast<int>(number) & ~1; }

// The largest rectangle in the middle of `width` x `height` that has the shape of `wide` to `high`.
// Chroma has a sample for two pixels, so it begins at an even one.
Rectangle inside(int width, int height, gint64 wide, gint64 high) {
  Rectangle inner{0, 0, width, height};
  if (width * high > height * wide) {
    inner.width = std::clamp(even((height * wide + high / 2) / high), 1, width);
    inner.x = even((width - inner.width) / 2);
  } else {
    inner.height = std::clamp(even((width * high + wide / 2) / wide), 1, height);
    inner.y = even((height - inner.height) / 2);
  }
  return inner;
}

gboolean set_info(GstVideoFilter* filter, GstCaps*, GstVideoInfo* in, GstCaps*, GstVideoInfo* out) {
  const gint64 wide = GST_VIDEO_INFO_PAR_N(in);  // A pixel's shape.
  const gint64 high = GST_VIDEO_INFO_PAR_D(in);
  const int in_width = GST_VIDEO_INFO_WIDTH(in);
  const int in_height = GST_VIDEO_INFO_HEIGHT(in);
  const int out_width = GST_VIDEO_INFO_WIDTH(out);
  const int out_height = GST_VIDEO_INFO_HEIGHT(out);
  Rectangle from{0, 0, in_width, in_height};
  Rectangle to{0, 0, out_width, out_height};
  if (video_fit(filter)->crop) {
    from = inside(in_width, in_height, out_width * high, out_height * wide);
  } else {
    to = inside(out_width, out_height, in_width * wide, in_height * high);
  }
  delete std::exchange(video_fit(filter)->fit, new Fit{.from = from, .to = to});
  return TRUE;
}

// ---- Scaling ----

void blacken(GstVideoFrame* frame) {
  for (const int component : {0, 1, 2}) {
    const Plane all = plane_of(*frame, component);
    const int lines = GST_VIDEO_FRAME_COMP_HEIGHT(frame, component);
    std::memset(all.data, component == 0 ? 16 : 128, std::size_t(all.stride) * lines);
  }
}

GstFlowReturn transform_frame(GstVideoFilter* filter, GstVideoFrame* in, GstVideoFrame* out) {
  Fit& fit = *video_fit(filter)->fit;
  const bool fills =
      fit.to.width == GST_VIDEO_FRAME_WIDTH(out) && fit.to.height == GST_VIDEO_FRAME_HEIGHT(out);
  if (!fills) blacken(out);
  for (const int component : {0, 1, 2}) {
    PlaneScaler& scaler = component == 0 ? fit.luma : fit.chroma;
    scaler.scale(plane_of(*in, component, fit.from.x, fit.from.y),
                 plane_of(*out, component, fit.to.x, fit.to.y));
  }
  return GST_FLOW_OK;
}

// ---- The element ----

// What may stand on the other side of what `caps` says.
GstCaps* transform_caps(GstBaseTransform*, GstPadDirection direction, GstCaps* caps,
                        GstCaps* filter) {
  auto other = Ref<GstCaps>::adopt(gst_caps_copy(caps));
  for (guint i = 0; i < gst_caps_get_size(other.get()); ++i) {
    GstStructure* one = gst_caps_get_structure(other.get(), i);
    gst_structure_set(one, "width", GST_TYPE_INT_RANGE, 1, G_MAXINT, "height", GST_TYPE_INT_RANGE,
                      1, G_MAXINT, nullptr);
    if (direction == GST_PAD_SINK) {
      gst_structure_set(one, "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, nullptr);
    } else {
      gst_structure_set(one, "pixel-aspect-ratio", GST_TYPE_FRACTION_RANGE, 1, G_MAXINT, G_MAXINT,
                        1, nullptr);
    }
  }
  if (filter == nullptr) return other.release();
  return gst_caps_intersect_full(filter, other.get(), GST_CAPS_INTERSECT_FIRST);
}

constexpr guint crop_property = 1;

void set_property(GObject* object, guint, const GValue* value, GParamSpec*) {
  video_fit(object)->crop = g_value_get_boolean(value);
}

void get_property(GObject* object, guint, GValue* value, GParamSpec*) {
  g_value_set_boolean(value, video_fit(object)->crop);
}

void finalize(GObject* object) {
  delete video_fit(object)->fit;
  static_cast<GObjectClass*>(g_type_class_peek(GST_TYPE_VIDEO_FILTER))->finalize(object);
}

void initialize_class(gpointer type_class, gpointer) {
  static GstStaticPadTemplate sink = GST_STATIC_PAD_TEMPLATE(
      "sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS(GST_VIDEO_CAPS_MAKE("I420")));
  static GstStaticPadTemplate src = GST_STATIC_PAD_TEMPLATE(
      "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS(GST_VIDEO_CAPS_MAKE("I420")));
  GstElementClass* element = GST_ELEMENT_CLASS(type_class);
  gst_element_class_add_static_pad_template(element, &sink);
  gst_element_class_add_static_pad_template(element, &src);
  gst_element_class_set_static_metadata(element, "Video fit", "Filter/Converter/Video/Scaler",
                                        "Scales pictures to a size, cropped or letterboxed",
                                        "Tessera");
  GObjectClass* object = G_OBJECT_CLASS(type_class);
  object->set_property = set_property;
  object->get_property = get_property;
  object->finalize = finalize;
  g_object_class_install_property(
      object, crop_property,
      g_param_spec_boolean("crop", "Crop", "Crop pictures of another shape, or letterbox them",
                           FALSE, GParamFlags(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)));
  GST_BASE_TRANSFORM_CLASS(type_class)->transform_caps = transform_caps;
  GST_BASE_TRANSFORM_CLASS(type_class)->passthrough_on_same_caps = TRUE;
  GST_VIDEO_FILTER_CLASS(type_class)->set_info = set_info;
  GST_VIDEO_FILTER_CLASS(type_class)->transform_frame = transform_frame;
}

GType video_fit_type() {
  static const GType type = g_type_register_static_simple(
      GST_TYPE_VIDEO_FILTER, "TesseraVideoFit", sizeof(GstVideoFilterClass), initialize_class,
      sizeof(VideoFit), nullptr, GTypeFlags(0));
  return type;
}

}  // namespace

void register_video_fit() {
  gst_element_register(nullptr, "videofit", GST_RANK_NONE, video_fit_type());
}

}  // namespace tessera::gst
