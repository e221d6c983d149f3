// Three sounds that are told apart in a street: rising is good, even is careful, low is bad.

export type Tone = "good" | "careful" | "bad";
const NOTES: Record<Tone, [frequency: number, start: number, length: number][]> = {
  good: [[660, 0, 0.12], [990, 0.14, 0.22]],
  careful: [[520, 0, 0.18], [520, 0.26, 0.18]],
  bad: [[170, 0, 0.3], [150, 0.34, 0.3], [130, 0.68, 0.45]],
};

let context: AudioContext | undefined;

/** A browser sounds only after a touch; a page that may not sound shows all the same. */
export function play(tone: Tone): void {
  try {
    context ??= new AudioContext();
    void context.resume();
    for (const [frequency, start, length] of NOTES[tone]) {
      const [note, volume] = [context.createOscillator(), context.createGain()];
      const at = context.currentTime + start;
      note.type = tone === "bad" ? "sawtooth" : "sine";
      note.frequency.value = frequency;
      volume.gain.setValueAtTime(0.35, at);
      volume.gain.exponentialRampToValueAtTime(0.001, at + length);
      note.connect(volume).connect(context.destination);
      note.start(at);
      note.stop(at + length);
    }
  } catch { /* No sound here: colour and word remain. */ }
  if (tone !== "good") navigator.vibrate?.(tone === "bad" ? [300, 100, 300] : 200);
}
