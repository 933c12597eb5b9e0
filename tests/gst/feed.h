#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gst/inlet.h"
#include "gst/outlet.h"
#include "gst/pipeline.h"

namespace tessera::test {

enum class Frame { key, delta };

// A pipeline that lets out exactly what a test puts in, at once.
class Feed {
 public:
  Feed();

  // A buffer stamped `at`, 20 ms long. Whether it was let out can be seen at a Collector.
  void push(Duration at, Frame frame = Frame::key);
  void push(GstSample* sample) { in_->push(sample); }

  gst::Pipeline& pipeline() { return *pipeline_; }
  gst::Outlet& out() const { return *out_; }
  int keyframe_requests() const { return *keyframe_requests_; }

  void remove_outlet() { out_.reset(); }
  void add_outlet() { out_ = std::make_unique<gst::Outlet>(*pipeline_, "out"); }

 private:
  std::unique_ptr<gst::Pipeline> pipeline_;
  std::shared_ptr<std::atomic<int>> keyframe_requests_;
  std::unique_ptr<gst::Inlet> in_;
  std::unique_ptr<gst::Outlet> out_;
};

// A pipeline that keeps what comes in.
class Collector {
 public:
  Collector();
  ~Collector();
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  const gst::Inlet& in() const { return *in_; }
  std::size_t count() const;

  // The time stamps of what came, in milliseconds.
  std::vector<int> times() const;
  gst::Ref<GstSample> last() const;

  // Stops to take buffers from its inlet, and goes on.
  void block();
  void unblock();

  void request_keyframe() const;

 private:
  struct Kept {
    mutable std::mutex mutex;
    std::vector<gst::Ref<GstSample>> samples;
  };

  std::unique_ptr<gst::Pipeline> pipeline_;
  std::shared_ptr<Kept> kept_;
  std::unique_ptr<gst::Inlet> in_;
  gst::Ref<GstPad> pad_;
  gulong block_ = 0;
};

}  // namespace tessera::test
