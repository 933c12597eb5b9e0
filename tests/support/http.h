#pragma once

#include <gmock/gmock.h>
#include <libsoup/soup.h>

#include <string>
#include <utility>
#include <vector>

#include "base/ref.h"

namespace tessera::test {

struct Request {
  std::string method;
  std::string path;
  std::string type;  // Of the body; empty: none.
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

struct Response {
  guint status = 0;
  std::string body;
  Ref<SoupMessage> message;

  std::string header(const char* name) const { return text(soup_message_headers_get_one, name); }

  // All of its lines, with commas between them.
  std::string headers(const char* name) const { return text(soup_message_headers_get_list, name); }

  // Of problem details (RFC 9457); empty if it has none.
  std::string code() const;

 private:
  std::string text(const char* (*get)(SoupMessageHeaders*, const char*), const char* name) const {
    const char* value = get(soup_message_get_response_headers(message.get()), name);
    return value != nullptr ? value : "";
  }
};

// Asks a server and waits for the answer. On the control thread.
Response ask(const std::string& server_url, const Request& request);

// A request and what has to be answered to it: a row of a table.
struct Exchange {
  const char* what;
  Request request;
  guint status;
  std::string code = "";  // Of the problem; empty: no problem.
  std::vector<std::pair<const char*, testing::Matcher<std::string>>> headers = {};
};

// Empty if it is as it has to be.
std::string faults_of(const Exchange& exchange, const Response& response);

}  // namespace tessera::test
