// The extension starts `mundi lsp`, as the setting says, and says what to do where it cannot.

const assert = require('node:assert');
const Module = require('node:module');
const { test } = require('node:test');

/** The extension beside an editor that is none. */
function loaded({ path, fails }) {
  const seen = { started: [], stopped: 0, errors: [], changed: undefined };
  const vscode = {
    window: { showErrorMessage: text => seen.errors.push(text) },
    workspace: {
      getConfiguration: () => ({ get: (_, otherwise) => path ?? otherwise }),
      onDidChangeConfiguration: listener => {
        seen.changed = listener;
        return { dispose() {} };
      },
    },
  };
  class LanguageClient {
    constructor(_id, _name, server, options) {
      Object.assign(this, { server, options });
    }
    async start() {
      if (fails) throw new Error('no such file');
      seen.started.push(this);
    }
    async stop() {
      seen.stopped += 1;
    }
  }
  const modules = { vscode, 'vscode-languageclient/node': { LanguageClient } };
  const load = Module._load;
  Module._load = (name, ...rest) => modules[name] ?? load(name, ...rest);
  try {
    const place = require.resolve('../extension.js');
    delete require.cache[place];
    return { seen, extension: require(place) };
  } finally {
    Module._load = load;
  }
}

test('it starts the server for both kinds of files', async () => {
  const { seen, extension } = loaded({});
  await extension.activate({ subscriptions: [] });
  const [client] = seen.started;
  assert.deepStrictEqual(client.server, { command: 'mundi', args: ['lsp'] });
  const languages = client.options.documentSelector.map(one => one.language);
  const known = require('../package.json').contributes.languages.map(one => one.id);
  assert.deepStrictEqual(languages, known);
  await extension.deactivate();
  assert.strictEqual(seen.stopped, 1);
});

test('another path starts another server', async () => {
  const { seen, extension } = loaded({ path: '/opt/mundi' });
  await extension.activate({ subscriptions: [] });
  await seen.changed({ affectsConfiguration: name => name === 'mundi.path' });
  await seen.changed({ affectsConfiguration: () => false });
  assert.strictEqual(seen.started.length, 2);
  assert.strictEqual(seen.stopped, 1);
  assert.strictEqual(seen.started[1].server.command, '/opt/mundi');
});

test('where there is no server, it says what to do', async () => {
  const { seen, extension } = loaded({ fails: true });
  await extension.activate({ subscriptions: [] });
  assert.match(seen.errors[0], /mundi lsp.*no such file.*mundi\.path/);
  await extension.deactivate();
  assert.strictEqual(seen.stopped, 0);
});
