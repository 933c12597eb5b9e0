#include "egress/host_lookup.h"

#include <memory>

namespace tessera::egress {
namespace {

using Addresses = std::unique_ptr<GList, FreeWith<g_resolver_free_addresses>>;

void lookup_done(GObject* resolver, GAsyncResult* result, gpointer data) {
  const std::unique_ptr<HostLookup::Found> found(static_cast<HostLookup::Found*>(data));
  GError* raw_error = nullptr;
  const Addresses addresses(
      g_resolver_lookup_by_name_finish(G_RESOLVER(resolver), result, &raw_error));
  const GErrorPtr error(raw_error);
  if (error && g_error_matches(error.get(), G_IO_ERROR, G_IO_ERROR_CANCELLED)) return;
  std::vector<std::string> texts;
  for (const GList* item = addresses.get(); item != nullptr; item = item->next) {
    const CString address(g_inet_address_to_string(G_INET_ADDRESS(item->data)));
    texts.emplace_back(address.get());
  }
  (*found)(texts);
}

}  // namespace

HostLookup::HostLookup(const std::string& host, Found found)
    : cancel_(Ref<GCancellable>::adopt(g_cancellable_new())) {
  const auto resolver = Ref<GResolver>::adopt(g_resolver_get_default());
  g_resolver_lookup_by_name_async(resolver.get(), host.c_str(), cancel_.get(), lookup_done,
                                  new Found(std::move(found)));
}

// A cancelled lookup ends as such, even if it has already found something.
HostLookup::~HostLookup() { g_cancellable_cancel(cancel_.get()); }

}  // namespace tessera::egress
