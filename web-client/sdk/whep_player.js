import {AudiencePlayer} from './audience_player.js';
import {iceServersOf} from './ice_servers.js';
import {Refusal} from './refusal.js';
import {trickle} from './trickle.js';

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
    this.#endpoint = new URL(endpoint, globalThis.document?.baseURI);
  }

  /** What is seen and heard while it is `playing`. */
  get stream() {
    return this.#stream;
  }

  /**
   * The server names its STUN and TURN servers with its answer, so candidates are gathered from then
   * on and follow the offer (RFC 9725, section 4.6).
   *
   * @override
   * @param {AbortSignal} signal
   */
  async connect(signal) {
    const peer = new RTCPeerConnection({bundlePolicy: 'max-bundle'});
    this.#peer = peer;
    for (const kind of ['audio', 'video']) peer.addTransceiver(kind, {direction: 'recvonly'});
    peer.onconnectionstatechange = () => this.#watch(peer);
    this.expect(answer_deadline_ms);
    const offer = await peer.createOffer();
    const response = await fetch(this.#endpoint, {
      method: 'POST',
      headers: {'Content-Type': 'application/sdp'},
      body: offer.sdp ?? '',
      signal,
    });
    if (!response.ok) throw await Refusal.of(response);
    const {headers} = response;
    const location = headers.get('Location');
    this.#session = location && new URL(location, this.#endpoint).href;
    const sdp = await response.text();
    signal.throwIfAborted();
    this.expect(media_deadline_ms);
    const iceServers = iceServersOf(headers.get('Link'));
    // All else stays: what isn't named would become what it is by default.
    if (iceServers.length > 0) peer.setConfiguration({...peer.getConfiguration(), iceServers});
    if (this.#session)
      trickle(peer, offer.sdp ?? '', {url: this.#session, etag: headers.get('ETag'), signal});
    await peer.setLocalDescription(offer);
    await peer.setRemoteDescription({type: 'answer', sdp});
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
    this.#stream = null;
  }
}
