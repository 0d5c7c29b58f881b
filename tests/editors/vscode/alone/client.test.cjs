// A server that never answers.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const vscode = require("vscode");
const { connect } = require("./client.js");

const LIMIT = { timeout: 30_000 };
const PROMISED = AbortSignal.timeout;
const shown = [];
const log = { info() {}, warn() {}, error() {}, debug() {}, trace() {}, appendLine() {} };

vscode.does.window = {
  showErrorMessage: async (text) => shown.push(text),
  showWarningMessage: async (text) => shown.push(text),
  showInformationMessage: async (text) => shown.push(text),
};

function begin() {
  const args = ["-e", "setInterval(() => {}, 1000)", "mute"];
  return connect({ command: { command: process.execPath, args }, env: process.env, log, settings: () => ({}), middleware: {}, turned() {} });
}

/** The process of a server, once there is one. */
async function processOf(client) {
  while (client.serverProcess === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return client.serverProcess;
}

test("it is let go when nobody waits for it any more: its process ends, none takes its place, nobody is told", LIMIT, async () => {
  const letGo = new AbortController();
  const client = begin();
  const answer = client.answers(letGo.signal);
  const server = await processOf(client);
  const ended = new Promise((resolve) => server.once("exit", resolve));
  letGo.abort();
  await assert.rejects(answer, { name: "AbortError" });
  await client.dispose();
  await ended;
  await new Promise((resolve) => setTimeout(resolve, 1000)); // by then another would have been started
  assert.equal(client.serverProcess, undefined);
  assert.deepEqual(shown, []);
});

test("after half a minute it is said what to do", LIMIT, async (t) => {
  const asked = [];
  t.mock.method(AbortSignal, "timeout", (ms) => {
    asked.push(ms);
    return PROMISED.call(AbortSignal, 100);
  });
  const client = begin();
  const never = new AbortController().signal;
  await assert.rejects(client.answers(never), /mute” did not answer within 30 seconds: winnow\.server\.command has to be/u);
  assert.deepEqual(asked, [30_000]);
  await client.dispose();
});
