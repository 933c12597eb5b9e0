#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace tessera {

// The whole number, in decimal digits, that the text is from its first to its last character.
// Nothing if it is anything else, or if `Number` can't hold it.
template <std::integral Number = int>
std::optional<Number> number_from(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The parts of `text` before and after the first `separator`; nothing if there is none.
inline std::optional<std::pair<std::string_view, std::string_view>> split(std::string_view text,
                                                                          char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return std::nullopt;
  return std::pair(text.substr(0, at), text.substr(at + 1));
}

}  // namespace tessera
