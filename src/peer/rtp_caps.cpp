#include "peer/rtp_caps.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace tessera::peer {
namespace {

// What we ask for and answer, by its name in SDP and in caps.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> known_feedback = {
    {{"nack", "rtcp-fb-nack"},
     {"nack pli", "rtcp-fb-nack-pli"},
     {"ccm fir", "rtcp-fb-ccm-fir"},
     {"transport-cc", "rtcp-fb-transport-cc"}}};

std::string common_caps(const AgreedMedia& media) {
  const bool is_audio = media.codec.is_opus();
  std::string caps = "application/x-rtp,media=" + std::string(is_audio ? "audio" : "video") +
                     ",encoding-name=" + media.codec.name +
                     ",clock-rate=" + (is_audio ? "48000" : "90000") +
                     ",payload=" + std::to_string(media.codec.payload_type);
  if (is_audio) caps += ",encoding-params=(string)2";
  return caps;
}

std::string extension(std::string_view uri, int id) {
  return ",extmap-" + std::to_string(id) + "=(string)" + std::string(uri);
}

// Takes over a parameter of the offer if it is of letters and digits, as all that we need are.
std::string parameter(const OfferedCodec& codec, const std::string& key) {
  const auto found = codec.parameters.find(key);
  if (found == codec.parameters.end()) return "";
  const std::string& value = found->second;
  const bool is_plain = !value.empty() && std::ranges::all_of(value, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
  return is_plain ? "," + key + "=(string)" + value : "";
}

std::string codec_parameters(const AgreedMedia& media) {
  if (media.codec.is_opus()) return ",useinbandfec=(string)1,minptime=(string)10";
  if (media.codec.name != "H264") return "";
  return ",packetization-mode=(string)1" + parameter(media.codec, "profile-level-id") +
         parameter(media.codec, "level-asymmetry-allowed");
}

}  // namespace

std::string codec_preferences(const AgreedMedia& media) {
  std::string caps = common_caps(media) + codec_parameters(media);
  for (const auto& [in_sdp, in_caps] : known_feedback) {
    const auto& offered = media.codec.feedback;
    if (std::ranges::find(offered, in_sdp) != offered.end()) {
      caps += "," + std::string(in_caps) + "=true";
    }
  }
  for (const auto& [uri, id] : media.extensions) caps += extension(uri, id);
  return caps;
}

std::string payload_caps(const AgreedMedia& media, std::uint32_t ssrc) {
  std::string caps = common_caps(media) + ",ssrc=(uint)" + std::to_string(ssrc);
  const auto found = media.extensions.find(std::string(transport_cc_uri));
  if (found != media.extensions.end()) caps += extension(found->first, found->second);
  return caps;
}

}  // namespace tessera::peer
