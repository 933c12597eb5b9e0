#include "signalling/api_messages.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

namespace tessera::signalling {
namespace {

using nlohmann::json;

constexpr std::size_t longest_url = 2000;

struct Range {
  double lowest;
  double highest;
};

constexpr Range sides{64, 3840};  // Pixels.
constexpr Range frame_rates{1, 60};
constexpr Range bitrates{50, 50000};  // kbit/s.
constexpr Range seconds{0, 1e7};
constexpr Range volumes{0, 4};

Error invalid(const std::string& why) { return {"invalid_request", why}; }

// Reads a JSON object's members one by one, and keeps the first fault.
class Members {
 public:
  explicit Members(const std::string& body)
      : object_(json::parse(body, nullptr, /*allow_exceptions=*/false)) {
    if (!object_.is_object()) fail("The body has to be one JSON object.");
  }

  // Empty if it isn't there.
  std::string text(const char* key) {
    const json* value = find(key);
    if (value == nullptr) return "";
    const auto* text = value->get_ptr<const std::string*>();
    if (text != nullptr && text->size() <= longest_url) return *text;
    fail("\"" + std::string(key) + "\" has to be text, of 2000 characters at most.");
    return "";
  }

  std::optional<bool> flag(const char* key) {
    const json* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (value->is_boolean()) return value->get<bool>();
    fail("\"" + std::string(key) + "\" has to be true or false.");
    return std::nullopt;
  }

  std::optional<double> number(const char* key, const Range& range) {
    const json* value = find(key);
    if (value == nullptr) return std::nullopt;
    const double number = value->is_number() ? value->get<double>() : std::nan("");
    if (number >= range.lowest && number <= range.highest) return number;
    fail("\"" + std::string(key) + "\" has to be a number from " + in_text(range.lowest) + " to " +
         in_text(range.highest) + ".");
    return std::nullopt;
  }

  // Whole; 0 if it isn't there.
  int whole(const char* key, const Range& range) {
    const double number = this->number(key, range).value_or(0);
    if (number != std::floor(number)) fail("\"" + std::string(key) + "\" has to be whole.");
    return static_cast<int>(number);
  }

  // A mistyped member would be ignored otherwise, and one that has no effect taken for good.
  void reject_the_unread() {
    if (!object_.is_object()) return;
    for (const auto& [key, value] : object_.items()) {
      if (!read_.contains(key)) fail("\"" + key + "\" is mistyped, or doesn't go with the rest.");
    }
  }

  void fail(const std::string& why) {
    if (!fault_) fault_ = invalid(why);
  }

  const std::optional<Error>& fault() const { return fault_; }

 private:
  static std::string in_text(double number) { return std::to_string(std::lround(number)); }

  const json* find(const char* key) {
    if (!object_.is_object()) return nullptr;
    read_.insert(key);
    const auto found = object_.find(key);
    return found == object_.end() ? nullptr : &*found;
  }

  json object_;
  std::set<std::string> read_;
  std::optional<Error> fault_;
};

std::optional<OutputKind> kind_from(const std::string& word) {
  if (word == "broadcast") return OutputKind::broadcast;
  if (word == "recording") return OutputKind::recording;
  if (word == "hls") return OutputKind::hls;
  return std::nullopt;
}

std::optional<OutputLayout> layout_from(const std::string& word) {
  if (word.empty() || word == "grid") return OutputLayout::grid;
  if (word == "speaker") return OutputLayout::speaker;
  return std::nullopt;
}

void read_video(Members& members, OutputSettings& settings) {
  settings.size = {members.whole("width", sides), members.whole("height", sides)};
  settings.frame_rate = members.whole("frame_rate", frame_rates);
  settings.video_bitrate = {members.whole("video_bitrate", bitrates)};
  if ((settings.size.width == 0) != (settings.size.height == 0)) {
    members.fail(R"("width" and "height" go together.)");
  }
  if (settings.size.width % 2 != 0 || settings.size.height % 2 != 0) {
    members.fail(R"("width" and "height" have to be even.)");
  }
}

OutputSettings read_settings(Members& members, OutputKind kind) {
  OutputSettings settings;
  if (const auto layout = layout_from(members.text("layout"))) {
    settings.layout = *layout;
  } else {
    members.fail(R"("layout" has to be "grid" or "speaker".)");
  }
  if (kind == OutputKind::recording) {
    settings.format = members.text("format");
    settings.tracks = members.flag("tracks").value_or(false);
    if (settings.format.empty()) settings.format = "mp4";
    if (settings.format != "mp4" && settings.format != "webm") {
      members.fail(R"("format" has to be "mp4" or "webm".)");
    }
  }
  if (settings.format != "webm") read_video(members, settings);
  return settings;
}

}  // namespace

Result<OutputRequest> parse_output_request(const std::string& body) {
  Members members(body);
  OutputRequest request;
  if (const auto kind = kind_from(members.text("kind"))) {
    request.kind = *kind;
  } else {
    members.fail(R"("kind" has to be "broadcast", "recording" or "hls".)");
  }
  const bool is_broadcast = request.kind == OutputKind::broadcast;
  if (is_broadcast) request.url = members.text("url");
  request.settings = read_settings(members, request.kind);
  members.reject_the_unread();
  if (is_broadcast && request.url.empty()) members.fail("A broadcast needs a \"url\".");
  if (members.fault()) return *members.fault();
  return request;
}

Result<bool> parse_pause(const std::string& body) {
  Members members(body);
  const auto paused = members.flag("paused");
  if (!paused) members.fail(R"("paused" has to be true or false.)");
  members.reject_the_unread();
  if (members.fault()) return *members.fault();
  return *paused;
}

Result<SourceRequest> parse_source_request(const std::string& body) {
  Members members(body);
  SourceRequest request{members.text("url"), members.text("name"),
                        members.flag("loop").value_or(false)};
  if (request.url.empty()) members.fail("A source needs a \"url\".");
  if (request.name.empty()) request.name = "Media";
  members.reject_the_unread();
  if (members.fault()) return *members.fault();
  if (const auto name = check_name(request.name); !name) return name.error();
  return request;
}

Result<SourceChange> parse_source_change(const std::string& body) {
  Members members(body);
  const SourceChange change{members.flag("paused"), members.flag("loop"),
                            members.number("position", seconds), members.number("volume", volumes)};
  members.reject_the_unread();
  if (members.fault()) return *members.fault();
  return change;
}

json to_json(const Source& source) {
  json result = {{"participant", source.participant},
                 {"name", source.name},
                 {"url", source.url},
                 {"state", source.state},
                 {"loop", source.loop}};
  if (!source.reason.empty()) result["reason"] = source.reason;
  if (source.position) result["position"] = *source.position;
  if (source.duration) result["duration"] = *source.duration;
  return result;
}

}  // namespace tessera::signalling
