#include "ingest/fault.h"

#include "base/ref.h"

namespace tessera::ingest {
namespace {

constexpr const char* unreachable = "The source can't be reached, or broke off.";

Error failed(const char* message) { return {"source_failed", message}; }

Error resource_fault(int code) {
  switch (code) {
    case GST_RESOURCE_ERROR_NOT_FOUND:
      return {"source_not_found", "There is nothing at this address."};
    case GST_RESOURCE_ERROR_NOT_AUTHORIZED:
      return failed("The source refuses access: it may need a user name and a password.");
    default:
      return failed(unreachable);
  }
}

Error stream_fault(int code) {
  switch (code) {
    case GST_STREAM_ERROR_TYPE_NOT_FOUND:
    case GST_STREAM_ERROR_WRONG_TYPE:
    case GST_STREAM_ERROR_CODEC_NOT_FOUND:
      return failed("The source's format isn't known.");
    case GST_STREAM_ERROR_DECRYPT:
    case GST_STREAM_ERROR_DECRYPT_NOKEY:
      return failed("The source is encrypted.");
    default:
      return failed("The source can't be read: it is damaged, or of a form that isn't known.");
  }
}

}  // namespace

Error fault_from(GstMessage* message) {
  GError* raw_error = nullptr;
  gst_message_parse_error(message, &raw_error, nullptr);
  const GErrorPtr error(raw_error);
  if (error->domain == GST_RESOURCE_ERROR) return resource_fault(error->code);
  const bool is_of_source =
      GST_IS_ELEMENT(GST_MESSAGE_SRC(message)) &&
      GST_OBJECT_FLAG_IS_SET(GST_MESSAGE_SRC(message), GST_ELEMENT_FLAG_SOURCE);
  // An element that reads says so too when it can't (souphttpsrc, 1.22).
  if (is_of_source && error->domain == GST_STREAM_ERROR) return failed(unreachable);
  if (error->domain == GST_STREAM_ERROR) return stream_fault(error->code);
  if (g_error_matches(error.get(), GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN)) {
    return failed("The source's format isn't known.");
  }
  return failed("The source can't be played.");
}

}  // namespace tessera::ingest
