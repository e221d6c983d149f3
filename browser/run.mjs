// Starts the exercise on free ports in a folder of its own, runs all tests against it, ends it.

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const home = dirname(fileURLToPath(import.meta.url));
const binary = process.env.SAFECONDUCT ?? join(home, "../target/release/safeconduct");
/** Founding two parties and playing the script up to now takes this long on a busy machine. */
const READY_WITHIN_MS = 180_000;
/** Exercise seconds in a real one, as people see it. */
const SPEED = process.env.SPEED ?? "60";

function fail(text) {
  console.error(text);
  process.exit(1);
}

/** Ends a program and waits for it, so that its folder can be removed. */
function end(program) {
  return new Promise((ended) => {
    if (program.exitCode !== null) return ended();
    program.once("exit", ended);
    program.kill("SIGTERM");
    setTimeout(() => program.kill("SIGKILL"), 5_000).unref();
  });
}

async function untilReady(program, file) {
  const until = Date.now() + READY_WITHIN_MS;
  while (!existsSync(file)) {
    if (program.exitCode !== null) throw new Error(`the exercise ended with ${program.exitCode}`);
    if (Date.now() > until) throw new Error("the exercise was not ready in time");
    await new Promise((later) => setTimeout(later, 100));
  }
}

if (!existsSync(binary)) fail(`${binary} is not there: build it with \`cargo build --release\``);
const results = join(home, "results");
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), "safeconduct-browser-"));
const ready = join(folder, "ready.json");
const log = openSync(join(results, "demo.log"), "w");
const anyPort = "127.0.0.1:0";
const args = ["demo", "--folder", join(folder, "demo"), "--ready-file", ready, "--speed", SPEED,
  "--console-host", anyPort, "--console-guest", anyPort];
const demo = spawn(binary, args, { stdio: ["ignore", log, log] });
let code = 1;
try {
  await untilReady(demo, ready);
  const files = process.argv.length > 2
    ? process.argv.slice(2)
    : readdirSync(join(home, "tests")).filter((name) => name.endsWith(".test.mjs")).map((name) => join("tests", name));
  const tests = spawn(process.execPath, ["--test", "--test-concurrency=2", "--test-reporter=spec", ...files], {
    cwd: home, stdio: "inherit", env: { ...process.env, SAFECONDUCT_READY: ready },
  });
  code = await new Promise((done) => tests.once("exit", done));
} catch (problem) {
  console.error(problem.message);
  console.error(readFileSync(join(results, "demo.log"), "utf8").split("\n").slice(-20).join("\n"));
} finally {
  await end(demo);
  rmSync(folder, { recursive: true, force: true });
}
process.exit(code);
