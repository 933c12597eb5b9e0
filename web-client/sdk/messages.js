/**
 * The signalling protocol's messages as types. The protocol is described in
 * src/signalling/README.md.
 *
 * @typedef {object} Participant
 * @property {string} id Unique in the server, the same until they leave.
 * @property {string} name
 * @property {boolean} camera
 * @property {boolean} microphone
 * @property {boolean} [recorded] Whether recordings may have anything of them; older servers leave it out.
 *
 * @typedef {object} Tile Where somebody is in the composite, in fractions of its width and height.
 * @property {string} participant
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 *
 * @typedef {object} Output What goes out of the room beside what its people get.
 * @property {string} id
 * @property {'broadcast' | 'recording' | 'hls'} kind
 * @property {'connecting' | 'live' | 'reconnecting' | 'recording' | 'paused' | 'finishing' | 'finished' | 'failed' |
 *           'ended'} state
 * @property {string} [reason] In plain words, where the state needs one.
 * @property {string} target Where it goes: an address without secrets, a file's name, a path of the server.
 * @property {number} elapsed Seconds on the air or recorded, without pauses.
 * @property {'grid' | 'speaker'} [layout] How it shows the room. This and what follows older servers leave out.
 * @property {'mp4' | 'webm'} [format] Of a recording.
 * @property {boolean} [tracks] Of a recording: each participant in files of their own, too.
 * @property {number} [width] Of its picture. WebM has the room's own, and lacks this and what follows.
 * @property {number} [height]
 * @property {number} [frame_rate] At most.
 * @property {number} [video_bitrate] In kbit/s.
 *
 * @typedef {{camera?: boolean, microphone?: boolean, recorded?: boolean}} Media
 *
 * @typedef {{type: 'join', room: string, name: string, camera: boolean, microphone: boolean, recorded: boolean,
 *           token?: string}} Join
 * @typedef {{type: 'offer', sdp: string}} Offer
 * @typedef {{type: 'candidate', candidate: string, sdpMLineIndex: number}} Candidate
 * @typedef {Join | Offer | Candidate | {type: 'media'} & Media | {type: 'leave'}} ClientMessage
 *
 * @typedef {object} Joined
 * @property {'joined'} type
 * @property {string} room
 * @property {string} participant Oneself.
 * @property {string} token Claims the seat back after a broken connection.
 * @property {Participant[]} participants Everybody, oneself included.
 * @property {RTCIceServer[]} ice_servers
 * @property {Output[]} [outputs] Those that haven't ended; older servers leave it out.
 *
 * @typedef {{type: 'answer', sdp: string}} Answer
 * @typedef {{type: 'connection', state: 'connected'}} Connected
 * @typedef {{type: 'participant_joined', participant: Participant}} ParticipantJoined
 * @typedef {{type: 'participant_changed', participant: Participant}} ParticipantChanged
 * @typedef {{type: 'participant_left', id: string}} ParticipantLeft
 * @typedef {object} Layout
 * @property {'layout'} type
 * @property {Tile[]} tiles In reading order.
 * @property {number} [width] Of the composite, in pixels; older servers leave it out.
 * @property {number} [height]
 * @typedef {{type: 'output', output: Output}} OutputChanged Started, or in another state than before.
 * @typedef {{type: 'error', code: string, message: string}} ServerError
 * @typedef {Joined | Answer | Candidate | Connected | ParticipantJoined | ParticipantChanged | ParticipantLeft |
 *           Layout | OutputChanged | ServerError} ServerMessage
 */

/**
 * Why a connection or a meeting ended. The code is the server's (table in the protocol's
 * description) or one of `unreachable`, `connection_closed`, `connection_failed`,
 * `negotiation_failed`.
 *
 * @typedef {{code: string, message: string}} Problem
 */

// After these the server closes the connection.
const closing = [
  'message_too_large',
  'join_timeout',
  'fingerprint_mismatch',
  'connection_timeout',
  'connection_lost',
  'media_failure',
  'replaced',
  'too_many_messages',
  'shutting_down',
];

// After these the server would listen on, but this client has nothing better to say.
const refusals = [
  'invalid_room',
  'invalid_name',
  'room_full',
  'server_full',
  'invalid_sdp',
  'no_media',
  'unsupported_media',
];

/** Whether a connection is over with this code. @param {string} code */
export const endsConnection = (code) => closing.includes(code) || refusals.includes(code);

/**
 * Whether it takes a person to go on: trying again by itself would not help, or would fight with
 * another window for the seat.
 *
 * @param {string} code
 */
export const isFinal = (code) =>
  refusals.includes(code) ||
  code === 'fingerprint_mismatch' ||
  code === 'negotiation_failed' ||
  code === 'replaced';
