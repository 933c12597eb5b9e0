import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, mock, test} from 'node:test';

import {Meeting} from '../../web-client/sdk/meeting.js';
import {Clock} from './support/clock.js';

/** The server's side of each WebSocket that the SDK opens, newest last. */
let sockets = [];

class FakeSocket {
  static OPEN = 1;
  readyState = 0;
  sent = [];

  constructor(url) {
    this.url = url;
    sockets.push(this);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.readyState = 3;
  }

  open() {
    this.readyState = 1;
    this.onopen();
  }

  says(message) {
    this.onmessage({data: JSON.stringify(message)});
  }

  breaks() {
    this.readyState = 3;
    this.onclose();
  }
}

class FakePeer {
  connectionState = 'new';
  localDescription = {sdp: 'an offer'};

  constructor() {
    FakePeer.last = this;
  }

  addTransceiver() {
    return {sender: {replaceTrack: async () => {}}};
  }

  getReceivers() {
    return [];
  }

  async setLocalDescription() {}
  async setRemoteDescription() {}

  close() {
    this.closed = true;
  }
}

const ada = {id: 'p1', name: 'Ada', camera: false, microphone: false};
const grace = {id: 'p2', name: 'Grace', camera: true, microphone: true};
const joined = {
  type: 'joined',
  room: 'r',
  participant: 'p1',
  token: 'secret',
  participants: [ada],
  ice_servers: [],
};
const connected = {type: 'connection', state: 'connected'};

