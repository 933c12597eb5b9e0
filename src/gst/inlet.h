#pragma once

#include <gst/app/gstappsrc.h>

#include <string>
#include <utility>

#include "gst/pipeline.h"

namespace tessera::gst {

// Where buffers enter a pipeline: an appsrc of its description. A value; holding it longer than the
// pipeline is allowed, and what is pushed then goes nowhere.
//
// The description gives it is-live=true format=time. Routes bound what it queues (route.h).
class Inlet {
 public:
  Inlet(const Pipeline& pipeline, const std::string& name)
      : source_(Ref<GstAppSrc>::share(GST_APP_SRC(pipeline.element(name).get()))) {}

  // From any thread. The sample's buffer has its running time as its time stamp.
  void push(GstSample* sample) const { gst_app_src_push_sample(source_.get(), sample); }

  GstAppSrc* get() const { return source_.get(); }

 private:
  Ref<GstAppSrc> source_;
};

}  // namespace tessera::gst
