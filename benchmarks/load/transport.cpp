#include "load/transport.h"

#include <stdexcept>
#include <utility>

namespace tessera::bench {
namespace {

using namespace std::chrono_literals;

constexpr guint component = NICE_COMPONENT_TYPE_RTP;
constexpr std::int64_t udp_and_ipv4 = 8 + 20;

using Candidates = std::unique_ptr<GSList, FreeWith<[](GSList* list) {
                                     g_slist_free_full(list, [](gpointer one) {
                                       nice_candidate_free(static_cast<NiceCandidate*>(one));
                                     });
                                   }>>;

bool is_rtcp(Bytes packet) {
  // RFC 5761, section 4.
  return packet.size() > 1 && packet[1] >= 192 && packet[1] <= 223;
}

}  // namespace

Transport::Transport(Role role, Callbacks callbacks)
    : callbacks_(std::move(callbacks)),
      agent_(Ref<NiceAgent>::adopt(nice_agent_new(nullptr, NICE_COMPATIBILITY_RFC5245))),
      dtls_(role == Role::offerer ? Dtls::Role::client : Dtls::Role::server,
            [this](Bytes flight) { send(flight); }) {
  g_object_set(agent_.get(), "upnp", FALSE, "ice-tcp", FALSE, "controlling-mode",
               role == Role::offerer, nullptr);
  NiceAddress loopback;
  nice_address_init(&loopback);
  nice_address_set_from_string(&loopback, "127.0.0.1");
  nice_agent_add_local_address(agent_.get(), &loopback);
  stream_ = nice_agent_add_stream(agent_.get(), 1);
  nice_agent_attach_recv(
      agent_.get(), stream_, component, nullptr,
      [](NiceAgent*, guint, guint, guint size, gchar* data, gpointer self) {
        static_cast<Transport*>(self)->take({reinterpret_cast<std::uint8_t*>(data), size});
      },
      this);
  signals_.push_back(Signal::connect<void(guint, guint, guint)>(
      agent_.get(), "component-state-changed", [this](guint, guint, guint state) {
        if (state == NICE_COMPONENT_STATE_FAILED) callbacks_.failed("ICE found no way.");
        if (state != NICE_COMPONENT_STATE_READY || handshake_.is_running() || sending_) return;
        dtls_.start();
        handshake_.start_repeating(50ms, [this] { dtls_.retransmit(); });
      }));
  // Host candidates alone: there at once.
  nice_agent_gather_candidates(agent_.get(), stream_);
  gchar* ufrag = nullptr;
  gchar* password = nullptr;
  nice_agent_get_local_credentials(agent_.get(), stream_, &ufrag, &password);
  local_.ice_ufrag = CString(ufrag).get();
  local_.ice_password = CString(password).get();
  local_.fingerprint = Dtls::fingerprint();
  const Candidates candidates(nice_agent_get_local_candidates(agent_.get(), stream_, component));
  for (const GSList* one = candidates.get(); one != nullptr; one = one->next) {
    const CString line(nice_agent_generate_local_candidate_sdp(
        agent_.get(), static_cast<NiceCandidate*>(one->data)));
    local_.candidates.emplace_back(line.get() + std::string_view("a=").size());
  }
}

Transport::~Transport() {
  nice_agent_attach_recv(agent_.get(), stream_, component, nullptr, nullptr, nullptr);
  signals_.clear();
  nice_agent_remove_stream(agent_.get(), stream_);
}

void Transport::set_remote(const Endpoint& remote) {
  remote_fingerprint_ = remote.fingerprint;
  nice_agent_set_remote_credentials(agent_.get(), stream_, remote.ice_ufrag.c_str(),
                                    remote.ice_password.c_str());
  for (const std::string& candidate : remote.candidates) add_candidate(candidate);
}

void Transport::add_candidate(const std::string& candidate) {
  NiceCandidate* parsed =
      nice_agent_parse_remote_candidate_sdp(agent_.get(), stream_, ("a=" + candidate).c_str());
  if (parsed == nullptr) return;
  const Candidates one(g_slist_append(nullptr, parsed));
  nice_agent_set_remote_candidates(agent_.get(), stream_, component, one.get());
}

void Transport::take(std::span<std::uint8_t> packet) {
  ++traffic_.packets_received;
  traffic_.bytes_received += static_cast<std::int64_t>(packet.size()) + udp_and_ipv4;
  if (packet.empty()) return;
  // RFC 7983: DTLS, else RTP or RTCP; STUN stays inside libnice.
  if (packet[0] >= 20 && packet[0] <= 63) {
    dtls_.take(packet);
    if (dtls_.keys() && !sending_) secure();
    return;
  }
  if (!receiving_) return;
  const bool rtcp = is_rtcp(packet);
  const auto size = receiving_->unprotect(packet, rtcp);
  if (!size) return;
  (rtcp ? callbacks_.rtcp : callbacks_.rtp)(packet.first(*size));
}

void Transport::secure() {
  handshake_.stop();
  if (dtls_.peer_fingerprint() != remote_fingerprint_) {
    return callbacks_.failed("The certificate isn't the one that the answer names.");
  }
  sending_ = std::make_unique<Srtp>(Srtp::Direction::sending, dtls_.keys()->sending);
  receiving_ = std::make_unique<Srtp>(Srtp::Direction::receiving, dtls_.keys()->receiving);
  callbacks_.connected();
}

void Transport::send_protected(std::vector<std::uint8_t>& packet, bool is_rtcp) {
  const std::size_t size = packet.size();
  packet.resize(size + Srtp::trailer);
  const auto protected_size = sending_->protect(packet, size, is_rtcp);
  if (protected_size) send({packet.data(), *protected_size});
}

void Transport::send(Bytes packet) {
  const gint sent =
      nice_agent_send(agent_.get(), stream_, component, static_cast<guint>(packet.size()),
                      reinterpret_cast<const gchar*>(packet.data()));
  if (sent <= 0) return;
  ++traffic_.packets_sent;
  traffic_.bytes_sent += static_cast<std::int64_t>(packet.size()) + udp_and_ipv4;
}

}  // namespace tessera::bench
