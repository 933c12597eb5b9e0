#pragma once

#include <gst/app/gstappsrc.h>

#include <string>

#include "gst/pipeline.h"

namespace tessera::gst {

// Where buffers enter a pipeline: an appsrc or a directsrc (direct_source.h) of its description. A
// value; holding it longer than the pipeline is allowed, and what is pushed then goes nowhere.
//
// The description gives an appsrc is-live=true format=time. Routes bound what it queues (route.h).
class Inlet {
 public:
  Inlet(const Pipeline& pipeline, const std::string& name);

  // From any thread; to a directsrc from one at a time. The sample's buffer has its running time as
  // its time stamp.
  void push(GstSample* sample) const;

  // How long what it queues lasts.
  GstClockTime queued() const;

  GstElement* get() const { return element_.get(); }

 private:
  Ref<GstElement> element_;
  bool is_direct_;
};

}  // namespace tessera::gst
