import assert from 'node:assert/strict';
import {test} from 'node:test';

import {iceServersOf} from '../../web-client/sdk/ice_servers.js';

test('A Link header without an ICE server names none', () => {
  for (const header of [null, '', '<style.css>; rel="preload"', 'stun:a', '<stun:a>', '<stun:a>; rel'])
    assert.deepEqual(iceServersOf(header), [], header);
});

test('A Link header names STUN servers, and TURN servers with what they ask for', () => {
  const header =
    '<stun:stun.example.org:3478>; rel="ice-server", <next>; rel=next,' +
    '<turn:turn.example.org:3478?transport=udp>; rel="ice-server"; username="ada"; ' +
    'credential="p:ss"; credential-type="password"';
  assert.deepEqual(iceServersOf(header), [
    {urls: 'stun:stun.example.org:3478'},
    {urls: 'turn:turn.example.org:3478?transport=udp', username: 'ada', credential: 'p:ss'},
  ]);
});

test('What is quoted in a Link header may have anything in it', () => {
  const header = String.raw`<turn:a>;REL=ice-server;username="a, b; c=\"d\"";credential="\\>, <stun:b>; "`;
  assert.deepEqual(iceServersOf(header), [
    {urls: 'turn:a', username: 'a, b; c="d"', credential: String.raw`\>, <stun:b>; `},
  ]);
});
