#pragma once

#include <glib-object.h>

#include "gst/ref.h"

namespace tessera::peer {

// The object that a property holds; null if none.
template <typename T>
gst::Ref<T> object_property(gpointer object, const char* name) {
  T* value = nullptr;
  g_object_get(object, name, &value, nullptr);
  return gst::Ref<T>::adopt(value);
}

}  // namespace tessera::peer
