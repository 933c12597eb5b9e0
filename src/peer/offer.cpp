#include "peer/offer.h"

#include <gst/sdp/gstsdpmessage.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <sstream>

#include "base/text.h"
#include "gst/ref.h"

namespace tessera::peer {
namespace {

using SdpMessage = std::unique_ptr<GstSDPMessage, gst::FreeWith<gst_sdp_message_free>>;

// Far above what any browser says, so that reading costs no more than a moment. Of lines,
// Chromium's offers have 160, and GStreamer looks for the n-th of a kind from the first on.
constexpr std::size_t longest_sdp = 64 * 1024;
constexpr std::ptrdiff_t most_lines = 1000;
constexpr std::size_t longest_word = 256;
constexpr std::size_t most_ssrcs = 8;
constexpr std::size_t most_candidates = 64;

Error invalid_sdp(const std::string& why) {
  return {"invalid_sdp", "The offer isn't usable SDP: " + why + "."};
}

Error unsupported(const std::string& why) { return {"unsupported_media", why}; }

std::string converted(std::string_view text, int (*convert)(int)) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [convert](unsigned char c) { return static_cast<char>(convert(c)); });
  return result;
}

std::string upper(std::string_view text) { return converted(text, std::toupper); }
std::string lower(std::string_view text) { return converted(text, std::tolower); }

bool consists_of(std::string_view text, bool (*is_allowed)(unsigned char)) {
  return std::ranges::all_of(text, is_allowed);
}

// RFC 8866, section 9: "token".
bool is_token(std::string_view text) {
  static constexpr std::string_view excluded = "\"(),/:;<=>?@[\\]";
  return !text.empty() && text.size() <= longest_word && consists_of(text, [](unsigned char c) {
    return c > 0x20 && c < 0x7f && excluded.find(static_cast<char>(c)) == std::string_view::npos;
  });
}

// RFC 8839, section 5.4: "ice-char", and at least so many of them.
bool is_ice_text(std::string_view text, std::size_t shortest) {
  return text.size() >= shortest && text.size() <= longest_word &&
         consists_of(text, [](unsigned char c) {
           return (c < 0x80 && std::isalnum(c) != 0) || c == '+' || c == '/';
         });
}

// The first word, and what follows the space behind it; empty if there is none.
std::pair<std::string_view, std::string_view> cut(std::string_view text, char at = ' ') {
  return split(text, at).value_or(std::pair(text, std::string_view()));
}

std::map<std::string, std::string> format_parameters(std::string_view text) {
  std::map<std::string, std::string> parameters;
  std::istringstream parts{std::string(text)};
  for (std::string part; std::getline(parts, part, ';');) {
    part.erase(0, part.find_first_not_of(' '));
    part.erase(part.find_last_not_of(' ') + 1);
    const auto [key, value] = cut(part, '=');
    if (!value.empty()) parameters[lower(key)] = value;
  }
  return parameters;
}

// "opus/48000/2"
void read_encoding(OfferedCodec& codec, std::string_view encoding) {
  const auto [name, rest] = cut(encoding, '/');
  codec.name = upper(name);
  codec.clock_rate = number_from(cut(rest, '/').first).value_or(0);
}

void read_codec_attribute(OfferedMedia& media, std::string_view key, std::string_view value) {
  const auto [type, rest] = cut(value);
  const std::optional<int> payload_type = number_from(type);
  for (OfferedCodec& codec : media.codecs) {
    const bool concerns_all = key == "rtcp-fb" && type == "*";
    if (!concerns_all && codec.payload_type != payload_type) continue;
    if (key == "rtpmap") read_encoding(codec, rest);
    if (key == "fmtp") codec.parameters = format_parameters(rest);
    if (key == "rtcp-fb") codec.feedback.emplace_back(rest);
  }
}

// "3 http://…" or "3/sendrecv http://… vad=on". An extension for one direction only is of no use:
// the answer would have to say so too, which webrtcbin can't.
void read_extension(OfferedMedia& media, std::string_view value) {
  const auto [numbered, rest] = cut(value);
  const auto [id_text, direction] = cut(numbered, '/');
  const std::string uri(cut(rest).first);
  const std::optional<int> id = number_from(id_text);
  const bool is_known = uri == transport_cc_uri || uri == audio_level_uri;
  const bool is_both_ways = direction.empty() || direction == "sendrecv";
  // One-byte header extensions have the ids 1 to 14 (RFC 8285, section 4.2).
  if (!is_known || !is_both_ways || !id || *id < 1 || *id > 14) return;
  const bool is_taken = std::ranges::any_of(media.extensions, [&](const auto& other) {
    return other.second == *id && other.first != uri;
  });
  if (!is_taken) media.extensions[uri] = *id;
}

// "2231627014 cname:…"
void read_ssrc(OfferedMedia& media, std::string_view value) {
  const auto ssrc = number_from<std::uint32_t>(cut(value).first);
  const auto& known = media.ssrcs;
  if (ssrc && known.size() < most_ssrcs && std::ranges::find(known, *ssrc) == known.end()) {
    media.ssrcs.push_back(*ssrc);
  }
}

