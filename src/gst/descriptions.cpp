#include "gst/descriptions.h"

#include <gst/gst.h>

#include <array>
#include <fstream>
#include <sstream>
#include <string_view>

#include "gst/packages.h"
#include "gst/ref.h"

namespace tessera::gst {
namespace {

// Every description that the program starts.
constexpr std::array required_descriptions = {
    "peer",          "receive-opus", "receive-vp8",       "receive-h264",      "send-opus",
    "send-vp8",      "send-h264",    "open-file",         "open-address",      "play",
    "play-out",      "mix-audio",    "mix-video",         "mix-video-fitted",  "encode-opus",
    "encode-vp8",    "encode-h264",  "encode-aac",        "encode-live-h264",  "broadcast-rtmp",
    "broadcast-srt", "record-mp4",   "record-track-h264", "record-track-opus", "record-track-vp8",
    "record-webm",   "hls",          "snapshot"};

// What webrtcbin makes for itself and so stands in no description.
constexpr std::array elements_inside_webrtcbin = {"nicesrc", "nicesink", "dtlssrtpenc", "srtpdec",
                                                  "rtpbin"};

constexpr int slots_to_check_with = 2;

constexpr std::string_view each_slot = "each slot:";

std::string replace_all(std::string text, std::string_view from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
  return text;
}

std::string for_each_slot(const std::string& stage, int slots) {
  std::string result;
  for (int slot = 0; slot < slots; ++slot) {
    result += replace_all(stage, "{slot}", std::to_string(slot)) + "\n";
  }
  return result;
}

std::string missing_element_message(const std::string& element) {
  const std::string package = package_of_element(element);
  std::string message = "GStreamer has no element \"" + element + "\"";
  if (!package.empty()) message += ": install the package " + package;
  return message + ".";
}

Result<void> check(const std::string& file, const std::string& text) {
  GError* raw_error = nullptr;
  GstParseContext* context = gst_parse_context_new();
  const auto bin = Ref<GstElement>::share(
      gst_parse_launch_full(text.c_str(), context, GST_PARSE_FLAG_FATAL_ERRORS, &raw_error));
  gchar** missing = gst_parse_context_get_missing_elements(context);
  const std::string first_missing = missing != nullptr ? missing[0] : "";
  g_strfreev(missing);
  gst_parse_context_free(context);
  const GErrorPtr error(raw_error);
  if (!error) return {};
  // An element whose property is unknown counts as missing too, so look at the error first.
  if (g_error_matches(error.get(), GST_PARSE_ERROR, GST_PARSE_ERROR_NO_SUCH_ELEMENT)) {
    return Error{"pipeline_invalid", file + ": " + missing_element_message(first_missing)};
  }
  return Error{"pipeline_invalid", file + ": " + error->message + "."};
}

}  // namespace

std::string expand_description(const std::string& text, int slots) {
  std::istringstream lines(text);
  std::string result;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find_first_not_of(" \t");
    if (first == std::string::npos || line[first] == '#') continue;
    if (line.starts_with(each_slot)) {
      result += for_each_slot(line.substr(each_slot.size()), slots);
    } else {
      result += line + "\n";
    }
  }
  return result;
}

Result<Descriptions> Descriptions::load(const std::filesystem::path& folder) {
  for (const char* element : elements_inside_webrtcbin) {
    const auto factory = Ref<GstElementFactory>::adopt(gst_element_factory_find(element));
    if (!factory) return Error{"pipeline_invalid", missing_element_message(element)};
  }
  Descriptions descriptions;
  for (const char* name : required_descriptions) {
    const std::filesystem::path file = folder / (std::string(name) + ".gst");
    std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream || text.str().empty()) {
      return Error{"pipeline_invalid",
                   file.string() + ": this pipeline description can't be read."};
    }
    const Result<void> checked =
        check(file.string(), expand_description(text.str(), slots_to_check_with));
    if (!checked) return checked.error();
    const bool has_slots = text.str().find(each_slot) != std::string::npos;
    descriptions.texts_[name] = has_slots ? text.str() : expand_description(text.str(), 0);
  }
  return descriptions;
}

const std::string& Descriptions::text(const std::string& name) const { return texts_.at(name); }

std::string Descriptions::text(const std::string& name, int slots) const {
  return expand_description(texts_.at(name), slots);
}

}  // namespace tessera::gst
