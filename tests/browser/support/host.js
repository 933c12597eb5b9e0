import assert from 'node:assert/strict';

/** With each sign that an address could mistake for one of its own. */
export const host_key = '1234+5678/=';

/** Who has the server's host key, and uses the API without a page. */
export class Host {
  #outputs;

  constructor(server, room) {
    this.#outputs = new URL(`api/rooms/${room}/outputs`, server.url);
  }

  async start(output) {
    const response = await fetch(this.#outputs, {
      method: 'POST',
      headers: {Authorization: `Bearer ${host_key}`, 'Content-Type': 'application/json'},
      body: JSON.stringify(output),
    });
    assert.equal(response.status, 201, await response.clone().text());
    return response.json();
  }

  async stop({id}) {
    const response = await fetch(`${this.#outputs}/${id}`, {
      method: 'DELETE',
      headers: {Authorization: `Bearer ${host_key}`},
    });
    assert.equal(response.status, 200, await response.text());
  }
}
