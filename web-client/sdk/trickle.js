/**
 * Tells a session of WHIP or WHEP of its peer's candidates as they are found (RFC 9725, section
 * 4.3.1); those that are found while a request is under way go together in the next. One that fails
 * ends nothing: the server may find what it needs by itself.
 *
 * @param {RTCPeerConnection} peer Before its local description is set.
 * @param {string} offer
 * @param {{url: string, etag: string | null, signal: AbortSignal}} session
 */
export function trickle(peer, offer, {url, etag, signal}) {
  const headers = {
    'Content-Type': 'application/trickle-ice-sdpfrag',
    ...(etag && {'If-Match': etag}),
  };
  /** @type {string[]} */
  let found = [];
  let isSending = false;

  async function send() {
    if (isSending) return;
    isSending = true;
    while (found.length > 0 && !signal.aborted) {
      const body = [...headOf(offer), ...found, ''].join('\r\n');
      found = [];
      await fetch(url, {method: 'PATCH', headers, body, signal}).catch(() => {});
    }
    isSending = false;
  }

  peer.onicecandidate = ({candidate}) => {
    if (candidate?.candidate === '') return; // Firefox says the end twice, once per m-line and once as null.
    found.push(candidate ? `a=${candidate.candidate}` : 'a=end-of-candidates');
    send();
  };
}

/** Whose candidates a fragment has: the first m-line's, with which all is bundled. @param {string} offer */
function headOf(offer) {
  const section = offer.split(/^(?=m=)/m)[1] ?? '';
  return section.match(/^(?:m=|a=mid:|a=ice-ufrag:|a=ice-pwd:).*$/gm) ?? [];
}
