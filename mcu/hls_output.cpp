#include "mcu/hls_output.h"

#include <utility>

#include "base/ref.h"

namespace tessera::mcu {

Result<std::unique_ptr<Output>> HlsOutput::start(signalling::Output self, OutputFeed feed,
                                                 const std::string& room,
                                                 const gst::Descriptions& descriptions,
                                                 Changed changed) {
  if (const auto renewed = feed.renew(); !renewed) return renewed.error();
  auto hls = egress::Hls::start(feed.picture(), feed.sound(), descriptions);
  if (!hls) return hls.error();
  return std::unique_ptr<Output>(
      new HlsOutput(std::move(self), std::move(feed), room, std::move(*hls), std::move(changed)));
}

HlsOutput::HlsOutput(signalling::Output self, OutputFeed feed, const std::string& room,
                     std::unique_ptr<egress::Hls> hls, Changed changed)
    : Output(std::move(self), std::move(feed)),
      path_("/hls/" + room + "/" + std::string(egress::Hls::playlist_name)),
      changed_(std::move(changed)),
      hls_(std::move(hls)) {
  hls_->on_failure([this, owner = anchor_.handle()](const Error& error) {
    owner.post([this, error] { give_up(error); });
  });
  watch_.start_repeating(std::chrono::milliseconds(200), [this] { watch_for_playlist(); });
}

void HlsOutput::watch_for_playlist() {
  if (!hls_->find(egress::Hls::playlist_name)) return;
  watch_.stop();
  live_at_ = Clock::now();
  changed_();
}

void HlsOutput::describe(signalling::Output& view) const {
  view.target = path_;
  view.state = has_ended() ? "ended" : live_at_ ? "live" : "connecting";
  view.elapsed = elapsed();
}

Duration HlsOutput::elapsed() const {
  if (has_ended() || !live_at_) return elapsed_;
  return std::chrono::duration_cast<Duration>(Clock::now() - *live_at_);
}

void HlsOutput::stop() {
  if (has_ended()) return;
  elapsed_ = elapsed();
  watch_.stop();
  hls_.reset();
  changed_();
}

Result<void> HlsOutput::set_paused(bool) {
  return Error{"not_possible", "HLS can't be paused; it can be stopped."};
}

std::optional<signalling::Studio::HlsFile> HlsOutput::file(const std::string& name) const {
  const auto found = hls_ ? hls_->find(name) : std::nullopt;
  if (!found) return std::nullopt;
  using MappedFile = std::unique_ptr<GMappedFile, FreeWith<g_mapped_file_unref>>;
  const MappedFile mapped(g_mapped_file_new(found->path.c_str(), FALSE, nullptr));
  if (!mapped) return std::nullopt;
  return signalling::Studio::HlsFile{found->content_type,
                                     Ref<GBytes>::adopt(g_mapped_file_get_bytes(mapped.get())),
                                     found->may_be_cached};
}

}  // namespace tessera::mcu
