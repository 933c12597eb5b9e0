#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/units.h"
#include "mcu/options.h"
#include "mixer/layout.h"

namespace tessera::mcu {

// What users write for an option, read. Nothing if it isn't of the form, or outside what is
// allowed.

std::optional<Resolution> resolution_from(const std::string& text);  // "1280x720", even
std::optional<PortRange> port_range_from(const std::string& text);   // "40000-49999", "0"
std::optional<StunServer> stun_server_from(const std::string& text);
// "turn:user:password@host:port?transport=udp"; "turns" for TLS.
std::optional<TurnServer> turn_server_from(const std::string& text);
std::optional<std::string> origin_from(const std::string& text);  // "https://host:port"
std::optional<std::string> ip_address_from(const std::string& text);
bool is_of_this_machine(const std::string& ip_address);
std::optional<std::filesystem::path> folder_from(const std::string& text);  // One that is there.
std::optional<std::filesystem::path> path_from(const std::string& text);
std::optional<std::string> host_key_from(const std::string& text);  // As HTTP's Bearer takes it.
std::optional<mixer::Fit> fit_from(const std::string& text);
std::optional<std::string> log_level_from(const std::string& text);

}  // namespace tessera::mcu
