#pragma once

#include <gst/gst.h>

#include <functional>
#include <memory>

#include "gst/ref.h"

namespace tessera::peer {

// Calls `use` with each element of that kind inside a bin, however deep; with some of them twice if
// the bin changes meanwhile.
inline void for_each_element(GstElement* bin, const char* factory,
                             const std::function<void(GstElement*)>& use) {
  const std::unique_ptr<GstIterator, gst::FreeWith<gst_iterator_free>> elements(
      gst_bin_iterate_all_by_element_factory_name(GST_BIN(bin), factory));
  const auto call = [](const GValue* item, gpointer data) {
    (*static_cast<const std::function<void(GstElement*)>*>(data))(
        GST_ELEMENT(g_value_get_object(item)));
  };
  const gpointer data = const_cast<std::function<void(GstElement*)>*>(&use);
  while (gst_iterator_foreach(elements.get(), call, data) == GST_ITERATOR_RESYNC) {
    gst_iterator_resync(elements.get());
  }
}

}  // namespace tessera::peer
