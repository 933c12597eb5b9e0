#pragma once

#include <glib-object.h>

#include <memory>
#include <utility>

namespace tessera {

// How objects of a type are counted: as GObjects, unless it is specialized (gst/ref.h).
template <typename T>
struct Counting {
  static void add(T* object) { g_object_ref_sink(object); }
  static void drop(T* object) { g_object_unref(object); }
};

template <>
struct Counting<GSource> {
  static void add(GSource* source) { g_source_ref(source); }
  static void drop(GSource* source) { g_source_unref(source); }
};

template <>
struct Counting<GBytes> {
  static void add(GBytes* bytes) { g_bytes_ref(bytes); }
  static void drop(GBytes* bytes) { g_bytes_unref(bytes); }
};

// One counted reference to an object of a C library. How the reference came about is visible where
// it is made: adopt() takes one over ("transfer full"), share() adds one ("transfer none") and
// sinks a floating one.
template <typename T>
class Ref {
 public:
  Ref() = default;
  Ref(std::nullptr_t) {}
  Ref(const Ref& other) : object_(other.object_) { add(); }
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() {
    if (object_ != nullptr) Counting<T>::drop(object_);
  }

  static Ref adopt(T* object) { return Ref(object); }
  static Ref share(T* object) {
    Ref ref(object);
    ref.add();
    return ref;
  }

  T* get() const { return object_; }
  T* operator->() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }

  // Gives the reference away, to a function that takes it over.
  [[nodiscard]] T* release() { return std::exchange(object_, nullptr); }

 private:
  explicit Ref(T* object) : object_(object) {}

  void add() {
    if (object_ != nullptr) Counting<T>::add(object_);
  }

  T* object_ = nullptr;
};

// Things that are freed rather than counted.
template <auto free_function>
struct FreeWith {
  template <typename T>
  void operator()(T* thing) const {
    free_function(thing);
  }
};

using CString = std::unique_ptr<char, FreeWith<g_free>>;
using GErrorPtr = std::unique_ptr<GError, FreeWith<g_error_free>>;

}  // namespace tessera
