import assert from 'node:assert/strict';
import {test} from 'node:test';

import {clock, failureNotice, marks, newsWords} from '../../web-client/app/output_words.js';

const output = (kind, state, elapsed = 0) => ({kind, state, elapsed, heardAt: Date.now()});
const texts = (...outputs) => marks(outputs, false).map(({text}) => text);

test('A time is told in minutes, and in hours from the first on', () => {
  assert.equal(clock(0), '0:00');
  assert.equal(clock(42.9), '0:42');
  assert.equal(clock(725), '12:05');
  assert.equal(clock(3723), '1:02:03');
});

test('A mark each tells what is kept and what is on the air', () => {
  assert.deepEqual(texts(), []);
  assert.deepEqual(texts(output('recording', 'recording', 42)), ['REC 0:42']);
  assert.deepEqual(texts(output('recording', 'paused', 42)), ['PAUSED']);
  assert.deepEqual(texts(output('hls', 'live', 3), output('broadcast', 'live', 63)), ['LIVE 1:03']);
  assert.deepEqual(texts(output('broadcast', 'connecting')), ['CONNECTING …']);
  assert.deepEqual(texts(output('broadcast', 'reconnecting'), output('recording', 'recording')), [
    'REC 0:00',
    'RECONNECTING …',
  ]);
});

test('Who is left out of recordings is told so, of what is recorded alone', () => {
  const outputs = [output('recording', 'recording', 42), output('hls', 'live', 3)];
  const [kept, sent] = marks(outputs, true);
  assert.deepEqual([kept.text, sent.text], ['REC 0:42 · without you', 'LIVE 0:03']);
  const news = outputs.map((each) => newsWords(each, true));
  assert.deepEqual(news, [
    'This meeting is being recorded without you.',
    'This meeting is streamed live.',
  ]);
});

test('What is over has no mark', () => {
  for (const state of ['ended', 'failed']) assert.deepEqual(texts(output('broadcast', state)), []);
  for (const state of ['finished', 'failed'])
    assert.deepEqual(texts(output('recording', state)), []);
});

test('Only what runs counts on', () => {
  const earlier = (state) => ({...output('recording', state, 10), heardAt: Date.now() - 5_000});
  assert.deepEqual(texts(earlier('recording')), ['REC 0:15']);
  assert.deepEqual(texts(earlier('paused'), earlier('finished')), ['PAUSED']);
});

test('A failure names what failed, and why', () => {
  const failed = {...output('broadcast', 'failed'), target: 'rtmp://a/b/…', reason: 'It is full.'};
  assert.deepEqual(failureNotice(failed), {
    title: 'Broadcast to rtmp://a/b/… failed.',
    text: 'It is full.',
  });
});
