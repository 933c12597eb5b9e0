import {CameraSender} from './camera_sender.js';
import {endsConnection} from './messages.js';
import {Signalling} from './signalling.js';

/** @import {Join, Joined, Problem, ServerMessage, Candidate, Media} from './messages.js' */

/**
 * @typedef {{audio: MediaStreamTrack | null, video: MediaStreamTrack | null}} Tracks What is sent; null: nothing yet.
 */

/**
 * @typedef {object} ConnectionListener
 * @property {(joined: Joined) => void} joined
 * @property {(stream: MediaStream) => void} connected Media flows: the composite and the others' voices.
 * @property {(message: ServerMessage) => void} message Whatever else the server says.
 * @property {(problem: Problem) => void} ended Once, and not after close().
 */

const join_deadline_ms = 10_000;
const media_deadline_ms = 20_000; // The server's own is 15 s and has the better message.
const disconnected_deadline_ms = 5_000;

/**
 * One WebSocket and one RTCPeerConnection, from `join` to the end. It never recovers: whoever wants
 * to go on makes another one with the token of this one.
 */
export class Connection {
  #listener;
  #signalling;
  /** @type {RTCPeerConnection | null} */
  #peer = null;
  /** @type {{audio: RTCRtpSender, video: CameraSender} | null} */
  #senders = null;
  #tracks;
  /** @type {Candidate[] | null} Those that came before the answer; null once it is there. */
  #early = [];
  #ended = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #deadline;

  /**
   * @param {string | URL} url
   * @param {Join} join
   * @param {Tracks} tracks
   * @param {ConnectionListener} listener
   */
  constructor(url, join, tracks, listener) {
    this.#listener = listener;
    this.#tracks = {...tracks};
    this.#signalling = new Signalling(url);
    this.#signalling.on('open', () => this.#signalling.send(join));
    this.#signalling.on('message', (message) => this.#receive(message));
    this.#signalling.on('close', ({opened}) =>
      this.#end(
        opened
          ? {code: 'connection_closed', message: 'The server closed the connection.'}
          : {code: 'unreachable', message: 'The server cannot be reached.'},
      ),
    );
    this.#expect(join_deadline_ms, {code: 'unreachable', message: 'The server does not answer.'});
  }

  /**
   * The track is sent from now on, null sends nothing.
   *
   * @param {keyof Tracks} kind
   * @param {MediaStreamTrack | null} track
   */
  setTrack(kind, track) {
    this.#tracks[kind] = track;
    this.#senders?.[kind]
      .replaceTrack(track)
      .catch((error) => console.warn(`replaceTrack: ${error}`));
  }

  /** @param {Media} media */
  sendMedia(media) {
    this.#signalling.send({type: 'media', ...media});
  }

  stats() {
    return this.#peer?.getStats() ?? Promise.resolve(null);
  }

  /** Leaves the room. */
  close() {
    this.#signalling.send({type: 'leave'});
    this.#release();
  }

  /** @param {ServerMessage} message */
  #receive(message) {
    switch (message.type) {
      case 'joined':
        this.#listener.joined(message);
        this.#offer(message).catch((error) => this.#negotiationFailed(error));
        break;
      case 'answer':
        this.#accept(message.sdp).catch((error) => this.#negotiationFailed(error));
        break;
      case 'candidate':
        if (this.#early) this.#early.push(message);
        else this.#addCandidate(message);
        break;
      case 'connection':
        clearTimeout(this.#deadline);
        this.#listener.connected(
          new MediaStream((this.#peer?.getReceivers() ?? []).map(({track}) => track)),
        );
        break;
      case 'layout':
        this.#senders?.video.show(message);
        this.#listener.message(message);
        break;
      case 'error':
        if (endsConnection(message.code)) this.#end(message);
        else console.warn(`server: ${message.code}: ${message.message}`);
        break;
      default:
        this.#listener.message(message);
    }
  }

  /** @param {Joined} joined */
  async #offer({ice_servers: iceServers, participant}) {
    const peer = new RTCPeerConnection({iceServers, bundlePolicy: 'max-bundle'});
    this.#peer = peer;
    this.#expect(media_deadline_ms, {
      code: 'connection_timeout',
      message: 'The connection for sound and picture did not come about.',
    });
    peer.onicecandidate = ({candidate}) => this.#sendCandidate(candidate);
    peer.onconnectionstatechange = () => this.#watch(peer.connectionState);
    this.#senders = {
      audio: peer.addTransceiver(this.#tracks.audio ?? 'audio', {direction: 'sendrecv'}).sender,
      video: new CameraSender(peer, this.#tracks.video, participant),
    };
    await peer.setLocalDescription();
    this.#signalling.send({type: 'offer', sdp: peer.localDescription?.sdp ?? ''});
  }

  /** @param {string} sdp */
  async #accept(sdp) {
    await this.#peer?.setRemoteDescription({type: 'answer', sdp});
    const early = this.#early ?? [];
    this.#early = null;
    early.forEach((candidate) => this.#addCandidate(candidate));
  }

  /** @param {Candidate} candidate */
  #addCandidate({candidate, sdpMLineIndex}) {
    this.#peer
      ?.addIceCandidate({candidate, sdpMLineIndex})
      .catch((error) => console.warn(`candidate: ${error}`));
  }

  /** @param {RTCIceCandidate | null} candidate */
  #sendCandidate(candidate) {
    if (candidate?.candidate === '') return; // Firefox says the end twice, once per m-line and once as null.
    this.#signalling.send({
      type: 'candidate',
      candidate: candidate?.candidate ?? '',
      sdpMLineIndex: candidate?.sdpMLineIndex ?? 0,
    });
  }

  /** @param {RTCPeerConnectionState} state */
  #watch(state) {
    const problem = {
      code: 'connection_failed',
      message: 'The connection for sound and picture broke.',
    };
    if (state === 'failed') this.#end(problem);
    else if (state === 'disconnected') this.#expect(disconnected_deadline_ms, problem);
    else if (state === 'connected') clearTimeout(this.#deadline);
  }

  /** @param {unknown} error */
  #negotiationFailed(error) {
    // Firefox makes no connection while the network is down, as between one Wi-Fi and another: that
    // passes.
    const passes = error instanceof Error && error.name === 'InvalidStateError';
    this.#end({
      code: passes ? 'connection_failed' : 'negotiation_failed',
      message: `The browser and the server could not agree: ${error}`,
    });
  }

  /**
   * Ends with the problem unless what is expected happens in time.
   *
   * @param {number} ms
   * @param {Problem} problem
   */
  #expect(ms, problem) {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#end(problem), ms);
  }

  /** @param {Problem} problem */
  #end({code, message}) {
    if (this.#ended) return;
    this.#release();
    this.#listener.ended({code, message});
  }

  #release() {
    this.#ended = true;
    clearTimeout(this.#deadline);
    this.#signalling.close();
    this.#senders?.video.close();
    if (!this.#peer) return;
    this.#peer.onicecandidate = this.#peer.onconnectionstatechange = null;
    this.#peer.close();
  }
}
