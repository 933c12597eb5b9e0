#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/units.h"
#include "base/video_codec.h"
#include "gst/descriptions.h"
#include "gst/outlet.h"
#include "mixer/audio_mix.h"
#include "mixer/canvas.h"
#include "mixer/encoding.h"

namespace tessera::mcu {

struct EncodingOptions {
  Bitrate video_bitrate{1500};
  Bitrate audio_bitrate{48};
  Bitrate live_audio_bitrate{128};
};

// A room's encoders at work: each shared by all who get the same mix in the same codec, and there
// for as long as somebody does.
//
// Whoever turns the microphone on or off changes to another mix, as often as ten times a second. So
// that this builds no encoder each time, one of sound stays for some seconds after its last user.
//
// A failure concerns only those who use that encoding. They ask for it anew and get another; but
// not if it was the second within a few seconds, since a third would end no better.
class Encodings {
 public:
  using Made = Result<std::shared_ptr<mixer::Encoding>>;
  // `may_ask_anew`: whether those who use it should.
  using Failed = std::function<void(const mixer::Encoding& failed, bool may_ask_anew)>;

  Encodings(std::string room, const EncodingOptions& options, const mixer::Canvas& canvas,
            const mixer::AudioMix& sound, const gst::Descriptions& descriptions, Failed failed);

  // Error: `media_failure`; the reason is logged.
  Made picture(VideoCodec codec);
  Made programme();
  Made mix_minus(int voice_slot);

  // The same for streaming servers and recordings: shared by those that want it equally.
  Made live_picture(const mixer::LiveVideo& video);
  Made live_sound();

  // Stops those that nobody has used for a while. To be called every few seconds.
  void stop_unused(TimePoint now);

 private:
  struct Shared {
    std::weak_ptr<mixer::Encoding> running;
    std::shared_ptr<mixer::Encoding> kept;  // Of sound: the same.
    TimePoint last_used;                    // Of the kept one.
    std::optional<TimePoint> latest_failure;
  };

  // `kind` names it in logs, as key=value.
  Made share(const std::string& kind, const std::function<Made()>& make);
  Made share_sound(const std::string& kind, const gst::Outlet& mix);
  void take_failure(const std::string& kind);

  const std::string room_;
  const EncodingOptions options_;
  const mixer::Canvas& canvas_;
  const mixer::AudioMix& sound_;
  const gst::Descriptions& descriptions_;
  const Failed failed_;
  std::map<std::string, Shared> encodings_;  // By kind.
};

}  // namespace tessera::mcu
