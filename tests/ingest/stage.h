#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ingest/media_files.h"
#include "ingest/player.h"
#include "support/sinks.h"
#include "support/wait.h"

namespace tessera::ingest {

// A player, with somebody who watches and listens.
class Stage {
 public:
  Stage(const std::string& address, PlayerOptions options)
      : descriptions_(test::descriptions()), opened_(open(address, options)) {
    if (!opened_) return;
    pictures_ = std::make_unique<test::PictureSink>(*player().video());
    sounds_ = std::make_unique<test::SoundSink>(*player().audio());
  }

  Player& player() { return **opened_; }
  const Error* refusal() const { return opened_ ? nullptr : &opened_.error(); }
  test::Received& pictures() { return pictures_->received(); }
  test::Received& sounds() { return sounds_->received(); }
  const std::vector<Player::State>& states() const { return states_; }
  const std::optional<Error>& reason() const { return reason_; }

  bool shows(std::uint32_t rgb) {
    const auto channel = [&](int shift) { return static_cast<int>(rgb >> shift & 0xff); };
    return test::is_near(pictures().pixel(0.5, 0.5), test::yuv(channel(16), channel(8), channel(0)),
                         12);
  }
  bool wait_for_colour(std::uint32_t rgb) {
    return test::wait_until([&] { return shows(rgb); });
  }
  bool wait_for_tone(double hz) {
    return test::wait_until([&] { return sounds().tone_db(hz).value_or(-100) > -20; });
  }
  bool wait_for_state(Player::State state) {
    return test::wait_until([&] { return player().state() == state; });
  }

 private:
  Result<std::unique_ptr<Player>> open(const std::string& address, const PlayerOptions& options) {
    return Player::open("play", address, descriptions_, options,
                        [this](Player::State state, const std::optional<Error>& reason) {
                          states_.push_back(state);
                          if (reason) reason_ = reason;
                        });
  }

  gst::Descriptions descriptions_;
  std::vector<Player::State> states_;
  std::optional<Error> reason_;
  Result<std::unique_ptr<Player>> opened_;
  std::unique_ptr<test::PictureSink> pictures_;
  std::unique_ptr<test::SoundSink> sounds_;
};

}  // namespace tessera::ingest
