#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "base/result.h"
#include "base/signal.h"
#include "base/units.h"
#include "egress/broadcast_time.h"
#include "egress/fault.h"
#include "egress/host_lookup.h"
#include "egress/target.h"
#include "egress/tcp_socket.h"
#include "gst/descriptions.h"
#include "gst/outlet.h"
#include "gst/pipeline.h"
#include "gst/route.h"

namespace tessera::egress {

// How long a target may let us wait.
struct Patience {
  Duration connecting = std::chrono::seconds(3);  // until it takes the first of the media
  Duration live = std::chrono::seconds(4);        // for each that follows
};

// One connection to a target: a pipeline that is made for it and goes with it. It never connects
// anew; whoever wants that makes another.
//
// What a target does without an error, as when it is frozen or its packets are lost, shows only in
// a sink that doesn't return from what it was given, and sooner in what TCP gets no answer to. So
// both are watched.
//
// On the control thread. Destroying it returns at once.
class Connection {
 public:
  // Called on the control thread, each at most once, and never within open() or feed(). The
  // connection may be destroyed in `lost`, which is the last.
  struct Events {
    std::function<void()> taken;  // The target has accepted the stream, and has taken media.
    std::function<void(const Loss&)> lost;
  };

  // Of a server with several addresses, each attempt takes another.
  static Result<std::unique_ptr<Connection>> open(const std::string& name, const Target& target,
                                                  const std::shared_ptr<BroadcastTime>& timeline,
                                                  const gst::Descriptions& descriptions,
                                                  Patience patience, std::size_t attempt,
                                                  Events events);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // What to send, from now on; both outlive the connection or the next feed(). Null: nothing.
  void feed(const gst::Outlet* picture, const gst::Outlet* sound);

 private:
  struct Progress;

  Connection(std::unique_ptr<gst::Pipeline> pipeline, Patience patience, Events events);
  void go_to(const RtmpTarget& target, const Beginning& beginning);
  void go_to(const SrtTarget& target, std::size_t attempt);
  void go_to(const SrtTarget& target, const std::string& address);
  void watch_readers();
  void watch_progress();
  void start();
  Loss meaning_of_fault() const;
  void check();
  bool takes_nothing(TimePoint now);
  void link();
  void reader_came();
  void reader_left();
  void settle();
  void taken();
  void lose(const Loss& loss);

  Patience patience_;
  Events events_;
  TimePoint opened_at_ = Clock::now();
  bool is_taken_ = false;
  bool waits_for_readers_ = false;
  int readers_ = 0;
  const gst::Outlet* picture_ = nullptr;
  const gst::Outlet* sound_ = nullptr;
  std::shared_ptr<Progress> progress_;
  // Written once, by the thread that posts the error, before the control thread hears of it.
  std::shared_ptr<std::string> fault_ = std::make_shared<std::string>();
  gst::Ref<GstPad> sink_pad_;
  std::optional<TcpSocket> socket_;
  std::uint64_t received_ = 0;
  TimePoint received_at_ = Clock::now();
  std::unique_ptr<gst::Pipeline> pipeline_;
  std::unique_ptr<gst::Route> picture_route_;
  std::unique_ptr<gst::Route> sound_route_;
  std::unique_ptr<HostLookup> lookup_;
  std::vector<Signal> signals_;
  Timer watch_;
  Timer settling_;
  Anchor anchor_;
};

}  // namespace tessera::egress
