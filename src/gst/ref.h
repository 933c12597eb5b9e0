#pragma once

#include <gst/gst.h>

#include <type_traits>

#include "base/ref.h"

namespace tessera {

// What GStreamer counts by its mini objects rather than by GObject.
template <typename T>
concept GstMiniObjectType =
    std::is_same_v<T, GstBuffer> || std::is_same_v<T, GstCaps> || std::is_same_v<T, GstEvent> ||
    std::is_same_v<T, GstMessage> || std::is_same_v<T, GstPromise> ||
    std::is_same_v<T, GstSample> || std::is_same_v<T, GstMemory>;

template <GstMiniObjectType T>
struct Counting<T> {
  static void add(T* object) { gst_mini_object_ref(GST_MINI_OBJECT_CAST(object)); }
  static void drop(T* object) { gst_mini_object_unref(GST_MINI_OBJECT_CAST(object)); }
};

namespace gst {

using tessera::CString;
using tessera::FreeWith;
using tessera::GErrorPtr;
using tessera::Ref;

}  // namespace gst
}  // namespace tessera
