#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "egress/broadcast.h"
#include "egress/composite.h"
#include "egress/composite_faults.h"
#include "support/wait.h"

namespace tessera::test {

using egress::BroadcastState;

// A broadcast of that composite, and what it said of itself.
class Watched {
 public:
  Watched(const std::string& url, const Composite& composite, const gst::Descriptions& descriptions)
      : broadcast_("test", *egress::Target::parse(url), descriptions,
                   [this](BroadcastState state, const std::string& reason) {
                     states_.push_back(state);
                     reasons_.push_back(reason);
                   }) {
    broadcast_.feed(composite.picture(), composite.sound());
  }

  bool is(BroadcastState state) const { return broadcast_.state() == state; }
  bool becomes(BroadcastState state, Duration deadline = std::chrono::seconds(10)) const {
    return wait_until([&] { return is(state); }, deadline);
  }
  bool says(const std::string& reason, Duration deadline = std::chrono::seconds(10)) const {
    return wait_until([&] { return broadcast_.reason() == reason; }, deadline);
  }

  egress::Broadcast& operator*() { return broadcast_; }
  const std::vector<BroadcastState>& states() const { return states_; }
  const std::vector<std::string>& reasons() const { return reasons_; }

 private:
  std::vector<BroadcastState> states_;
  std::vector<std::string> reasons_;
  egress::Broadcast broadcast_;
};

class BroadcastTest : public testing::Test {
 protected:
  explicit BroadcastTest(Bitrate video = {300})
      : descriptions_(descriptions()), composite_(Composite::Encoding::h264_aac, video) {}

  std::unique_ptr<Watched> broadcast(const std::string& url) {
    return std::make_unique<Watched>(url, composite_, descriptions_);
  }

  gst::Descriptions descriptions_;
  Composite composite_;
};

}  // namespace tessera::test
