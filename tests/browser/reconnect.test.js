import assert from 'node:assert/strict';
import {test} from 'node:test';

import {Browser, devices} from './support/browser.js';
import {Server} from './support/server.js';

const timeout = 120_000;

// Stopped in this order, and none after one that can't be: so the server's status is seen to last.

test('A meeting comes back by itself when its server does', {timeout}, async (t) => {
  const browser = await Browser.launch(devices.fake);
  t.after(() => browser.close());
  const first = await Server.start();
  t.after(() => first.stop());

  await browser.page.goto(`${first.url}?room=standup&name=Ada&join=1`);
  await browser.state('in-meeting');
  await first.stop();
  await browser.state('reconnecting', 5_000);
  assert.match(await browser.page.getByTestId('status').innerText(), /Reconnecting automatically/);
  await browser.page.getByRole('heading', {name: 'The server cannot be reached'}).waitFor();

  const second = await Server.start({port: first.port});
  t.after(() => second.stop());
  await browser.state('in-meeting', 20_000);
  const people = await browser.page.evaluate(() =>
    window.tessera.meeting.people.map(({name}) => name),
  );
  assert.deepEqual(people, ['Ada']);
});

test('A page that never reached its server keeps trying until one leaves', {timeout}, async (t) => {
  const browser = await Browser.launch(devices.fake);
  t.after(() => browser.close());
  const server = await Server.start();
  t.after(() => server.stop());

  await browser.page.goto(`${server.url}?room=standup`);
  await browser.state('lobby');
  await server.stop();
  await browser.page.getByLabel('Your name').fill('Ada');
  await browser.page.getByRole('button', {name: 'Join', exact: true}).click();
  await browser.state('reconnecting', 5_000);
  await browser.page.getByTestId('status').getByRole('button', {name: 'Leave'}).click();
  await browser.state('left');
});

test('Screen readers hear of each break, also of two with the same cause', {timeout}, async (t) => {
  const browser = await Browser.launch(devices.fake);
  t.after(() => browser.close());
  const server = await Server.start();
  t.after(() => server.stop());

  const sockets = [];
  await browser.page.routeWebSocket(/\/ws$/, (socket) => {
    socket.connectToServer();
    sockets.push(socket);
  });
  await browser.page.goto(`${server.url}?room=shaky&name=Ada&join=1`);
  await browser.state('in-meeting');
  await browser.page.evaluate(() => {
    const voice = document.querySelector('#voice');
    window.said = [];
    new MutationObserver(() => window.said.push(voice.textContent)).observe(voice, {childList: true});
  });
  for (let i = 0; i < 2; i++) {
    await sockets.at(-1).close();
    await browser.state('reconnecting');
    await browser.state('in-meeting');
  }
  assert.deepEqual(await browser.page.evaluate(() => window.said), [
    'The connection broke. Reconnecting automatically.',
    'You are in shaky.',
    'The connection broke. Reconnecting automatically.',
    'You are in shaky.',
  ]);
});
