#include "signalling/sdp_fragment.h"

namespace tessera::signalling {
namespace {

// Calls `use` with each line, without its end.
template <typename Use>
void for_each_line(std::string_view text, Use use) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    use(line);
  }
}

constexpr std::string_view ufrag_attribute = "a=ice-ufrag:";
constexpr std::string_view candidate_attribute = "a=candidate:";
constexpr std::string_view end_attribute = "a=end-of-candidates";

}  // namespace

std::string ice_ufrag(std::string_view sdp) {
  std::string found;
  for_each_line(sdp, [&](std::string_view line) {
    if (found.empty() && line.starts_with(ufrag_attribute)) {
      found = line.substr(ufrag_attribute.size());
    }
  });
  return found;
}

std::vector<Candidate> candidates_of(std::string_view fragment) {
  std::vector<Candidate> candidates;
  bool is_last = false;
  for_each_line(fragment, [&](std::string_view line) {
    if (line.starts_with(candidate_attribute)) {
      candidates.push_back({std::string(line.substr(2)), {}});
    }
    is_last = is_last || line == end_attribute;
  });
  if (is_last) candidates.push_back({});
  return candidates;
}

std::string with_candidates(std::string_view sdp, const std::vector<Candidate>& candidates) {
  std::string text;
  int m_line_index = -1;
  const auto end_section = [&] {
    if (m_line_index < 0) return;
    bool has_some = false;
    for (const Candidate& one : candidates) {
      if (one.sdp_m_line_index.value_or(0) != m_line_index) continue;
      text += "a=" + one.candidate + "\r\n";
      has_some = true;
    }
    if (has_some) text += std::string(end_attribute) + "\r\n";
  };
  for_each_line(sdp, [&](std::string_view line) {
    if (line.starts_with("m=")) {
      end_section();
      ++m_line_index;
    }
    text += std::string(line) + "\r\n";
  });
  end_section();
  return text;
}

}  // namespace tessera::signalling
