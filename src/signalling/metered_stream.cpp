#include "signalling/metered_stream.h"

#include <algorithm>
#include <chrono>
#include <memory>

#include "base/units.h"

namespace tessera::signalling {
namespace {

constexpr gsize bytes_in_a_turn = gsize{16} * 1024;
constexpr gsize bytes_when_throttled = 1024;
constexpr Duration between_reads_when_throttled = std::chrono::milliseconds(10);

constexpr const char* handed_out = "handed-out";

struct MeteredInput {
  GFilterInputStream parent;
  gsize left;  // In this turn.
  bool is_throttled;
};

struct MeteredStream {
  GIOStream parent;
  Ref<GIOStream> base;
  Ref<GInputStream> input;  // A MeteredInput.
};

MeteredInput* metered_input(gpointer object) { return static_cast<MeteredInput*>(object); }
MeteredStream* metered_stream(gpointer object) { return static_cast<MeteredStream*>(object); }

GPollableInputStream* base_of(MeteredInput* input) {
  return G_POLLABLE_INPUT_STREAM(g_filter_input_stream_get_base_stream(&input->parent));
}

gboolean is_readable(GPollableInputStream* stream) {
  MeteredInput* input = metered_input(stream);
  return static_cast<gboolean>(input->left > 0 &&
                               g_pollable_input_stream_is_readable(base_of(input)) != FALSE);
}

gssize read_nonblocking(GPollableInputStream* stream, void* buffer, gsize size, GError** error) {
  MeteredInput* input = metered_input(stream);
  if (input->left == 0) {
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "enough for this turn");
    return -1;
  }
  const gssize count = g_pollable_input_stream_read_nonblocking(
      base_of(input), buffer, std::min(size, input->left), nullptr, error);
  if (count > 0) {
    const auto bytes = static_cast<gsize>(count);
    input->left -= bytes;
    g_signal_emit_by_name(input, handed_out, buffer, bytes);
  }
  return count;
}

// Whoever asks for a source has read what there was for this turn: here and, if that is metered
// too, of what is under it.
GSource* create_source(GPollableInputStream* stream, GCancellable* cancel) {
  MeteredInput* input = metered_input(stream);
  input->left = input->is_throttled ? bytes_when_throttled : bytes_in_a_turn;
  auto wait = Ref<GSource>::adopt(g_pollable_input_stream_create_source(base_of(input), nullptr));
  if (input->is_throttled) {
    wait = Ref<GSource>::adopt(g_timeout_source_new(between_reads_when_throttled.count()));
  }
  return g_pollable_source_new_full(stream, wait.get(), cancel);
}

gssize refuse_to_block(GInputStream*, void*, gsize, GCancellable*, GError** error) {
  g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "it only meters what doesn't");
  return -1;
}

void initialize_input_class(gpointer type_class, gpointer) {
  G_INPUT_STREAM_CLASS(type_class)->read_fn = refuse_to_block;
  g_signal_new(handed_out, G_TYPE_FROM_CLASS(type_class), G_SIGNAL_RUN_LAST, 0, nullptr, nullptr,
               nullptr, G_TYPE_NONE, 2, G_TYPE_POINTER, G_TYPE_ULONG);
}

void initialize_input(GTypeInstance* instance, gpointer) {
  metered_input(instance)->left = bytes_in_a_turn;
}

void implement_pollable(gpointer interface, gpointer) {
  auto* pollable = static_cast<GPollableInputStreamInterface*>(interface);
  pollable->is_readable = is_readable;
  pollable->read_nonblocking = read_nonblocking;
  pollable->create_source = create_source;
}

GType metered_input_type() {
  static const GType type = [] {
    const GType registered = g_type_register_static_simple(
        G_TYPE_FILTER_INPUT_STREAM, "TesseraMeteredInput", sizeof(GFilterInputStreamClass),
        initialize_input_class, sizeof(MeteredInput), initialize_input, GTypeFlags(0));
    const GInterfaceInfo pollable = {implement_pollable, nullptr, nullptr};
    g_type_add_interface_static(registered, G_TYPE_POLLABLE_INPUT_STREAM, &pollable);
    return registered;
  }();
  return type;
}

GInputStream* input_of(GIOStream* stream) { return metered_stream(stream)->input.get(); }

GOutputStream* output_of(GIOStream* stream) {
  return g_io_stream_get_output_stream(metered_stream(stream)->base.get());
}

gboolean close(GIOStream* stream, GCancellable* cancel, GError** error) {
  return g_io_stream_close(metered_stream(stream)->base.get(), cancel, error);
}

// At once: to close a socket doesn't block, and GIO's own way would do it on another thread.
void close_async(GIOStream* stream, int, GCancellable* cancel, GAsyncReadyCallback closed,
                 gpointer data) {
  const auto task = Ref<GTask>::adopt(g_task_new(stream, cancel, closed, data));
  GError* error = nullptr;
  if (close(stream, cancel, &error) != FALSE) {
    g_task_return_boolean(task.get(), TRUE);
  } else {
    g_task_return_error(task.get(), error);
  }
}

gboolean close_finish(GIOStream*, GAsyncResult* result, GError** error) {
  return g_task_propagate_boolean(G_TASK(result), error);
}

void finalize(GObject* object) {
  MeteredStream* stream = metered_stream(object);
  std::destroy_at(&stream->input);
  std::destroy_at(&stream->base);
  G_OBJECT_CLASS(g_type_class_peek(G_TYPE_IO_STREAM))->finalize(object);
}

void initialize_stream_class(gpointer type_class, gpointer) {
  G_OBJECT_CLASS(type_class)->finalize = finalize;
  GIOStreamClass* stream = G_IO_STREAM_CLASS(type_class);
  stream->get_input_stream = input_of;
  stream->get_output_stream = output_of;
  stream->close_fn = close;
  stream->close_async = close_async;
  stream->close_finish = close_finish;
}

void initialize_stream(GTypeInstance* instance, gpointer) {
  MeteredStream* stream = metered_stream(instance);
  std::construct_at(&stream->base);
  std::construct_at(&stream->input);
}

GType metered_stream_type() {
  static const GType type = g_type_register_static_simple(
      G_TYPE_IO_STREAM, "TesseraMeteredStream", sizeof(GIOStreamClass), initialize_stream_class,
      sizeof(MeteredStream), initialize_stream, GTypeFlags(0));
  return type;
}

}  // namespace

Ref<GIOStream> meter(GIOStream* base) {
  auto stream = Ref<GIOStream>::adopt(G_IO_STREAM(g_object_new(metered_stream_type(), nullptr)));
  MeteredStream* metered = metered_stream(stream.get());
  metered->base = Ref<GIOStream>::share(base);
  metered->input = Ref<GInputStream>::adopt(G_INPUT_STREAM(
      g_object_new(metered_input_type(), "base-stream", g_io_stream_get_input_stream(base),
                   "close-base-stream", FALSE, nullptr)));
  return stream;
}

void throttle(GIOStream* metered) { metered_input(input_of(metered))->is_throttled = true; }

}  // namespace tessera::signalling
