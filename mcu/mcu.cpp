#include "mcu/mcu.h"

#include <gio/gio.h>

#include <algorithm>
#include <utility>

#include "base/event_loop.h"
#include "base/log.h"
#include "base/ref.h"
#include "egress/hls_folder.h"
#include "egress/part_file.h"
#include "gst/descriptions.h"
#include "mixer/drawing.h"

namespace tessera::mcu {
namespace {

// Connections beside those who are in meetings. Their files are of open_files.cpp's reserve.
constexpr std::size_t about_to_join = 150;

bool is_loopback(const std::string& address) {
  const auto parsed = Ref<GInetAddress>::adopt(g_inet_address_new_from_string(address.c_str()));
  return parsed && g_inet_address_get_is_loopback(parsed.get());
}

MeetingsOptions meetings_options(const Options& options) {
  MeetingsOptions meetings;
  meetings.max_rooms = options.max_rooms;
  meetings.max_people = options.max_people;
  RoomOptions& room = meetings.room;
  room.scene.canvas = {options.canvas, options.frame_rate, options.tile_slots};
  room.scene.voice_slots = options.voice_slots;
  room.max_participants = options.max_participants;
  room.scene.encodings = {options.video_bitrate, options.audio_bitrate, options.live_audio_bitrate};
  room.outputs.recordings = options.recordings;
  room.outputs.video = {options.canvas, options.frame_rate, options.live_bitrate};
  room.peer.video_codecs = options.video_codecs;
  room.peer.first_tile = options.canvas;
  room.peer.crop_to_tile = options.fit == mixer::Fit::cover;
  room.player = {options.media, options.canvas, room.peer.crop_to_tile};

  peer::IceOptions& ice = room.peer.ice;
  ice.addresses = options.ice_addresses;
  // Clients of a server that listens on the loopback may be on a machine without any network.
  ice.with_loopback = is_loopback(options.address);
  ice.lowest_port = options.ice_ports.lowest;
  ice.highest_port = options.ice_ports.highest;
  if (options.stun_server) {
    ice.stun_server = options.stun_server->gstreamer_uri();
    meetings.ice_servers.push_back({{options.stun_server->uri()}, "", ""});
  }
  for (const TurnServer& turn : options.turn_servers) {
    ice.turn_servers.push_back(turn.gstreamer_uri());
    meetings.ice_servers.push_back({{turn.uri()}, turn.username, turn.credential});
  }
  return meetings;
}

}  // namespace

Result<std::unique_ptr<Mcu>> Mcu::start(const Options& options) {
  auto descriptions = gst::Descriptions::load(options.pipelines);
  if (!descriptions) return descriptions.error();
  for (const auto& file : egress::recover_recordings(options.recordings)) {
    log("mcu").warn("a recording was interrupted, and is kept as file=\"{}\"", file.string());
  }
  for (const auto& folder : egress::remove_stale_hls_folders()) {
    log("mcu").info("a killed server's files are removed folder=\"{}\"", folder.string());
  }
  // The first text of a program loads the fonts, which no meeting should wait for.
  mixer::draw_label("Tessera", true, options.canvas);

  std::unique_ptr<Mcu> mcu(
      new Mcu(std::make_unique<Meetings>(meetings_options(options), std::move(*descriptions))));
  const auto max_connections = static_cast<std::size_t>(options.max_people) + about_to_join;
  auto server = signalling::Server::listen({options.address,
                                            options.port,
                                            options.web_client,
                                            options.allowed_origins,
                                            options.host_key,
                                            {},
                                            max_connections},
                                           *mcu->meetings_, mcu->studio_);
  if (!server) return server.error();
  mcu->server_ = std::move(*server);
  return mcu;
}

bool Mcu::stop() {
  const TimePoint deadline = Clock::now() + std::chrono::milliseconds(8500);
  meetings_->end({"shutting_down", "The server ends."});
  server_->stop();
  Timer wake_up;
  wake_up.start_repeating(std::chrono::milliseconds(10), [] {});
  while (!(server_->is_idle() && meetings_->is_empty()) && Clock::now() < deadline) {
    g_main_context_iteration(nullptr, TRUE);
  }
  const auto left = std::chrono::duration_cast<Duration>(deadline - Clock::now());
  return wait_for_workers(std::max(left, Duration{}));
}

}  // namespace tessera::mcu
