import {Host} from '../../../web-client/sdk/host.js';

/** With each sign that an address could mistake for one of its own. */
export const host_key = '1234+5678/=';

/** Who has the server's host key, and uses the API without a page. */
export function hostOf(server, room) {
  return new Host({url: new URL(`api/rooms/${room}/outputs`, server.url), key: host_key});
}
