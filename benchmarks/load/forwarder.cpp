#include "load/forwarder.h"

#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <thread>

namespace tessera::bench {
namespace {

using nlohmann::json;

constexpr std::uint32_t own_ssrc = 1;
constexpr const char* this_program = "/proc/self/exe";

std::string written(const Endpoint& endpoint) {
  return json{{"ice_ufrag", endpoint.ice_ufrag},
              {"ice_password", endpoint.ice_password},
              {"fingerprint", endpoint.fingerprint},
              {"candidates", endpoint.candidates}}
      .dump();
}

Endpoint read(const std::string& line) {
  const json endpoint = json::parse(line);
  return {endpoint.at("ice_ufrag"), endpoint.at("ice_password"), endpoint.at("fingerprint"),
          endpoint.at("candidates")};
}

}  // namespace

Forwarder::Forwarder() {
  reports_.start_repeating(RtpConnection::report_interval, [this] {
    for (const auto& one : connections_) one->report({});
  });
  feedback_.start_repeating(RtpConnection::feedback_interval, [this] {
    for (const auto& one : connections_) one->report_arrivals();
  });
}

const Endpoint& Forwarder::add(const Endpoint& node) {
  const std::size_t index = connections_.size();
  RtpConnection& connection = *connections_.emplace_back(std::make_unique<RtpConnection>(
      Transport::Role::answerer, own_ssrc,
      RtpConnection::Callbacks{[this, index](const RtpPacket& packet) { forward(index, packet); },
                               [this, index](Bytes compound, const RtcpNews& news) {
                                 take_rtcp(index, compound, news);
                               }}));
  connection.set_remote(node);
  return connection.local();
}

void Forwarder::forward(std::size_t from, const RtpPacket& packet) {
  senders_[packet.header.ssrc] = from;
  for (std::size_t to = 0; to < connections_.size(); ++to) {
    if (to != from) connections_[to]->send_rtp(packet.header, packet.payload);
  }
}

void Forwarder::take_rtcp(std::size_t from, Bytes compound, const RtcpNews& news) {
  // With the receiver's blocks in it, which an SFU would leave out: they tell the others nothing,
  // and are some bytes a second.
  for (std::size_t to = 0; !news.sender_reports.empty() && to < connections_.size(); ++to) {
    if (to != from) connections_[to]->send_rtcp(compound);
  }
  constexpr std::size_t media_source = 8;  // RFC 4585, section 6.1; nodes send it on its own.
  if (news.keyframe_requests == 0 || compound.size() < media_source + 4) return;
  const auto source = static_cast<std::uint32_t>(get<4>(compound, media_source));
  const auto sender = senders_.find(source);
  if (sender != senders_.end()) connections_[sender->second]->ask_for_keyframe(source);
}

ForwarderProcess::ForwarderProcess() {
  GError* raw_error = nullptr;
  process_ = Ref<GSubprocess>::adopt(g_subprocess_new(
      static_cast<GSubprocessFlags>(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE),
      &raw_error, this_program, "forwarder", nullptr));
  const GErrorPtr error(raw_error);
  if (!process_) throw std::runtime_error(error->message);
  answers_ = Ref<GDataInputStream>::adopt(
      g_data_input_stream_new(g_subprocess_get_stdout_pipe(process_.get())));
}

ForwarderProcess::~ForwarderProcess() {
  g_subprocess_force_exit(process_.get());
  g_subprocess_wait(process_.get(), nullptr, nullptr);
}

Result<Endpoint> ForwarderProcess::add(const Endpoint& node) {
  const std::string line = written(node) + "\n";
  g_output_stream_write_all(g_subprocess_get_stdin_pipe(process_.get()), line.data(), line.size(),
                            nullptr, nullptr, nullptr);
  const CString answer(g_data_input_stream_read_line(answers_.get(), nullptr, nullptr, nullptr));
  if (!answer) return Error{"no_forwarder", "The forwarder has ended."};
  return read(answer.get());
}

pid_t ForwarderProcess::id() const {
  return std::stoi(g_subprocess_get_identifier(process_.get()));
}

void serve_as_forwarder() {
  EventLoop loop;
  Forwarder forwarder;
  std::thread reader([&] {
    for (std::string line; std::getline(std::cin, line);) {
      post([&forwarder, line] {
        std::cout << written(forwarder.add(read(line))) << '\n' << std::flush;
      });
    }
    post([&loop] { loop.quit(); });
  });
  loop.run();
  reader.join();
}

}  // namespace tessera::bench
