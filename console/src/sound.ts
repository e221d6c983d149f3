// What the watch hears: P1 two tones until noted, P2 one chime, P3 nothing.

import { onStale } from "./live";

const HIGH_HZ = 880;
const LOW_HZ = 660;
const CHIME_HZ = 587;
const TONE_S = 0.28;
/** Two tones and a pause, so that people can still speak. */
const PERIOD_S = 1.6;
const LOUDNESS = 0.35;

let context: AudioContext | undefined;
let siren: AudioBufferSourceNode | undefined;
let wanted = false;
const chimed = new Set<string>();
const title = document.title;

function audio(): AudioContext {
  context ??= new AudioContext();
  return context;
}

/** A tone with soft edges, written into a buffer from `start` seconds on. */
function write(data: Float32Array, rate: number, start: number, hz: number, length: number): void {
  const from = Math.floor(start * rate);
  const count = Math.floor(length * rate);
  for (let i = 0; i < count; i += 1) {
    const edge = Math.min(1, i / (0.01 * rate), (count - i) / (0.05 * rate));
    data[from + i] = Math.sin((2 * Math.PI * hz * i) / rate) * LOUDNESS * edge;
  }
}

/** Looped by the audio engine itself, so that a hidden tab sounds as well. */
function sirenBuffer(on: AudioContext): AudioBuffer {
  const buffer = on.createBuffer(1, Math.floor(PERIOD_S * on.sampleRate), on.sampleRate);
  const data = buffer.getChannelData(0);
  write(data, on.sampleRate, 0, HIGH_HZ, TONE_S);
  write(data, on.sampleRate, TONE_S, LOW_HZ, TONE_S);
  return buffer;
}

function chimeBuffer(on: AudioContext): AudioBuffer {
  const buffer = on.createBuffer(1, on.sampleRate, on.sampleRate);
  write(buffer.getChannelData(0), on.sampleRate, 0, CHIME_HZ, TONE_S * 2);
  return buffer;
}

function play(buffer: AudioBuffer, loop: boolean): AudioBufferSourceNode {
  const source = audio().createBufferSource();
  source.buffer = buffer;
  source.loop = loop;
  source.connect(audio().destination);
  source.start();
  return source;
}

async function unblock(): Promise<void> {
  wanted = true;
  // A context that may not sound yet never settles, so the answer is not waited for.
  void audio().resume().then(showBlocked);
  await new Promise((done) => setTimeout(done, 200));
  showBlocked();
}

function showBlocked(): void {
  const banner = document.getElementById("sound-blocked");
  if (banner) banner.hidden = !wanted || context?.state === "running";
}

function raised(priority: string): HTMLElement[] {
  const which = `[data-alarm][data-priority="${priority}"][data-state="raised"]`;
  return [...document.querySelectorAll<HTMLElement>(which)];
}

function chime(): void {
  void unblock();
  play(chimeBuffer(audio()), false);
}

function look(): void {
  const first = raised("1");
  if (first.length > 0 && !siren) {
    void unblock();
    siren = play(sirenBuffer(audio()), true);
  }
  if (first.length === 0 && siren) {
    siren.stop();
    siren = undefined;
  }
  const fresh = raised("2").filter((el) => !chimed.has(el.dataset.alarm ?? ""));
  for (const el of fresh) chimed.add(el.dataset.alarm ?? "");
  if (fresh.length > 0) chime();
  const count = first.length + raised("2").length;
  document.title = count > 0 ? `(${count}) ${title}` : title;
}

function test(): void {
  void unblock();
  play(sirenBuffer(audio()), false);
}

/** Listens to the alarms of this page; a page without alarms stays silent. */
export function startSound(): void {
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-sound-test]")) test();
  });
  for (const kind of ["pointerdown", "keydown"]) {
    addEventListener(kind, () => { if (wanted) void unblock(); }, { capture: true });
  }
  if (!document.querySelector('#alarms, [data-on~="alarms"]')) return;
  look();
  document.addEventListener("fragment", look);
  onStale((stale) => { if (stale) chime(); });
}
