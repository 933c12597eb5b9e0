#include "gst/nal.h"

#include <algorithm>
#include <array>

namespace tessera::gst {
namespace {

constexpr std::array<std::uint8_t, 3> start_code = {0, 0, 1};

// From the next start code on; empty without one.
Bytes from_start_code(Bytes bytes) {
  const auto found = std::ranges::search(bytes, start_code);
  return bytes.subspan(static_cast<std::size_t>(found.begin() - bytes.begin()));
}

bool read_byte_stream(Bytes bytes, const std::function<bool(Bytes)>& read) {
  for (Bytes at = from_start_code(bytes); !at.empty();) {
    at = at.subspan(start_code.size());
    const Bytes next = from_start_code(at);
    if (!read(at.first(at.size() - next.size()))) return false;
    at = next;
  }
  return true;
}

}  // namespace

std::optional<Bytes> take_nal(Bytes& bytes, int length_size) {
  const auto prefix = static_cast<std::size_t>(length_size);
  if (bytes.size() < prefix) return std::nullopt;
  std::size_t length = 0;
  for (const std::uint8_t byte : bytes.first(prefix)) length = length << 8 | byte;
  bytes = bytes.subspan(prefix);
  if (length > bytes.size()) return std::nullopt;
  const Bytes nal = bytes.first(length);
  if (!from_start_code(nal).empty()) return std::nullopt;
  bytes = bytes.subspan(length);
  return nal;
}

bool read_nals(Bytes buffer, int length_size, const std::function<bool(Bytes)>& read) {
  if (length_size == 0) return read_byte_stream(buffer, read);
  while (!buffer.empty()) {
    const std::optional<Bytes> nal = take_nal(buffer, length_size);
    if (!nal || !read(*nal)) return false;
  }
  return true;
}

}  // namespace tessera::gst
