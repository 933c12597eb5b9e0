#include "gst/refused_source.h"

#include <gst/gst.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include "gst/ref.h"

namespace tessera::gst {
namespace {

// UDP is what rtspsrc receives by; data: is read from nowhere.
constexpr std::array<std::string_view, 9> allowed_schemes = {
    "http", "https", "rtsp", "rtsps", "rtmp", "rtmps", "srt", "udp", "data"};

constexpr guint above_all_others = 16 * GST_RANK_PRIMARY;

constexpr const char* address_key = "tessera-address";

GstElementClass* parent_class = nullptr;

using Factories = std::unique_ptr<GList, FreeWith<gst_plugin_feature_list_free>>;

// The schemes that anything here reads from, but those that are allowed, and a null pointer.
std::vector<const char*> find_refused_schemes() {
  std::vector<const char*> schemes;
  const Factories factories(
      gst_registry_get_feature_list(gst_registry_get(), GST_TYPE_ELEMENT_FACTORY));
  for (const GList* at = factories.get(); at != nullptr; at = at->next) {
    auto* factory = GST_ELEMENT_FACTORY(at->data);
    if (gst_element_factory_get_uri_type(factory) != GST_URI_SRC) continue;
    const gchar* const* scheme = gst_element_factory_get_uri_protocols(factory);
    for (; scheme != nullptr && *scheme != nullptr; ++scheme) {
      const bool is_allowed =
          std::ranges::find(allowed_schemes, std::string_view(*scheme)) != allowed_schemes.end();
      if (!is_allowed) schemes.push_back(g_intern_string(*scheme));
    }
  }
  schemes.push_back(nullptr);
  return schemes;
}

const gchar* const* refused_schemes(GType) {
  static const std::vector<const char*> schemes = find_refused_schemes();
  return schemes.data();
}

void initialize_handler(gpointer handler_class, gpointer) {
  auto* handler = static_cast<GstURIHandlerInterface*>(handler_class);
  handler->get_type = [](GType) { return GST_URI_SRC; };
  handler->get_protocols = refused_schemes;
  handler->get_uri = [](GstURIHandler* source) {
    return g_strdup(static_cast<const char*>(g_object_get_data(G_OBJECT(source), address_key)));
  };
  // Whoever says no is passed over for the next.
  handler->set_uri = [](GstURIHandler* source, const gchar* address, GError**) -> gboolean {
    g_object_set_data_full(G_OBJECT(source), address_key, g_strdup(address), g_free);
    return TRUE;
  };
}

GstStateChangeReturn change_state(GstElement* source, GstStateChange change) {
  if (change != GST_STATE_CHANGE_NULL_TO_READY) return parent_class->change_state(source, change);
  GST_ELEMENT_ERROR(source, RESOURCE, OPEN_READ, ("This may not be read."), (nullptr));
  return GST_STATE_CHANGE_FAILURE;
}

void initialize(GTypeInstance* instance, gpointer) {
  gst_element_add_pad(GST_ELEMENT(instance), gst_pad_new("src", GST_PAD_SRC));
  GST_OBJECT_FLAG_SET(instance, GST_ELEMENT_FLAG_SOURCE);
}

void initialize_class(gpointer type_class, gpointer) {
  static GstStaticPadTemplate src =
      GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
  parent_class = GST_ELEMENT_CLASS(g_type_class_peek_parent(type_class));
  GstElementClass* element = GST_ELEMENT_CLASS(type_class);
  gst_element_class_add_static_pad_template(element, &src);
  gst_element_class_set_static_metadata(element, "Refused source", "Source",
                                        "Stands for what may not be read", "Tessera");
  element->change_state = change_state;
}

GType refused_source_type() {
  static const GType type = [] {
    const GType made = g_type_register_static_simple(GST_TYPE_ELEMENT, "TesseraRefusedSource",
                                                     sizeof(GstElementClass), initialize_class,
                                                     sizeof(GstElement), initialize, GTypeFlags(0));
    const GInterfaceInfo handler = {initialize_handler, nullptr, nullptr};
    g_type_add_interface_static(made, GST_TYPE_URI_HANDLER, &handler);
    return made;
  }();
  return type;
}

}  // namespace

void register_refused_source() {
  gst_element_register(nullptr, "refusedsrc", above_all_others, refused_source_type());
}

}  // namespace tessera::gst
