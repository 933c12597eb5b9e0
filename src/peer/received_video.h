#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/units.h"
#include "gst/frame_rate_limit.h"
#include "gst/gate.h"
#include "gst/outlet.h"
#include "gst/pipeline.h"

namespace tessera::peer {

// A client's camera on its way through their connection's pipeline (receive-*.gst): RTP in, raw
// pictures of one size out; and frames as the client encoded them, for those who get them so.
// Nothing passes before start(). What nobody wants is neither put together nor decoded.
//
// On the control thread; it passes on the pipeline's streaming threads.
class ReceivedVideo {
 public:
  // `refused` is called on a streaming thread, once, if the client sends more than may be decoded.
  ReceivedVideo(gst::Pipeline& pipeline, Resolution largest_picture,
                std::function<void(const std::string& why)> refused);

  const gst::Outlet& pictures() const { return pictures_; }
  const gst::Outlet& frames() const { return *frames_; }

  void start();
  void stop();

  // Pictures are wanted at first, frames aren't.
  void decode(bool wanted);
  void forward(bool wanted);

  // Of the pictures: the size, whether they are cropped to it, and how many leave per second at
  // most; 0: all.
  void fit(Resolution size);
  void crop(bool wanted);
  void limit_frame_rate(int frame_rate) { frame_rate_limit_.set(frame_rate); }

 private:
  void apply();

  gst::Pipeline& pipeline_;
  gst::Gate packets_;
  gst::Outlet pictures_;
  std::unique_ptr<gst::Outlet> frames_;
  std::unique_ptr<gst::Gate> decoding_;
  gst::FrameRateLimit frame_rate_limit_;
  bool has_started_ = false;
  bool decode_ = true;
  bool forward_ = false;
};

}  // namespace tessera::peer
