#include "gst/direct_source.h"

#include <memory>

#include "gst/ref.h"

namespace tessera::gst {
namespace {

struct DirectSource {
  GstElement element;
  GstPad* pad;  // The element's.
};

GType direct_source_type();

DirectSource* direct_source(gpointer object) { return static_cast<DirectSource*>(object); }

// Live, and without any delay of its own.
gboolean answer(GstPad* pad, GstObject* parent, GstQuery* query) {
  if (GST_QUERY_TYPE(query) != GST_QUERY_LATENCY) return gst_pad_query_default(pad, parent, query);
  gst_query_set_latency(query, TRUE, 0, GST_CLOCK_TIME_NONE);
  return TRUE;
}

void initialize(GTypeInstance* instance, gpointer) {
  DirectSource* source = direct_source(instance);
  source->pad = gst_pad_new("src", GST_PAD_SRC);
  gst_pad_set_query_function(source->pad, answer);
  gst_element_add_pad(&source->element, source->pad);
  GST_OBJECT_FLAG_SET(instance, GST_ELEMENT_FLAG_SOURCE);
}

void initialize_class(gpointer type_class, gpointer) {
  static GstStaticPadTemplate src =
      GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
  GstElementClass* element = GST_ELEMENT_CLASS(type_class);
  gst_element_class_add_static_pad_template(element, &src);
  gst_element_class_set_static_metadata(element, "Direct source", "Source/Generic",
                                        "Hands on what is pushed to it", "Tessera");
}

GType direct_source_type() {
  static const GType type = g_type_register_static_simple(
      GST_TYPE_ELEMENT, "TesseraDirectSource", sizeof(GstElementClass), initialize_class,
      sizeof(DirectSource), initialize, GTypeFlags(0));
  return type;
}

// What goes before the first buffer, and before one of other caps.
void announce(GstPad* pad, GstCaps* caps) {
  const auto former = Ref<GstCaps>::adopt(gst_pad_get_current_caps(pad));
  if (former && gst_caps_is_equal(former.get(), caps)) return;
  if (!former) gst_pad_push_event(pad, gst_event_new_stream_start(GST_OBJECT_NAME(pad)));
  gst_pad_push_event(pad, gst_event_new_caps(caps));
  if (former) return;
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_pad_push_event(pad, gst_event_new_segment(&segment));
}

}  // namespace

void register_direct_source() {
  gst_element_register(nullptr, "directsrc", GST_RANK_NONE, direct_source_type());
}

bool is_direct_source(GstElement* element) {
  return G_TYPE_CHECK_INSTANCE_TYPE(element, direct_source_type());
}

void end_direct_sources(GstBin* pipeline) {
  const std::unique_ptr<GstIterator, FreeWith<gst_iterator_free>> sources(
      gst_bin_iterate_all_by_element_factory_name(pipeline, "directsrc"));
  gst_iterator_foreach(
      sources.get(),
      [](const GValue* source, gpointer) {
        gst_pad_set_active(direct_source(g_value_get_object(source))->pad, FALSE);
      },
      nullptr);
}

void push_direct(GstElement* source, GstSample* sample) {
  GstPad* pad = direct_source(source)->pad;
  // Whoever stops the pipeline waits for this lock.
  GST_PAD_STREAM_LOCK(pad);
  GstFlowReturn flow = GST_FLOW_FLUSHING;
  if (gst_pad_is_active(pad)) {
    announce(pad, gst_sample_get_caps(sample));
    flow = gst_pad_push(pad, gst_buffer_ref(gst_sample_get_buffer(sample)));
  }
  GST_PAD_STREAM_UNLOCK(pad);
  if (flow != GST_FLOW_OK && flow != GST_FLOW_FLUSHING) GST_ELEMENT_FLOW_ERROR(source, flow);
}

}  // namespace tessera::gst
