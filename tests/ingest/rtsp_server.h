#pragma once

#include <gst/rtsp-server/rtsp-server.h>

#include <string>

#include "base/ref.h"

namespace tessera::test {

// An RTSP server that plays one colour and a tone, live, at /live. On the control thread.
class RtspServer {
 public:
  RtspServer(int port, const std::string& pattern)
      : server_(Ref<GstRTSPServer>::adopt(gst_rtsp_server_new())) {
    gst_rtsp_server_set_address(server_.get(), "127.0.0.1");
    gst_rtsp_server_set_service(server_.get(), std::to_string(port).c_str());
    GstRTSPMediaFactory* factory = gst_rtsp_media_factory_new();
    const std::string text =
        "( videotestsrc is-live=true pattern=" + pattern +
        " ! video/x-raw,width=320,height=180,framerate=30/1,colorimetry=bt601"
        " ! x264enc speed-preset=ultrafast tune=zerolatency key-int-max=15 ! rtph264pay name=pay0"
        " audiotestsrc is-live=true volume=0.5 freq=440 samplesperbuffer=480"
        " ! audio/x-raw,rate=48000,channels=2 ! opusenc ! rtpopuspay name=pay1 pt=97 )";
    gst_rtsp_media_factory_set_launch(factory, text.c_str());
    gst_rtsp_media_factory_set_shared(factory, TRUE);
    const auto mounts =
        Ref<GstRTSPMountPoints>::adopt(gst_rtsp_server_get_mount_points(server_.get()));
    gst_rtsp_mount_points_add_factory(mounts.get(), "/live", factory);
    source_ = gst_rtsp_server_attach(server_.get(), nullptr);
  }
  ~RtspServer() {
    const auto drop_all = [](GstRTSPServer*, GstRTSPClient*, gpointer) {
      return GST_RTSP_FILTER_REMOVE;
    };
    g_list_free(gst_rtsp_server_client_filter(server_.get(), drop_all, nullptr));
    g_source_remove(source_);
  }
  RtspServer(const RtspServer&) = delete;
  RtspServer& operator=(const RtspServer&) = delete;

 private:
  Ref<GstRTSPServer> server_;
  guint source_ = 0;
};

}  // namespace tessera::test
