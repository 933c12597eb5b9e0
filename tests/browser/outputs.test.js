import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';

import {hostOf, host_key} from './support/host.js';
import {Participant} from './support/participant.js';
import {Server} from './support/server.js';

const ada = {name: 'Ada', colour: [205, 40, 45], tone_hz: 440};
const grace = {name: 'Grace', colour: [35, 165, 60], tone_hz: 1010};

/** The codecs of a file's streams; null where there is no ffprobe. */
function codecsOf(file) {
  const query = ['-v', 'error', '-show_entries', 'stream=codec_name', '-of', 'csv=p=0', file];
  try {
    return execFileSync('ffprobe', query, {encoding: 'utf8'}).trim().split(/\s+/).sort();
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Waits until the badge that everybody sees says this; what it says then. */
async function badge(participant, words, timeout = 10_000) {
  const found = await participant.page.waitForFunction(
    ([words]) => {
      const {hidden, innerText} = document.querySelector('[data-testid="outputs"]');
      const text = hidden ? '' : innerText;
      return new RegExp(words).test(text) && `${text}.`;
    },
    [words.source],
    {timeout, polling: 50},
  );
  return (await found.jsonValue()).slice(0, -1);
}

const seconds = (text) => Number(text.match(/:(\d\d)/)[1]);

describe('Who has the host key', {timeout: 180_000}, () => {
  let server;
  let host;
  let other;
  let folder;

  const button = (name) => host.page.getByRole('dialog').getByRole('button', {name, exact: true});
  const problem = () => host.page.locator('#host-problem').innerText();
  const files = () => readdir(folder);
  const isInView = (locator) =>
    locator.evaluate((element) => {
      const [{top, bottom}, dialog] = [element, element.closest('dialog')].map((box) =>
        box.getBoundingClientRect(),
      );
      return top >= dialog.top && bottom <= dialog.bottom;
    });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tessera-recordings-'));
    server = await Server.start({options: ['--host-key', host_key, '--recordings', folder]});
    host = await Participant.launch(ada);
    other = await Participant.launch(grace);
    for (const person of [host, other]) await person.join(server, 'show');
  });

  after(async () => {
    await host?.close();
    await other?.close();
    await server?.stop();
    await rm(folder, {recursive: true, force: true});
  });

  test('is told in plain words that a key is missing or wrong', async () => {
    await host.page.getByRole('button', {name: 'Broadcast and record'}).click();
    await button('Record').click();
    assert.match(await problem(), /Type the host key first/);
    await host.page.getByLabel('Host key').fill('wrong');
    await button('Record').click();
    await host.page.locator('#host-problem', {hasText: 'This host key is wrong'}).waitFor();
    assert.equal(await badge(other, /^$/), '', 'nothing is recorded');
  });

  test('records, and everybody sees for how long', async () => {
    await host.page.getByLabel('Host key').fill(host_key);
    await host.page.getByLabel('Each participant in a file of their own').check();
    await button('Record').click();
    const first = seconds(await badge(other, /^REC \d:\d\d$/));
    await badge(other, new RegExp(`^REC 0:0${first + 2}$`));
    await badge(host, /^REC 0:0\d$/);
    assert.equal(await problem(), '');
  });

  test('sees who is left out of the recording, who is told so', async () => {
    const choose = async (leftOut) => {
      await other.page.getByRole('button', {name: 'Settings'}).click();
      await other.page.getByRole('dialog').getByLabel('Leave me out of recordings').setChecked(leftOut);
      await other.page.getByRole('button', {name: 'Done'}).click();
    };
    const leftOut = (page) => page.locator('#people-list .person', {hasText: 'Not recorded'});
    await other.page.getByRole('button', {name: /^People/}).click();
    assert.equal(await leftOut(other.page).count(), 0);
    await choose(true);
    await badge(other, /^REC \d:\d\d · without you$/);
    await other.page.getByText('This meeting is being recorded without you.').waitFor();
    await badge(host, /^REC \d:\d\d$/);
    await leftOut(host.page).waitFor({state: 'attached'});
    for (const {page} of [host, other])
      assert.deepEqual(await leftOut(page).locator('.person-name').allTextContents(), ['Grace']);
    assert.match(await other.page.getByTestId('people').ariaSnapshot(), /Grace you Not recorded/);
    await choose(false);
    await badge(other, /^REC \d:\d\d$/);
    await leftOut(host.page).waitFor({state: 'detached'});
  });

  test('pauses and resumes, and the pause does not count', async () => {
    const before = seconds(await badge(other, /^REC/));
    await button(/^Pause: Recording show /).click();
    await badge(other, /^PAUSED$/);
    await other.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 3_000)));
    assert.equal(await badge(other, /./), 'PAUSED');
    await button(/^Resume: Recording show /).click();
    const resumed = seconds(await badge(other, /^REC/));
    assert.ok(resumed - before < 3, `${before} s before the pause, ${resumed} s after it`);
  });

  test('stops, and the file is there', async () => {
    await button(/^Stop: Recording/).click();
    await badge(other, /^$/);
    await host.page.locator('#host-outputs:focus').waitFor();
    await host.page.getByText('The file is saved').waitFor();
    const [name, ...more] = (await files()).filter((file) => file.endsWith('.mp4'));
    assert.deepEqual(more, []);
    assert.match(name, /^show /);
    const codecs = codecsOf(join(folder, name));
    if (codecs) assert.deepEqual(codecs, ['aac', 'h264']);
    const tracks = (await files()).filter((file) => file.endsWith('.webm'));
    for (const track of tracks) assert.match(track, /^show .* p\d+ .* (camera|microphone)\.webm$/);
    assert.ok(tracks.length >= 2, `tracks: ${tracks}`);
    await host.page.getByText('Nothing is recorded or broadcast.').waitFor();
  });

  test('streams by HLS and gets the link to watch it', async () => {
    await button('Stream as HLS').click();
    await badge(other, /^LIVE 0:\d\d$/, 20_000);
    const link = await host.page.getByLabel('By HLS, a few seconds late').inputValue();
    assert.equal(link, `${server.url}watch.html?room=show&via=hls`);
    await button(/^Stop: HLS/).click();
    await badge(other, /^$/);
  });

  test('is heard of by whoever comes later, all at once', async () => {
    const api = hostOf(server, 'show');
    const outputs = [await api.start({kind: 'hls'}), await api.start({kind: 'recording', format: 'webm'})];
    await badge(other, /^REC [^]*LIVE/, 20_000);
    await other.page.getByRole('button', {name: 'Leave'}).click();
    await other.page.evaluate(() => {
      const voice = document.querySelector('#voice');
      window.said = [];
      new MutationObserver(() => window.said.push(voice.textContent)).observe(voice, {childList: true});
    });
    await other.page.getByRole('button', {name: 'Join again'}).click();
    await other.browser.state('in-meeting');
    assert.deepEqual(await other.page.evaluate(() => window.said), [
      'Joining show. Connecting to the server…',
      'This meeting is streamed live. This meeting is being recorded.',
      'You are in show.',
    ]);
    for (const {id} of outputs) await api.stop(id);
    await badge(other, /^$/);
  });

  test('is told why a broadcast cannot begin', async () => {
    const address = host.page.getByLabel('Go live by RTMP or SRT');
    await address.fill('http://nowhere');
    await button('Go live').click();
    const told = host.page.locator('#host-problem', {hasText: /rtmp/});
    await told.waitFor();
    assert.equal(await address.getAttribute('aria-invalid'), 'true');
    assert.equal(await address.getAttribute('aria-describedby'), await told.getAttribute('id'));
    await host.page.locator('#broadcast-url:focus').waitFor();
    assert.ok(await isInView(told));
    await address.fill('');
    assert.equal(await problem(), '');
    assert.equal(await address.getAttribute('aria-invalid'), 'false');
  });

  test('is told when a recording fails, and so is everybody', async () => {
    await button('Record').click();
    await badge(other, /^REC 0:01/);
    await rm(folder, {recursive: true});
    for (const {page} of [host, other])
      await page
        .locator('#notice', {hasText: /Recording failed\. The recording's file was removed\./})
        .waitFor();
    await badge(other, /^$/);
  });

  test('may bring the key with the address, where it does not stay', async () => {
    const field = host.page.getByLabel('Host key');
    const address = new URL(host.page.url());
    await host.page.evaluate(() => sessionStorage.clear());
    await host.page.goto('about:blank');
    await host.page.goto(`${address.href}&name=Ada&join=1#key=${host_key}`);
    await host.browser.state('in-meeting');
    assert.equal(new URL(host.page.url()).hash, '');
    assert.equal(await field.inputValue(), host_key);
    for (const [hash, key] of [['#key=87654321%2B', '87654321+'], ['#key=100%right', '100%right']]) {
      await host.page.evaluate((hash) => (location.hash = hash), hash);
      await host.page.waitForFunction(() => location.hash === '');
      assert.equal(await field.inputValue(), key);
    }
  });
});
