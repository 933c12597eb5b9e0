#pragma once

#include <gst/gst.h>

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "gst/outlet.h"
#include "gst/pipeline.h"
#include "gst/route.h"

namespace tessera::ingest {

// When flashes and beeps leave an outlet, by the stamps of its buffers.
class Moments {
 public:
  enum class Of { pictures, sound };

  Moments(const gst::Outlet& outlet, Of what);

  // In seconds of running time: each time at which it became bright, or loud.
  std::vector<double> begins() const;

  // How long after its stamp a buffer left at worst, in seconds; and before.
  double latest() const;
  double earliest() const;

  // The longest time from one buffer's stamp to the next's.
  double longest_gap() const;

 private:
  struct Noted {
    Of what;
    mutable std::mutex mutex;
    bool is_on = false;
    std::vector<double> begins;
    std::optional<double> last;
    double latest = -1e9;
    double earliest = 1e9;
    double longest_gap = 0;
    void take(GstSample* sample);
  };

  std::shared_ptr<Noted> noted_;
  std::unique_ptr<gst::Pipeline> pipeline_;
  std::unique_ptr<gst::Route> route_;
};

}  // namespace tessera::ingest
