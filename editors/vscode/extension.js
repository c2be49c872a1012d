// Starts `mundi lsp` and lets the editor speak with it. All else is there: what is wrong with a text, what
// could stand at a place, only mundi knows.

const { window, workspace } = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;

async function start() {
  const command = workspace.getConfiguration('mundi').get('path', 'mundi');
  client = new LanguageClient(
    'mundi',
    'mundi',
    { command, args: ['lsp'] },
    { documentSelector: [{ language: 'mundi-conv' }, { language: 'mundi-play' }] },
  );
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    window.showErrorMessage(
      `\`${command} lsp\` does not start (${error.message}). Colours work without it; ` +
        'for the rest, set `mundi.path`.',
    );
  }
}

async function stop() {
  const running = client;
  client = undefined;
  await running?.stop();
}

async function activate(context) {
  context.subscriptions.push(
    workspace.onDidChangeConfiguration(async change => {
      if (change.affectsConfiguration('mundi.path')) {
        await stop();
        await start();
      }
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
