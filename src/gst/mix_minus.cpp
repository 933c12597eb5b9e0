#include "gst/mix_minus.h"

#include <gst/audio/gstaudioaggregator.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "gst/ref.h"

namespace tessera::gst {
namespace {

// What an instance adds to audiomixer's. Pads are requested before it runs; the rest belongs to the
// thread that mixes.
struct Minus {
  struct Output {
    Ref<GstPad> pad;
    std::vector<float> own;  // The input's share in the mix that is being made.
    bool has_begun = false;
  };
  std::map<std::string, Output> outputs;  // By the name of the input.
};

GstElementClass* parent_class = nullptr;

GQuark minus_quark() {
  static const GQuark quark = g_quark_from_static_string("tessera-mix-minus");
  return quark;
}

Minus& minus_of(gpointer element) {
  return *static_cast<Minus*>(g_object_get_qdata(G_OBJECT(element), minus_quark()));
}

GstPad* request_pad(GstElement* element, GstPadTemplate* pad_template, const gchar* name,
                    const GstCaps* caps) {
  if (GST_PAD_TEMPLATE_DIRECTION(pad_template) == GST_PAD_SINK) {
    return parent_class->request_new_pad(element, pad_template, name, caps);
  }
  if (name == nullptr) return nullptr;
  const std::string input = "sink_" + std::string(name).substr(std::strlen("minus_"));
  GstPad* pad = gst_pad_new_from_template(pad_template, name);
  minus_of(element).outputs[input] = {Ref<GstPad>::share(pad), {}, false};
  gst_element_add_pad(element, pad);
  return pad;
}

void release_pad(GstElement* element, GstPad* pad) {
  if (GST_PAD_IS_SINK(pad)) return parent_class->release_pad(element, pad);
  std::erase_if(minus_of(element).outputs,
                [=](const auto& output) { return output.second.pad.get() == pad; });
  gst_element_remove_pad(element, pad);
}

// A mix begins.
GstBuffer* create_output_buffer(GstAudioAggregator* mixer, guint frames) {
  for (auto& [input, output] : minus_of(mixer).outputs) output.own.assign(frames, 0);
  return GST_AUDIO_AGGREGATOR_CLASS(parent_class)->create_output_buffer(mixer, frames);
}

// One input's part is added to it.
gboolean aggregate_one_buffer(GstAudioAggregator* mixer, GstAudioAggregatorPad* pad, GstBuffer* in,
                              guint in_offset, GstBuffer* out, guint out_offset, guint frames) {
  const auto output = minus_of(mixer).outputs.find(GST_PAD_NAME(pad));
  GstMapInfo map;
  if (output != minus_of(mixer).outputs.end() && gst_buffer_map(in, &map, GST_MAP_READ)) {
    std::vector<float>& own = output->second.own;
    const auto* samples = reinterpret_cast<const float*>(map.data);
    if (in_offset + frames <= map.size / sizeof(float) && out_offset + frames <= own.size()) {
      std::copy_n(samples + in_offset, frames, own.begin() + out_offset);
    }
    gst_buffer_unmap(in, &map);
  }
  return GST_AUDIO_AGGREGATOR_CLASS(parent_class)
      ->aggregate_one_buffer(mixer, pad, in, in_offset, out, out_offset, frames);
}

Ref<GstBuffer> without(GstBuffer* mix, const std::vector<float>& own) {
  auto rest =
      Ref<GstBuffer>::adopt(gst_buffer_new_allocate(nullptr, gst_buffer_get_size(mix), nullptr));
  gst_buffer_copy_into(rest.get(), mix, GST_BUFFER_COPY_METADATA, 0, static_cast<gsize>(-1));
  GstMapInfo from;
  GstMapInfo to;
  gst_buffer_map(mix, &from, GST_MAP_READ);
  gst_buffer_map(rest.get(), &to, GST_MAP_WRITE);
  const auto* all = reinterpret_cast<const float*>(from.data);
  auto* others = reinterpret_cast<float*>(to.data);
  const std::size_t count = std::min(from.size / sizeof(float), own.size());
  for (std::size_t i = 0; i < count; ++i) others[i] = all[i] - own[i];
  gst_buffer_unmap(rest.get(), &to);
  gst_buffer_unmap(mix, &from);
  return rest;
}

// What any stream begins with: its caps and segment are those of the mix.
void begin(GstAggregator* mixer, Minus::Output& output) {
  if (std::exchange(output.has_begun, true)) return;
  gst_pad_push_event(output.pad.get(), gst_event_new_stream_start(GST_PAD_NAME(output.pad.get())));
  GstPad* mix = GST_AGGREGATOR_SRC_PAD(mixer);
  for (const GstEventType type : {GST_EVENT_CAPS, GST_EVENT_SEGMENT}) {
    if (GstEvent* event = gst_pad_get_sticky_event(mix, type, 0)) {
      gst_pad_push_event(output.pad.get(), event);
    }
  }
}

// A mix is done.
GstFlowReturn finish_buffer(GstAggregator* mixer, GstBuffer* mix) {
  const auto kept = Ref<GstBuffer>::share(mix);
  const GstFlowReturn flow = GST_AGGREGATOR_CLASS(parent_class)->finish_buffer(mixer, mix);
  for (auto& [input, output] : minus_of(mixer).outputs) {
    if (!gst_pad_is_active(output.pad.get())) continue;  // The mixing began a moment before.
    begin(mixer, output);
    gst_pad_push(output.pad.get(), without(kept.get(), output.own).release());
  }
  return flow;
}

void initialize_class(gpointer type_class, gpointer) {
  static GstStaticPadTemplate minus =
      GST_STATIC_PAD_TEMPLATE("minus_%u", GST_PAD_SRC, GST_PAD_REQUEST,
                              GST_STATIC_CAPS("audio/x-raw, format=F32LE, channels=1"));
  parent_class = GST_ELEMENT_CLASS(g_type_class_peek_parent(type_class));
  GstElementClass* element = GST_ELEMENT_CLASS(type_class);
  gst_element_class_add_static_pad_template(element, &minus);
  gst_element_class_set_static_metadata(element, "Mix-minus", "Generic/Audio",
                                        "Mixes sounds, and for each all the others", "Tessera");
  element->request_new_pad = request_pad;
  element->release_pad = release_pad;
  GST_AGGREGATOR_CLASS(type_class)->finish_buffer = finish_buffer;
  GST_AUDIO_AGGREGATOR_CLASS(type_class)->create_output_buffer = create_output_buffer;
  GST_AUDIO_AGGREGATOR_CLASS(type_class)->aggregate_one_buffer = aggregate_one_buffer;
}

void initialize(GTypeInstance* instance, gpointer) {
  g_object_set_qdata_full(G_OBJECT(instance), minus_quark(), new Minus,
                          [](gpointer data) { delete static_cast<Minus*>(data); });
}

}  // namespace

void register_mix_minus() {
  const auto factory = Ref<GstElementFactory>::adopt(gst_element_factory_find("audiomixer"));
  if (!factory) return;  // Whoever needs it is told so when a description names it.
  const auto loaded =
      Ref<GstPluginFeature>::adopt(gst_plugin_feature_load(GST_PLUGIN_FEATURE(factory.get())));
  const GType audiomixer = gst_element_factory_get_element_type(GST_ELEMENT_FACTORY(loaded.get()));
  GTypeQuery parent = {};
  g_type_query(audiomixer, &parent);
  const GTypeInfo info = {static_cast<guint16>(parent.class_size),
                          nullptr,
                          nullptr,
                          initialize_class,
                          nullptr,
                          nullptr,
                          static_cast<guint16>(parent.instance_size),
                          0,
                          initialize,
                          nullptr};
  static const GType type =
      g_type_register_static(audiomixer, "TesseraMixMinus", &info, GTypeFlags(0));
  gst_element_register(nullptr, "mixminus", GST_RANK_NONE, type);
}

}  // namespace tessera::gst