describe('Meeting', () => {
  let clock;
  let meeting;
  let states;

  beforeEach(() => {
    clock = new Clock();
    clock.install();
    sockets = [];
    Object.assign(globalThis, {
      WebSocket: FakeSocket,
      RTCPeerConnection: FakePeer,
      MediaStream: class {},
    });
    meeting = new Meeting({url: 'ws://server/ws', room: 'r', name: 'Ada'});
    states = [];
    meeting.on('state', (state) => states.at(-1) !== state && states.push(state));
    meeting.join();
  });

  afterEach(() => {
    meeting.leave();
    clock.remove();
  });

  function arrive() {
    sockets.at(-1).open();
    sockets.at(-1).says(joined);
    sockets.at(-1).says(connected);
  }

  test('joins, and is connected when the server says so', () => {
    sockets[0].open();
    assert.deepEqual(sockets[0].sent, [
      {type: 'join', room: 'r', name: 'Ada', camera: false, microphone: false, recorded: true},
    ]);
    sockets[0].says(joined);
    assert.equal(meeting.state, 'joining');
    sockets[0].says(connected);
    assert.deepEqual(states, ['joining', 'connected']);
  });

  test('says what changed of the devices between join and joined, and nothing before', () => {
    sockets[0].open();
    meeting.setMedia({camera: true});
    assert.equal(sockets[0].sent.length, 1);
    sockets[0].says(joined);
    assert.deepEqual(sockets[0].sent[1], {
      type: 'media',
      camera: true,
      microphone: false,
      recorded: true,
    });
  });

  test('says whether one is in recordings, and says it again after the connection broke', () => {
    arrive();
    meeting.setMedia({recorded: false});
    assert.equal(sockets[0].sent.at(-1).recorded, false);
    assert.equal(meeting.people[0].recorded, false);
    const said = sockets[0].sent.length;
    meeting.setMedia({recorded: false});
    assert.equal(sockets[0].sent.length, said);
    sockets[0].breaks();
    clock.tick(500);
    sockets[1].open();
    assert.equal(sockets[1].sent[0].recorded, false);
  });

  test('knows who is here', () => {
    arrive();
    sockets[0].says({type: 'participant_joined', participant: grace});
    assert.deepEqual(meeting.people, [ada, grace]);
    sockets[0].says({type: 'participant_changed', participant: {...grace, camera: false}});
    assert.equal(meeting.people[1].camera, false);
    sockets[0].says({type: 'participant_left', id: 'p2'});
    assert.deepEqual(meeting.people, [ada]);
  });

  test('claims its seat back with its token when the connection breaks', () => {
    arrive();
    sockets[0].breaks();
    assert.equal(meeting.state, 'reconnecting');
    assert.equal(sockets.length, 1);
    clock.tick(500);
    sockets[1].open();
    assert.equal(sockets[1].sent[0].token, 'secret');
    arrive();
    assert.deepEqual(states, ['joining', 'connected', 'reconnecting', 'connected']);
  });

  test('connects anew when the media connection fails, at once, or stays away for 5 s', () => {
    arrive();
    FakePeer.last.connectionState = 'disconnected';
    FakePeer.last.onconnectionstatechange();
    clock.tick(4_999);
    assert.equal(meeting.state, 'connected');
    clock.tick(1);
    assert.equal(meeting.state, 'reconnecting');
    assert.equal(FakePeer.last.closed, true);
    clock.tick(500);
    arrive();
    FakePeer.last.connectionState = 'failed';
    FakePeer.last.onconnectionstatechange();
    assert.equal(meeting.state, 'reconnecting');
  });

  test('waits longer from break to break, until a connection has held for ten seconds', () => {
    const breakAfter = (held_ms) => {
      arrive();
      clock.tick(held_ms);
      sockets.at(-1).breaks();
      const wait_ms = meeting.retryAt - Date.now();
      clock.tick(wait_ms);
      return wait_ms;
    };
    // Each wait is spread by a quarter either way.
    assert.ok(breakAfter(1_000) <= 500);
    assert.ok(breakAfter(9_000) >= 600);
    assert.ok(breakAfter(9_000) >= 1_200);
    assert.ok(breakAfter(11_000) <= 500);
    assert.ok(breakAfter(1_000) >= 600);
  });

  test('does not wait for the next attempt when told to try now', () => {
    sockets[0].breaks();
    meeting.retryNow();
    meeting.retryNow();
    assert.equal(sockets.length, 2);
  });

  for (const code of [
    'room_full',
    'server_full',
    'invalid_room',
    'invalid_name',
    'replaced',
    'fingerprint_mismatch',
    'unsupported_media',
  ]) {
    test(`gives up after ${code}`, () => {
      sockets[0].open();
      sockets[0].says({type: 'error', code, message: 'No.'});
      clock.tick(60_000);
      assert.equal(meeting.state, 'failed');
      assert.deepEqual(meeting.problem, {code, message: 'No.'});
      assert.equal(sockets.length, 1);
    });
  }

  test('gives up where the browser makes no connection', async () => {
    globalThis.RTCPeerConnection = class {
      constructor() {
        throw new DOMException('Switched off.', 'NotSupportedError');
      }
    };
    sockets[0].open();
    sockets[0].says(joined);
    for (let i = 0; i < 5; i++) await null; // The offer is made in steps.
    clock.tick(60_000);
    assert.equal(meeting.state, 'failed');
    assert.equal(meeting.problem.code, 'negotiation_failed');
    assert.equal(sockets.length, 1);
  });

  test('tries again where the browser makes no connection while the network is down', async () => {
    globalThis.RTCPeerConnection = class {
      constructor() {
        throw new DOMException('The network is down.', 'InvalidStateError');
      }
    };
    sockets[0].open();
    sockets[0].says(joined);
    for (let i = 0; i < 5; i++) await null;
    assert.equal(meeting.state, 'reconnecting');
    clock.tick(500);
    assert.equal(sockets.length, 2);
  });

  for (const code of ['connection_lost', 'connection_timeout', 'media_failure', 'shutting_down']) {
    test(`tries again after ${code}`, () => {
      arrive();
      sockets[0].says({type: 'error', code, message: 'Later.'});
      assert.equal(meeting.state, 'reconnecting');
    });
  }

  test('goes on after an error that harms nothing, an unknown message and one that is no JSON', () => {
    mock.method(console, 'warn', () => {});
    arrive();
    sockets[0].says({type: 'error', code: 'invalid_candidate', message: 'Not a candidate.'});
    sockets[0].says({type: 'something_new'});
    sockets[0].onmessage({data: '{'});
    assert.equal(meeting.state, 'connected');
  });

  describe('with outputs', () => {
    const output = (id, state) => ({id, kind: 'recording', state, target: 'a file', elapsed: 0});
    let told;

    beforeEach(() => {
      arrive();
      for (const [id, state] of [['o1', 'recording'], ['o2', 'finished'], ['o3', 'failed']])
        sockets[0].says({type: 'output', output: output(id, state)});
      told = [];
      meeting.on('outputs', (outputs) => told.push(outputs.map(({id}) => id)));
    });

    test('forgets those that ended after a while', () => {
      clock.tick(60_000);
      assert.deepEqual(told, [['o1', 'o3'], ['o1']]);
    });

    test('keeps them through a break, and has those that the server has after it', () => {
      sockets[0].breaks();
      assert.deepEqual(told, []);
      clock.tick(500);
      sockets[1].open();
      sockets[1].says({...joined, outputs: [output('o1', 'paused')]});
      clock.tick(60_000);
      assert.deepEqual(told, [['o1']]);
    });

    for (const [end, how] of [
      ['left', () => meeting.leave()],
      ['failed', () => sockets[0].says({type: 'error', code: 'replaced', message: 'No.'})],
    ]) {
      test(`hears no more of them once it has ${end}`, () => {
        how();
        clock.tick(60_000);
        assert.equal(meeting.state, end);
        assert.deepEqual(told, [[]]);
        assert.deepEqual(meeting.outputs, []);
      });
    }
  });

  test('leaves once and for all', () => {
    arrive();
    meeting.leave();
    assert.deepEqual(sockets[0].sent.at(-1), {type: 'leave'});
    clock.tick(60_000);
    assert.equal(meeting.state, 'left');
    assert.equal(sockets.length, 1);
  });
});
