import {AudiencePlayer} from './audience_player.js';

const answer_deadline_ms = 10_000;
const media_deadline_ms = 15_000;
const disconnected_deadline_ms = 5_000;

/**
 * Watches a meeting by WHEP: its picture and everybody's voices, as one stream; or what one of its
 * participants sends. Nobody in the meeting sees who watches.
 */
export class WhepPlayer extends AudiencePlayer {
  #endpoint;
  /** @type {RTCPeerConnection | null} */
  #peer = null;
  /** @type {string | null} */
  #session = null;
  /** @type {MediaStream | null} */
  #stream = null;

  /** @param {string | URL} endpoint As https://meet.example.org/whep/standup, or …/standup/p7 */
  constructor(endpoint) {
    super();
    this.#endpoint = new URL(endpoint, document.baseURI);
  }

  /** What is seen and heard, from `playing` on. */
  get stream() {
    return this.#stream;
  }

  /** @override @param {AbortSignal} signal */
  async connect(signal) {
    const peer = new RTCPeerConnection({bundlePolicy: 'max-bundle'});
    this.#peer = peer;
    for (const kind of ['audio', 'video']) peer.addTransceiver(kind, {direction: 'recvonly'});
    peer.onconnectionstatechange = () => this.#watch(peer);
    await peer.setLocalDescription();
    await gathered(peer);
    this.expect(answer_deadline_ms);
    const response = await fetch(this.#endpoint, {
      method: 'POST',
      headers: {'Content-Type': 'application/sdp'},
      body: peer.localDescription?.sdp ?? '',
      signal,
    });
    // A participant may be there and not send anything yet.
    if (response.status === 404 || response.status === 409)
      return this.retry('waiting', 'There is nothing to watch.');
    if (!response.ok) throw new Error(`The server answers ${response.status}.`);
    const location = response.headers.get('Location');
    this.#session = location && new URL(location, this.#endpoint).href;
    const sdp = await response.text();
    if (signal.aborted) return;
    await peer.setRemoteDescription({type: 'answer', sdp});
    this.expect(media_deadline_ms);
  }

  /** @param {RTCPeerConnection} peer */
  #watch(peer) {
    if (peer !== this.#peer) return;
    if (peer.connectionState === 'failed') this.retry('reconnecting', 'The connection broke.');
    else if (peer.connectionState === 'disconnected') this.expect(disconnected_deadline_ms);
    else if (peer.connectionState === 'connected') {
      this.settle();
      this.#stream = new MediaStream(peer.getReceivers().map(({track}) => track));
      this.enter('playing');
    }
  }

  /** A server that isn't told would notice by itself, some seconds later. @override */
  release() {
    if (this.#session) fetch(this.#session, {method: 'DELETE', keepalive: true}).catch(() => {});
    this.#session = null;
    this.#peer?.close();
    this.#peer = null;
  }
}

/** All candidates are in the offer then: a further request for each would take longer. @param {RTCPeerConnection} peer */
function gathered(peer) {
  if (peer.iceGatheringState === 'complete') return Promise.resolve();
  return new Promise((resolve) => {
    const wait = setTimeout(resolve, 1_000);
    peer.addEventListener('icegatheringstatechange', () => {
      if (peer.iceGatheringState !== 'complete') return;
      clearTimeout(wait);
      resolve(undefined);
    });
  });
}