// The value of an attribute of the m-line or else of the session; null if neither has it.
const char* attribute(const GstSDPMessage* message, const GstSDPMedia* media, const char* key) {
  const char* value = gst_sdp_media_get_attribute_val(media, key);
  return value != nullptr ? value : gst_sdp_message_get_attribute_val(message, key);
}

Direction read_direction(const GstSDPMessage* message, const GstSDPMedia* media) {
  if (gst_sdp_media_get_attribute_val(media, "sendrecv") != nullptr) return Direction::sendrecv;
  if (attribute(message, media, "sendonly") != nullptr) return Direction::sendonly;
  if (attribute(message, media, "recvonly") != nullptr) return Direction::recvonly;
  if (attribute(message, media, "inactive") != nullptr) return Direction::inactive;
  return Direction::sendrecv;
}

void read_payload_types(OfferedMedia& media, const GstSDPMedia* sdp) {
  for (guint i = 0; i < gst_sdp_media_formats_len(sdp); ++i) {
    const std::optional<int> type = number_from(gst_sdp_media_get_format(sdp, i));
    if (!type || *type < 0 || *type > 127) continue;
    const bool is_new = std::ranges::none_of(
        media.codecs, [&](const auto& codec) { return codec.payload_type == *type; });
    if (is_new) media.codecs.push_back({*type, "", 0, {}, {}});
  }
}

OfferedMedia read_media(const GstSDPMessage* message, int index) {
  const GstSDPMedia* sdp = gst_sdp_message_get_media(message, static_cast<guint>(index));
  OfferedMedia media;
  media.m_line_index = index;
  media.direction = read_direction(message, sdp);
  const char* mid = gst_sdp_media_get_attribute_val(sdp, "mid");
  media.mid = mid != nullptr ? mid : "";
  read_payload_types(media, sdp);
  for (guint i = 0; i < gst_sdp_media_attributes_len(sdp); ++i) {
    const GstSDPAttribute* attribute = gst_sdp_media_get_attribute(sdp, i);
    const std::string_view key = attribute->key;
    const std::string_view value = attribute->value;
    if (key == "extmap") {
      read_extension(media, value);
    } else if (key == "ssrc") {
      read_ssrc(media, value);
    } else {
      read_codec_attribute(media, key, value);
    }
  }
  return media;
}

// The values of all SHA-256 a=fingerprint lines of an m-line, or of the session if it is null.
std::vector<std::string> read_fingerprints(const GstSDPMessage* message, const GstSDPMedia* media) {
  std::vector<std::string> fingerprints;
  for (guint i = 0;; ++i) {
    const char* value = media != nullptr
                            ? gst_sdp_media_get_attribute_val_n(media, "fingerprint", i)
                            : gst_sdp_message_get_attribute_val_n(message, "fingerprint", i);
    if (value == nullptr) return fingerprints;
    const std::string line = upper(value);
    const auto [algorithm, hash] = cut(line);
    const bool is_hash = hash.size() == 32 * 3 - 1 && consists_of(hash, [](unsigned char c) {
                           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || c == ':';
                         });
    if (algorithm == "SHA-256" && is_hash) fingerprints.emplace_back(hash);
  }
}

Result<void> read_transport(Transport& transport, const GstSDPMessage* message) {
  const GstSDPMedia* media =
      gst_sdp_message_get_media(message, static_cast<guint>(transport.m_line_index));
  const char* ufrag = attribute(message, media, "ice-ufrag");
  const char* password = attribute(message, media, "ice-pwd");
  if (ufrag == nullptr || password == nullptr || !is_ice_text(ufrag, 4) ||
      !is_ice_text(password, 22)) {
    return invalid_sdp("it lacks ICE credentials");
  }
  transport.ice_ufrag = ufrag;
  transport.ice_password = password;

  const char* setup = attribute(message, media, "setup");
  transport.setup = setup != nullptr ? setup : "";
  if (transport.setup != "actpass" && transport.setup != "active" && transport.setup != "passive") {
    return invalid_sdp("it lacks a=setup");
  }
  transport.fingerprints = read_fingerprints(message, media);
  if (transport.fingerprints.empty()) transport.fingerprints = read_fingerprints(message, nullptr);
  if (transport.fingerprints.empty()) return invalid_sdp("it lacks a SHA-256 DTLS fingerprint");
  if (gst_sdp_media_get_attribute_val(media, "rtcp-mux") == nullptr) {
    return unsupported("The offer lacks a=rtcp-mux.");
  }
  for (guint i = 0; i < most_candidates; ++i) {
    const char* candidate = gst_sdp_media_get_attribute_val_n(media, "candidate", i);
    if (candidate == nullptr) break;
    transport.candidates.push_back(std::string("candidate:") + candidate);
  }
  return {};
}

