#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/result.h"
#include "gst/outlet.h"
#include "mcu/encodings.h"
#include "mixer/encoding.h"

namespace tessera::mcu {

// The encodings that something that goes out of a room takes: a scene's picture and programme.
class OutputFeed {
 public:
  // Of the scene that is the right one at the moment. Error: `media_failure`.
  using Source = std::function<Result<Encodings*>()>;

  // As the live encodings.
  OutputFeed(Source source, const mixer::LiveVideo& video)
      : source_(std::move(source)), video_(video) {}
  // As viewers get them, in VP8 and Opus.
  explicit OutputFeed(Source source) : source_(std::move(source)) {}

  // Asks for them, anew for those that failed and those of another scene. Error: `media_failure`.
  Result<void> renew();
  // Nobody takes them any more.
  void release();

  bool is_of(const Encodings& encodings) const { return encodings_ == &encodings; }

  bool uses(const mixer::Encoding& encoding) const {
    return picture_.get() == &encoding || sound_.get() == &encoding;
  }

  // Precondition: renew() went well, and release() wasn't called since.
  const gst::Outlet& picture() const { return picture_->out(); }
  const gst::Outlet& sound() const { return sound_->out(); }

 private:
  const Source source_;
  Encodings* encodings_ = nullptr;  // Null after release().
  const std::optional<mixer::LiveVideo> video_;
  std::shared_ptr<mixer::Encoding> picture_;
  std::shared_ptr<mixer::Encoding> sound_;
};

}  // namespace tessera::mcu
