#include "ingest/player.h"

#include <algorithm>
#include <utility>

#include "gst/secrets.h"
#include "gst/still.h"

namespace tessera::ingest {
namespace {

constexpr auto still_interval = std::chrono::milliseconds(500);
constexpr double most_volume = 10;

// A source that broke is sound again after that long.
constexpr auto steady_after = std::chrono::seconds(10);

}  // namespace

const char* name(Player::State state) {
  switch (state) {
    case Player::State::opening:
      return "opening";
    case Player::State::playing:
      return "playing";
    case Player::State::paused:
      return "paused";
    case Player::State::reconnecting:
      return "reconnecting";
    case Player::State::ended:
      return "ended";
    case Player::State::failed:
      return "failed";
  }
  return "";
}

Result<std::unique_ptr<Player>> Player::open(const std::string& name, const std::string& address,
                                             const gst::Descriptions& descriptions,
                                             const PlayerOptions& options, Changed changed) {
  Result<Source> source = read_source(address, options.media_folder);
  if (!source) return source.error();
  auto out = gst::Pipeline::create(name, descriptions.text("play-out"));
  if (!out) return out.error();
  const Result<void> started = (*out)->start();
  if (!started) return started.error();
  for (const std::string& secret : source->secrets) gst::keep_secret(secret);
  std::unique_ptr<Player> player(new Player(name, std::move(*source), descriptions, options,
                                            std::move(changed), std::move(*out)));
  const Result<void> opened = player->open_source();
  if (!opened) return opened.error();
  return player;
}

Player::Player(std::string name, Source source, const gst::Descriptions& descriptions,
               const PlayerOptions& options, Changed changed, std::unique_ptr<gst::Pipeline> out)
    : name_(std::move(name)),
      source_(std::move(source)),
      descriptions_(descriptions),
      options_(options),
      changed_(std::move(changed)),
      tile_(options.first_tile),
      retry_(options.first_retry),
      out_(std::move(out)),
      video_(*out_, "video"),
      audio_(*out_, "audio") {
  video_.keep_last();  // Unlike the sink itself, which has its last for show_still(), while seen.
  level_.measure(out_->element("audio").get());
}

Player::~Player() = default;

Result<void> Player::open_source() {
  Playback::Callbacks callbacks;
  callbacks.started = [this](const SourceFacts& facts) { begin(facts); };
  callbacks.ended = [this] { end(); };
  callbacks.failed = [this](const Error& error) { take_failure(error); };
  auto playback =
      Playback::open(name_, source_, descriptions_,
                     {options_.crop_to_tile, options_.largest_picture}, std::move(callbacks));
  if (!playback) return playback.error();
  playback_ = std::move(*playback);
  playback_->set_tile(tile_);
  playback_->limit_frame_rate(frame_rate_);
  playback_->set_volume(volume_);
  if (wants_pause_) playback_->pause();
  const auto route = [this](const gst::Outlet& from, const char* to) {
    routes_.push_back(
        std::make_unique<gst::Route>(from, gst::Inlet(*out_, to), gst::Route::Media::any_buffer));
  };
  route(playback_->video(), "in_video");
  route(playback_->audio(), "in_audio");
  opening_timer_.start_once(options_.opening_timeout, [this] {
    take_failure({"source_failed", "The source doesn't begin to play."});
  });
  return {};
}

bool Player::is_live() const {
  return source_.is_live() || (source_.kind == Source::Kind::http && facts_ && !facts_->duration);
}

std::optional<Duration> Player::duration() const {
  return facts_ ? facts_->duration : std::nullopt;
}

Duration Player::position() const { return playback_ ? playback_->position() : Duration{}; }

void Player::begin(const SourceFacts& facts) {
  facts_ = facts;
  opening_timer_.stop();
  played_since_ = Clock::now();
  if (is_live())
    silence_timer_.start_repeating(options_.silence_timeout / 8, [this] { watch_silence(); });
  change(wants_pause_ ? State::paused : State::playing);
}

void Player::watch_silence() {
  if (state_ != State::playing || Clock::now() - played_since_ < options_.silence_timeout) return;
  const auto is_silent = [this](const gst::Outlet& outlet) {
    const auto silence = outlet.silent_for();
    return !silence || *silence > options_.silence_timeout;
  };
  if (is_silent(video_) && is_silent(audio_)) {
    take_failure({"source_failed", "Nothing came from the source for a while."});
  }
}

void Player::end() {
  if (is_live()) return take_failure({"source_failed", "The source broke off."});
  if (options_.loop && can_seek()) return playback_->seek(Duration{});
  change(State::ended);
}

void Player::take_failure(const Error& error) {
  routes_.clear();
  playback_.reset();
  silence_timer_.stop();
  still_timer_.stop();
  opening_timer_.stop();
  if (!facts_ || !is_live()) return change(State::failed, error);
  if (state_ != State::reconnecting && Clock::now() - played_since_ > steady_after) {
    retry_ = options_.first_retry;
  }
  retry_timer_.start_once(retry_, [this] { reopen(); });
  retry_ = std::min(2 * retry_, options_.longest_retry);
  if (state_ != State::reconnecting) change(State::reconnecting, error);
}

void Player::reopen() {
  const Result<void> opened = open_source();
  if (!opened) take_failure(opened.error());
}

void Player::pause() {
  wants_pause_ = true;
  if (playback_) playback_->pause();
  if (state_ == State::playing) change(State::paused);
}

void Player::resume() {
  wants_pause_ = false;
  if (playback_) playback_->resume();
  played_since_ = Clock::now();
  if (state_ == State::paused) change(State::playing);
}

Result<void> Player::seek(Duration position) {
  if (!can_seek() || !playback_)
    return Error{"not_seekable", "This source has no places to go to."};
  const Duration last = duration().value_or(position);
  playback_->seek(std::clamp(position, Duration{}, std::max(last, Duration{})));
  if (state_ == State::ended) change(wants_pause_ ? State::paused : State::playing);
  return {};
}

void Player::set_tile(Resolution size) {
  tile_ = size;
  if (playback_) playback_->set_tile(size);
}

void Player::limit_frame_rate(int frame_rate) {
  frame_rate_ = frame_rate;
  if (playback_) playback_->limit_frame_rate(frame_rate);
}

void Player::set_volume(double volume) {
  volume_ = std::clamp(volume, 0.0, most_volume);
  if (playback_) playback_->set_volume(volume_);
}

// Once more the last picture, as that of now. It keeps the size that it has.
void Player::show_still() {
  GstSample* last = nullptr;
  g_object_get(out_->element("video").get(), "last-sample", &last, nullptr);
  const auto sample = gst::Ref<GstSample>::adopt(last);
  if (!sample) return;
  gst::Inlet(*out_, "in_video").push(gst::still_of(sample).get());
}

void Player::change(State state, const std::optional<Error>& reason) {
  state_ = state;
  if (state == State::paused) {
    still_timer_.start_repeating(still_interval, [this] { show_still(); });
  } else {
    still_timer_.stop();
  }
  const auto tell = changed_;
  tell(state, reason);
}

}  // namespace tessera::ingest