// The mids of the BUNDLE group, the transport's first; empty if there is none.
std::vector<std::string> read_bundle(const GstSDPMessage* message) {
  for (guint i = 0;; ++i) {
    const char* value = gst_sdp_message_get_attribute_val_n(message, "group", i);
    if (value == nullptr) return {};
    std::istringstream words(value);
    std::string semantics;
    std::vector<std::string> group;
    words >> semantics;
    for (std::string mid; words >> mid;) group.push_back(mid);
    if (semantics == "BUNDLE") return group;
  }
}

// Finds the m-line whose transport carries all `mids`.
Result<Transport> find_transport(const GstSDPMessage* message,
                                 const std::vector<std::string>& mids) {
  const std::vector<std::string> group = read_bundle(message);
  if (group.empty() && mids.size() == 1) return Transport{};
  const bool holds_all = std::ranges::all_of(
      mids, [&](const std::string& mid) { return std::ranges::find(group, mid) != group.end(); });
  if (!holds_all) return unsupported("The offer doesn't bundle its m-lines.");
  const auto first = std::ranges::find(mids, group.front());
  if (first == mids.end()) return invalid_sdp("its BUNDLE group names an m-line that isn't there");
  Transport transport;
  transport.is_bundled = true;
  transport.m_line_index = static_cast<int>(first - mids.begin());
  return transport;
}

Result<SdpMessage> parse(const std::string& sdp) {
  if (sdp.size() > longest_sdp) return invalid_sdp("it is too long");
  // GStreamer takes either of the two for a line's end.
  if (std::max(std::ranges::count(sdp, '\n'), std::ranges::count(sdp, '\r')) > most_lines) {
    return invalid_sdp("it has too many lines");
  }
  if (!sdp.starts_with("v=0")) return invalid_sdp("it doesn't begin with v=0");
  if (!consists_of(sdp, [](unsigned char c) {
        return (c >= 0x20 && c != 0x7f) || c == '\r' || c == '\n' || c == '\t';
      })) {
    return invalid_sdp("it isn't text");
  }
  GstSDPMessage* raw = nullptr;
  gst_sdp_message_new(&raw);
  SdpMessage message(raw);
  const auto* bytes = reinterpret_cast<const guint8*>(sdp.data());
  if (gst_sdp_message_parse_buffer(bytes, static_cast<guint>(sdp.size()), raw) != GST_SDP_OK) {
    return invalid_sdp("it can't be read");
  }
  return message;
}

bool is_rejected(const GstSDPMedia* media) {
  return gst_sdp_media_get_port(media) == 0 &&
         gst_sdp_media_get_attribute_val(media, "bundle-only") == nullptr;
}

// Takes one m-line into the offer.
Result<void> read_m_line(Offer& offer, const GstSDPMessage* message, int index) {
  const GstSDPMedia* sdp = gst_sdp_message_get_media(message, static_cast<guint>(index));
  const char* kind_text = gst_sdp_media_get_media(sdp);
  const std::string_view kind = kind_text != nullptr ? kind_text : "";
  if (kind != "audio" && kind != "video") {
    return unsupported("The offer has an m-line that is neither sound nor video.");
  }
  std::optional<OfferedMedia>& media = kind == "audio" ? offer.audio : offer.video;
  if (media) return unsupported("The offer has more than one m-line of a kind.");
  media = read_media(message, index);
  if (!is_token(media->mid)) return invalid_sdp("an m-line lacks a usable a=mid");
  return {};
}

// Whether any m-line asks for media.
bool has_media(const GstSDPMessage* message) {
  for (guint i = 0; i < gst_sdp_message_medias_len(message); ++i) {
    const GstSDPMedia* media = gst_sdp_message_get_media(message, i);
    if (!is_rejected(media) && read_direction(message, media) != Direction::inactive) return true;
  }
  return false;
}

}  // namespace

Result<Offer> read_offer(const std::string& sdp) {
  Result<SdpMessage> parsed = parse(sdp);
  if (!parsed) return parsed.error();
  const GstSDPMessage* message = parsed->get();
  if (!has_media(message)) {
    return Error{"no_media", "The offer has no m-line for sound or video."};
  }

  Offer offer;
  std::vector<std::string> mids;
  for (guint i = 0; i < gst_sdp_message_medias_len(message); ++i) {
    if (is_rejected(gst_sdp_message_get_media(message, i))) {
      return unsupported("The offer has an m-line with port 0.");
    }
    const Result<void> read = read_m_line(offer, message, static_cast<int>(i));
    if (!read) return read.error();
    const std::optional<OfferedMedia>& media =
        offer.audio && offer.audio->m_line_index == static_cast<int>(i) ? offer.audio : offer.video;
    if (std::ranges::find(mids, media->mid) != mids.end()) {
      return invalid_sdp("two m-lines have the same a=mid");
    }
    mids.push_back(media->mid);
  }
  Result<Transport> transport = find_transport(message, mids);
  if (!transport) return transport.error();
  offer.transport = std::move(*transport);
  const Result<void> read = read_transport(offer.transport, message);
  if (!read) return read.error();
  return offer;
}

}  // namespace tessera::peer
