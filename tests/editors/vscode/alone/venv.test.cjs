// The server's own environment, made while another window makes the same.
const assert = require("node:assert/strict");
const { execFileSync, spawn } = require("node:child_process");
const { once } = require("node:events");
const { mkdirSync, mkdtempSync, readdirSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const path = require("node:path");
const { test } = require("node:test");
const vscode = require("vscode");
const { hasServer, ownInterpreter } = require("./venv.js");

const WHEEL = "winnow_ls-0.0.0-py3-none-any.whl";
const INFO = "winnow_ls-0.0.0.dist-info";
/** A server that is there, and nothing else. */
const WRITE = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as wheel:
    wheel.writestr("winnow/__init__.py", "")
    wheel.writestr("${INFO}/METADATA", "Metadata-Version: 2.1\\nName: winnow-ls\\nVersion: 0.0.0\\n")
    wheel.writestr("${INFO}/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr("${INFO}/RECORD", "winnow/__init__.py,,\\n${INFO}/METADATA,,\\n${INFO}/WHEEL,,\\n${INFO}/RECORD,,\\n")
`;
const LIMIT = { timeout: 240_000 };

/** What the extension knows of its own place: the wheel that it carries, and where it may keep things. */
function place() {
  const folder = mkdtempSync(path.join(tmpdir(), "winnow-venv-"));
  mkdirSync(path.join(folder, "out"));
  execFileSync("python3", ["-c", WRITE, path.join(folder, "out", WHEEL)]);
  return { extensionPath: folder, globalStorageUri: { fsPath: path.join(folder, "storage") } };
}

/** A window, in which the person stops what goes on `stopAfter` milliseconds, or never. */
function openWindow(stopAfter) {
  const token = {
    onCancellationRequested(stop) {
      const late = stopAfter === undefined ? undefined : setTimeout(stop, stopAfter);
      return { dispose: () => clearTimeout(late) };
    },
  };
  vscode.does.window = { withProgress: (_options, task) => task({ report() {} }, token) };
}

if (process.env.WINDOW !== undefined) {
  openWindow();
  void ownInterpreter(JSON.parse(process.env.WINDOW)).then(hasServer).then((has) => process.exit(has ? 0 : 1));
} else {
  test("windows that are opened at once all find a server, and leave nothing else behind", LIMIT, async () => {
    const context = place();
    const storage = context.globalStorageUri.fsPath;
    mkdirSync(path.join(storage, WHEEL.replace(".whl", "")), { recursive: true }); // as a window left it that was closed
    writeFileSync(path.join(storage, WHEEL.replace(".whl", ""), "pyvenv.cfg"), "");
    const env = { ...process.env, WINDOW: JSON.stringify(context) };
    const windows = [1, 2, 3].map(() => spawn(process.execPath, [__filename], { env, stdio: "inherit" }));
    const codes = await Promise.all(windows.map(async (window) => (await once(window, "exit"))[0]));
    assert.deepEqual(codes, [0, 0, 0]);
    assert.deepEqual(readdirSync(storage), [WHEEL.replace(".whl", "")]);
  });

  test("making it can be stopped, which is said, and tried again", LIMIT, async () => {
    const context = place();
    openWindow(50);
    await assert.rejects(ownInterpreter(context), /was stopped\. “Winnow: Restart Server” makes it anew/u);
    assert.deepEqual(readdirSync(context.globalStorageUri.fsPath), []);
    openWindow();
    const [one, other] = await Promise.all([ownInterpreter(context), ownInterpreter(context)]);
    assert.equal(one, other);
    assert.ok(await hasServer(one));
  });
}
