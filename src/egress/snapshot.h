#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/event_loop.h"
#include "base/result.h"
#include "gst/descriptions.h"
#include "gst/outlet.h"
#include "gst/pipeline.h"
#include "gst/route.h"

namespace tessera::egress {

// One picture of a canvas, its next, as JPEG. A small pipeline does the work and is gone then;
// nobody waits for it.
//
// Belongs to the control thread. Destroying it before its time is to want it no more.
class Snapshot {
 public:
  // The bytes of the JPEG. Errors: `no_picture` if none came within two seconds, `media_failure`.
  using Callback = std::function<void(const Result<std::string>&)>;

  // Of an outlet of raw pictures. The callback is called once, on the control thread and never
  // within this; the snapshot may be destroyed in it.
  Snapshot(const gst::Outlet& canvas, const gst::Descriptions& descriptions, Callback callback);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  Result<void> take(const gst::Outlet& canvas, const gst::Descriptions& descriptions);
  void finish(const Result<std::string>& result);

  Callback callback_;
  std::unique_ptr<gst::Pipeline> pipeline_;
  std::optional<gst::Route> route_;
  Timer deadline_;
  Anchor anchor_;
};

}  // namespace tessera::egress
