#include "peer/agreement.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <utility>

namespace tessera::peer {
namespace {

constexpr int video_clock_rate = 90000;
constexpr int opus_clock_rate = 48000;

Error unsupported(const std::string& why) { return {"unsupported_media", why}; }

bool has(const OfferedCodec& codec, const std::string& parameter, const std::string& value) {
  const auto found = codec.parameters.find(parameter);
  return found != codec.parameters.end() && found->second == value;
}

// Constrained baseline: profile_idc 66 with constraint_set1_flag, and none of the flags that would
// make it another profile (RFC 6184, table 5).
bool is_constrained_baseline(const OfferedCodec& codec) {
  const auto found = codec.parameters.find("profile-level-id");
  if (found == codec.parameters.end() || found->second.size() != 6) return false;
  char* end = nullptr;
  const long id = std::strtol(found->second.c_str(), &end, 16);
  return *end == '\0' && id >> 16 == 66 && (id >> 8 & 0x4f) == 0x40;
}

bool is_usable(const OfferedCodec& codec, VideoCodec wanted) {
  if (codec.name != name(wanted) || codec.clock_rate != video_clock_rate) return false;
  // What every browser and hardware encoder can do.
  return wanted != VideoCodec::h264 ||
         (is_constrained_baseline(codec) && has(codec, "packetization-mode", "1"));
}

const OfferedCodec* find_video(const OfferedMedia& media, VideoCodec wanted) {
  const auto found = std::ranges::find_if(
      media.codecs, [&](const OfferedCodec& codec) { return is_usable(codec, wanted); });
  return found == media.codecs.end() ? nullptr : &*found;
}

std::optional<int> find_rtx(const OfferedMedia& media, const OfferedCodec& codec) {
  for (const OfferedCodec& other : media.codecs) {
    if (other.name == "RTX" && other.clock_rate == codec.clock_rate &&
        has(other, "apt", std::to_string(codec.payload_type))) {
      return other.payload_type;
    }
  }
  return std::nullopt;
}

AgreedMedia take_over(const OfferedMedia& media, const OfferedCodec& codec) {
  AgreedMedia agreed;
  agreed.m_line_index = media.m_line_index;
  agreed.codec = codec;
  agreed.send = media.direction == Direction::sendrecv || media.direction == Direction::recvonly;
  agreed.receive = media.direction == Direction::sendrecv || media.direction == Direction::sendonly;
  agreed.extensions = media.extensions;
  return agreed;
}

Result<AgreedMedia> agree_on_audio(const OfferedMedia& media) {
  for (const OfferedCodec& codec : media.codecs) {
    if (codec.is_opus() && codec.clock_rate == opus_clock_rate) {
      return take_over(media, codec);
    }
  }
  return unsupported("The offer has no Opus for its sound.");
}

Result<Agreement> agree_on_video(Agreement agreement, const OfferedMedia& media,
                                 const std::vector<VideoCodec>& preferred) {
  for (const VideoCodec codec : preferred) {
    const OfferedCodec* found = find_video(media, codec);
    if (found == nullptr) continue;
    agreement.video = take_over(media, *found);
    agreement.video->rtx_payload_type = find_rtx(media, *found);
    agreement.video_codec = codec;
    return agreement;
  }
  return unsupported("The offer has none of the video codecs that this server uses.");
}

// In a bundle a payload type means one thing, whichever m-line it stands in (RFC 8843, section
// 10.1.2).
bool is_ambiguous(const Agreement& agreement) {
  if (!agreement.audio || !agreement.video) return false;
  const int audio = agreement.audio->codec.payload_type;
  return audio == agreement.video->codec.payload_type || audio == agreement.video->rtx_payload_type;
}

const char* in_sdp(Direction direction) {
  switch (direction) {
    case Direction::sendrecv:
      return "sendrecv";
    case Direction::sendonly:
      return "sendonly";
    case Direction::recvonly:
      return "recvonly";
    case Direction::inactive:
      break;
  }
  return "inactive";
}

void write_transport(std::ostream& sdp, const Transport& transport) {
  sdp << "a=ice-ufrag:" << transport.ice_ufrag << "\r\na=ice-pwd:" << transport.ice_password
      << "\r\na=setup:" << transport.setup << "\r\na=rtcp-mux\r\n";
  for (const std::string& fingerprint : transport.fingerprints) {
    sdp << "a=fingerprint:sha-256 " << fingerprint << "\r\n";
  }
}

// The codec's own parameters and feedback stand in the codec-preferences (rtp_caps.h), which
// webrtcbin intersects with this.
void write_media(std::ostream& sdp, const OfferedMedia& offered, const AgreedMedia& agreed,
                 const Transport& transport) {
  const bool is_audio = agreed.codec.is_opus();
  const int type = agreed.codec.payload_type;
  const auto rtx = agreed.rtx_payload_type;
  sdp << "m=" << (is_audio ? "audio" : "video") << " 9 UDP/TLS/RTP/SAVPF " << type;
  if (rtx) sdp << ' ' << *rtx;
  sdp << "\r\nc=IN IP4 0.0.0.0\r\na=mid:" << offered.mid << "\r\na=" << in_sdp(offered.direction)
      << "\r\n";
  write_transport(sdp, transport);
  sdp << "a=rtpmap:" << type << ' ' << agreed.codec.name << '/' << agreed.codec.clock_rate
      << (is_audio ? "/2\r\n" : "\r\n");
  if (rtx) {
    sdp << "a=rtpmap:" << *rtx << " rtx/" << agreed.codec.clock_rate << "\r\na=fmtp:" << *rtx
        << " apt=" << type << "\r\n";
  }
  // By these webrtcbin knows which m-line a packet belongs to.
  for (const std::uint32_t ssrc : offered.ssrcs) sdp << "a=ssrc:" << ssrc << " cname:client\r\n";
}

}  // namespace

Result<Agreement> agree(const Offer& offer, const std::vector<VideoCodec>& preferred) {
  Agreement agreement;
  if (offer.audio) {
    Result<AgreedMedia> audio = agree_on_audio(*offer.audio);
    if (!audio) return audio.error();
    agreement.audio = std::move(*audio);
  }
  if (offer.video) {
    Result<Agreement> both = agree_on_video(std::move(agreement), *offer.video, preferred);
    if (!both) return both.error();
    agreement = std::move(*both);
  }
  if (is_ambiguous(agreement)) return unsupported("The offer uses one payload type twice.");
  return agreement;
}

std::string plain_offer(const Offer& offer, const Agreement& agreement) {
  struct Line {
    const OfferedMedia* offered;
    const AgreedMedia* agreed;
  };
  std::vector<Line> lines;
  if (offer.audio) lines.push_back({&*offer.audio, &*agreement.audio});
  if (offer.video) lines.push_back({&*offer.video, &*agreement.video});
  std::ranges::sort(lines, [](const Line& one, const Line& other) {
    return one.offered->m_line_index < other.offered->m_line_index;
  });

  std::ostringstream sdp;
  sdp << "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n";
  if (offer.transport.is_bundled) {
    std::string group = "a=group:BUNDLE";
    for (const Line& line : lines) {
      const bool is_first = line.offered->m_line_index == offer.transport.m_line_index;
      group.insert(is_first ? std::string("a=group:BUNDLE").size() : group.size(),
                   " " + line.offered->mid);
    }
    sdp << group << "\r\n";
  }
  sdp << "a=ice-options:trickle\r\n";
  for (const Line& line : lines) write_media(sdp, *line.offered, *line.agreed, offer.transport);
  return sdp.str();
}

}  // namespace tessera::peer
