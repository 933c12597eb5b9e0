#pragma once

#include <libsoup/soup.h>

#include <cstddef>
#include <optional>
#include <string>

#include "base/result.h"

// How requests that do something (WHIP, WHEP, the API) are read and answered. On the control
// thread.
namespace tessera::signalling {

inline constexpr std::size_t longest_body = std::size_t{64} * 1024;

void set_header(SoupServerMessage* message, const char* name, const std::string& value);

// Null if the request doesn't have it.
const char* header(SoupServerMessage* message, const char* name);

// Problem details (RFC 9457), with the stable code.
void refuse(SoupServerMessage* message, guint status, const Error& error);

// The same, with the status that the error's code stands for.
void refuse(SoupServerMessage* message, const Error& error);

// `allowed`: as the Allow header has it.
void refuse_method(SoupServerMessage* message, const std::string& allowed);

// The body, if it is of that type and no longer than may be; if not, the request is answered.
std::optional<std::string> body_of(SoupServerMessage* message, const char* type);

}  // namespace tessera::signalling
