#include "signalling/visits.h"

#include <algorithm>
#include <utility>

#include "signalling/metered_stream.h"

namespace tessera::signalling {
namespace {

constexpr Duration time_to_begin = std::chrono::seconds(1);

}  // namespace

bool Visits::has_room() {
  forget_closed();
  if (visits_.size() < limits_.at_once) return true;
  const TimePoint now = Clock::now();
  const auto idle = std::ranges::find_if(visits_, [=](const auto& visit) {
    return !visit->has_asked && now - visit->since > time_to_begin;
  });
  if (idle != visits_.end()) end(idle->get());
  return visits_.size() < limits_.at_once;
}

Ref<GIOStream> Visits::add(const Ref<GSocketConnection>& tcp, const Ref<GSocketAddress>& client) {
  Visit* visit = visits_.emplace_back(std::make_unique<Visit>()).get();
  visit->tcp = tcp;
  visit->client = client;
  visit->deadline.start_once(limits_.to_ask, [this, visit] { end(visit); });
  return meter(G_IO_STREAM(tcp.get()));
}

Visit* Visits::find(SoupServerMessage* message) {
  const GSocketAddress* client = soup_server_message_get_remote_address(message);
  const auto found = std::ranges::find_if(
      visits_, [&](const auto& visit) { return visit->client.get() == client; });
  return found == visits_.end() ? nullptr : found->get();
}

bool Visits::admit_spectator(SoupServerMessage* message) {
  Visit* visit = find(message);
  if (visit == nullptr) return false;
  const auto spectators = std::ranges::count_if(
      visits_, &Visit::is_spectator, [](const auto& one) -> const Visit& { return *one; });
  if (spectators >= static_cast<std::ptrdiff_t>(limits_.at_once / 2)) return false;
  visit->is_spectator = true;
  return true;
}

void Visits::note_request(SoupServerMessage* message) {
  Visit* visit = find(message);
  if (visit == nullptr) return;
  visit->has_asked = true;
  visit->deadline.start_once(limits_.to_take_answer, [this, visit] { end(visit); });
}

Ref<GSocket> Visits::remove(SoupServerMessage* message) {
  const Visit* visit = find(message);
  if (visit == nullptr) return nullptr;
  auto socket = Ref<GSocket>::share(g_socket_connection_get_socket(visit->tcp.get()));
  std::erase_if(visits_, [=](const auto& one) { return one.get() == visit; });
  return socket;
}

// libsoup then reads or writes in vain, and gives up its part.
void Visits::end(Visit* visit) {
  g_io_stream_close(G_IO_STREAM(visit->tcp.get()), nullptr, nullptr);
  forget_closed();
}

void Visits::forget_closed() {
  std::erase_if(visits_, [](const auto& visit) {
    return g_io_stream_is_closed(G_IO_STREAM(visit->tcp.get())) != FALSE;
  });
}

}  // namespace tessera::signalling
