#include "egress/hls.h"

#include <algorithm>
#include <fstream>
#include <system_error>
#include <utility>

#include "base/event_loop.h"
#include "base/random_token.h"
#include "base/text.h"

namespace tessera::egress {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view segment_ending = ".ts";

}  // namespace

Result<std::unique_ptr<Hls>> Hls::start(const gst::Outlet& picture, const gst::Outlet& sound,
                                        const gst::Descriptions& descriptions) {
  auto pipeline = gst::Pipeline::create("hls", descriptions.text("hls"));
  if (!pipeline) return pipeline.error();
  auto folder = HlsFolder::create();
  if (!folder) return folder.error();
  std::unique_ptr<Hls> hls(new Hls(std::move(*pipeline), std::move(*folder)));
  const std::string segments = hls->segment_beginning_ + "%05d" + std::string(segment_ending);
  hls->pipeline_->set("hls", "location", (hls->folder() / segments).c_str());
  hls->pipeline_->set("hls", "playlist-location", (hls->folder() / playlist_name).c_str());
  if (const Result<void> started = hls->pipeline_->start(); !started) return started.error();
  hls->intake_.begin();
  hls->feed(picture, sound);
  return hls;
}

Hls::Hls(std::unique_ptr<gst::Pipeline> pipeline, std::shared_ptr<HlsFolder> folder)
    : segment_beginning_("segment-" + random_token() + "-"),
      folder_(std::move(folder)),
      pipeline_(std::move(pipeline)),
      intake_(*pipeline_) {}

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

std::optional<unsigned> Hls::segment_number(std::string_view name) const {
  if (!name.starts_with(segment_beginning_) || !name.ends_with(segment_ending)) return std::nullopt;
  name.remove_prefix(segment_beginning_.size());
  name.remove_suffix(segment_ending.size());
  return number_from<unsigned>(name);
}

// A segment stands in the playlist from when it is whole. Those before it may still be asked for.
bool Hls::has_been_listed(std::string_view name) const {
  std::ifstream playlist(folder() / playlist_name);
  std::optional<unsigned> latest;
  for (std::string line; std::getline(playlist, line);) {
    latest = std::max(latest, segment_number(line));
  }
  const std::optional<unsigned> number = segment_number(name);
  return number && number <= latest;
}

std::optional<Hls::File> Hls::find(std::string_view name) const {
  const bool is_playlist = name == playlist_name;
  if (!is_playlist && !has_been_listed(name)) return std::nullopt;
  fs::path path = folder() / name;
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  return File{std::move(path), is_playlist ? "application/vnd.apple.mpegurl" : "video/mp2t",
              !is_playlist};
}

}  // namespace tessera::egress
