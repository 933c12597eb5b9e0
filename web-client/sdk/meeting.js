import {backoff} from './backoff.js';
import {Connection} from './connection.js';
import {Emitter} from './emitter.js';
import {isFinal} from './messages.js';
import {Outputs} from './outputs.js';

/** @import {Joined, Media, Participant, Problem, ServerMessage, Tile} from './messages.js' */
/** @import {Tracks} from './connection.js' */
/** @import {RoomOutput} from './outputs.js' */

/**
 * `joining`: not yet in. `connected`: media flows. `reconnecting`: it broke, or never came about;
 * the meeting tries again by itself. `left` and `failed` are the end.
 *
 * @typedef {'joining' | 'connected' | 'reconnecting' | 'left' | 'failed'} MeetingState
 */

/**
 * @typedef {object} MeetingEvents
 * @property {MeetingState} state
 * @property {Participant[]} people Somebody came, went or changed.
 * @property {Participant} arrival
 * @property {Participant} departure
 * @property {Tile[]} layout
 * @property {RoomOutput[]} outputs Something that goes out of the room started, changed or ended.
 */

const settled_ms = 10_000; // A connection that held this long was a good one: the next wait is short again.

/**
 * One's part in a meeting, across broken connections: it connects anew with its token and keeps its
 * seat.
 *
 * @extends {Emitter<MeetingEvents>}
 */
export class Meeting extends Emitter {
  /** @type {MeetingState} */
  state = 'joining';
  /** Everybody in the room, oneself included. @type {Participant[]} */
  people = [];
  /** @type {Tile[]} */
  layout = [];
  /** One's own id. */
  participant = '';
  /**
   * The composite and the others' voices. Another one after each reconnection.
   *
   * @type {MediaStream | null}
   */
  stream = null;
  /** Why it is reconnecting or failed. @type {Problem | null} */
  problem = null;
  /**
   * When the next attempt is, in Date.now()'s milliseconds; null while one is under way.
   *
   * @type {number | null}
   */
  retryAt = null;

  #url;
  #room;
  #name;
  #token = '';
  /** @type {Tracks} */
  #tracks = {audio: null, video: null};
  /** @type {Required<Media>} */
  #media = {camera: false, microphone: false, recorded: true};
  /** @type {Connection | null} */
  #connection = null;
  #outputs = new Outputs((outputs) => this.emit('outputs', outputs));
  #seated = false;
  #attempt = 0;
  #connectedAt = Infinity;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {{url: string | URL, room: string, name: string}} seat `url` is that of the server's WebSocket.
   */
  constructor({url, room, name}) {
    super();
    this.#url = url;
    this.#room = room;
    this.#name = name;
  }

  get room() {
    return this.#room;
  }

  /** Broadcasts, recordings and HLS, those that ended a few seconds ago too. */
  get outputs() {
    return this.#outputs.list;
  }

  join() {
    this.#connect();
  }

  /** Doesn't wait for the next attempt, for example because the network is back. */
  retryNow() {
    if (this.state === 'reconnecting' && this.retryAt !== null) this.#connect();
  }

  leave() {
    if (this.#over) return;
    this.#stop();
    this.#become('left');
  }

  /**
   * What is sent from now on, whether connected or not.
   *
   * @param {'audio' | 'video'} kind
   * @param {MediaStreamTrack | null} track
   */
  setTrack(kind, track) {
    if (this.#tracks[kind] === track) return;
    this.#tracks[kind] = track;
    this.#connection?.setTrack(kind, track);
  }

  /**
   * Says whether camera and microphone are on, and whether one is in recordings.
   *
   * @param {Media} media
   */
  setMedia(media) {
    const next = {...this.#media, ...media};
    if (same(next, this.#media)) return;
    this.#media = next;
    if (!this.#seated) return;
    this.#connection?.sendMedia(next);
    this.#setPeople(
      this.people.map((person) => (person.id === this.participant ? {...person, ...next} : person)),
    );
  }

  /** The RTCStatsReport of the current connection, null without one. */
  stats() {
    return this.#connection?.stats() ?? Promise.resolve(null);
  }

  get #over() {
    return this.state === 'left' || this.state === 'failed';
  }

  #connect() {
    clearTimeout(this.#timer);
    this.retryAt = null;
    const join = {
      type: /** @type {const} */ ('join'),
      room: this.#room,
      name: this.#name,
      ...this.#media,
      ...(this.#token && {token: this.#token}),
    };
    this.#connection = new Connection(this.#url, join, this.#tracks, {
      joined: (joined) => this.#joined(joined, join),
      connected: (stream) => this.#connected(stream),
      message: (message) => this.#receive(message),
      ended: (problem) => this.#ended(problem),
    });
    this.#become(this.state);
  }

  /** @param {Joined} joined @param {Required<Media>} said What `join` said of that. */
  #joined(joined, said) {
    this.#seated = true;
    this.#token = joined.token;
    this.participant = joined.participant;
    this.#setPeople(joined.participants);
    this.#outputs.replace(joined.outputs ?? []);
    if (!same(this.#media, said)) this.#connection?.sendMedia(this.#media);
  }

  /** @param {MediaStream} stream */
  #connected(stream) {
    this.stream = stream;
    this.problem = null;
    this.#connectedAt = Date.now();
    this.#become('connected');
  }

  /** @param {ServerMessage} message */
  #receive(message) {
    switch (message.type) {
      case 'participant_joined':
        this.#setPeople([
          ...this.people.filter(({id}) => id !== message.participant.id),
          message.participant,
        ]);
        this.emit('arrival', message.participant);
        break;
      case 'participant_changed':
        this.#setPeople(
          this.people.map((person) =>
            person.id === message.participant.id ? message.participant : person,
          ),
        );
        break;
      case 'participant_left': {
        const gone = this.people.find(({id}) => id === message.id);
        this.#setPeople(this.people.filter((person) => person !== gone));
        if (gone) this.emit('departure', gone);
        break;
      }
      case 'layout':
        this.layout = message.tiles;
        this.emit('layout', this.layout);
        break;
      case 'output':
        this.#outputs.put(message.output);
        break;
    }
  }

  /** @param {Problem} problem */
  #ended(problem) {
    this.#stop();
    this.problem = problem;
    if (isFinal(problem.code)) {
      this.#become('failed');
      return;
    }
    if (Date.now() - this.#connectedAt > settled_ms) this.#attempt = 0;
    this.#connectedAt = Infinity;
    const wait = backoff(this.#attempt++);
    this.retryAt = Date.now() + wait;
    this.#timer = setTimeout(() => this.#connect(), wait);
    this.#become('reconnecting');
  }

  #stop() {
    clearTimeout(this.#timer);
    this.retryAt = null;
    this.#connection?.close();
    this.#connection = null;
    this.#seated = false;
    this.stream = null;
  }

  /** @param {Participant[]} people */
  #setPeople(people) {
    this.people = people;
    this.emit('people', people);
  }

  /** @param {MeetingState} state */
  #become(state) {
    this.state = state;
    if (this.#over) this.#outputs.replace([]);
    this.emit('state', state);
  }
}

/** @param {Required<Media>} one @param {Required<Media>} other */
function same(one, other) {
  return (
    one.camera === other.camera &&
    one.microphone === other.microphone &&
    one.recorded === other.recorded
  );
}
