#include "egress/hls.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/event_loop.h"

namespace tessera::egress {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view segment_beginning = "segment";
constexpr std::string_view segment_ending = ".ts";
constexpr const char* segment_pattern = "segment%05d.ts";

bool is_segment(std::string_view name) {
  if (!name.starts_with(segment_beginning) || !name.ends_with(segment_ending)) return false;
  if (name.size() <= segment_beginning.size() + segment_ending.size()) return false;
  name.remove_prefix(segment_beginning.size());
  name.remove_suffix(segment_ending.size());
  return std::ranges::all_of(name, [](char digit) { return digit >= '0' && digit <= '9'; });
}

}  // namespace

Result<std::unique_ptr<Hls>> Hls::start(const gst::Outlet& picture, const gst::Outlet& sound,
                                        const gst::Descriptions& descriptions) {
  auto pipeline = gst::Pipeline::create("hls", descriptions.text("hls"));
  if (!pipeline) return pipeline.error();
  auto folder = HlsFolder::create();
  if (!folder) return folder.error();
  std::unique_ptr<Hls> hls(new Hls(std::move(*pipeline), std::move(*folder)));
  hls->pipeline_->set("hls", "location", (hls->folder() / segment_pattern).c_str());
  hls->pipeline_->set("hls", "playlist-location", (hls->folder() / playlist_name).c_str());
  if (const Result<void> started = hls->pipeline_->start(); !started) return started.error();
  hls->intake_.begin();
  hls->feed(picture, sound);
  return hls;
}

Hls::Hls(std::unique_ptr<gst::Pipeline> pipeline, std::shared_ptr<HlsFolder> folder)
    : folder_(std::move(folder)), pipeline_(std::move(pipeline)), intake_(*pipeline_) {}

Hls::~Hls() {
  intake_.starve();
  const auto picture = pipeline_->element("picture");
  const auto sound = pipeline_->element("sound");
  run_on_worker([picture, sound, stop = pipeline_->end(), folder = std::move(folder_)]() mutable {
    // Before its first picture, a thread of splitmuxsink (1.22) may wait for it forever, and a stop
    // for that thread; flushed, it waits for nothing.
    gst_element_send_event(picture.get(), gst_event_new_flush_start());
    gst_element_send_event(sound.get(), gst_event_new_flush_start());
    stop();
    folder.reset();  // Once nothing writes into it any more.
  });
}

std::optional<Hls::File> Hls::find(std::string_view name) const {
  const bool is_playlist = name == playlist_name;
  if (!is_playlist && !is_segment(name)) return std::nullopt;
  fs::path path = folder() / name;
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  return File{std::move(path), is_playlist ? "application/vnd.apple.mpegurl" : "video/mp2t",
              !is_playlist};
}

}  // namespace tessera::egress
