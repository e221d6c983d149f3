// Reads codes from pictures and from the camera; the reader's machine code lies in the page.

import { prepareZXingModule, readBarcodes, type ReaderOptions } from "zxing-wasm/reader";
import { from64 } from "./text";

const OPTIONS: ReaderOptions = {
  formats: ["QRCode"], tryHarder: true, tryRotate: true, tryInvert: false, maxNumberOfSymbols: 1,
};
/** A phone looks this often: fast enough for a hand, slow enough for its battery. */
const LOOK_EVERY_MS = 150;
/** A code of 93 modules wants six dots for each. */
const WIDTH_WANTED = 1280;

// Taken at once: the page is drawn anew over the element that holds it.
const PACKED = document.getElementById("reader")?.textContent?.trim() ?? "";

let ready: Promise<unknown> | undefined;

async function unpacked(): Promise<ArrayBuffer> {
  const packed = from64(PACKED);
  const stream = new Blob([packed as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

function prepare(): Promise<unknown> {
  ready ??= unpacked().then((wasmBinary) =>
    prepareZXingModule({ overrides: { wasmBinary, locateFile: (name: string) => name }, fireImmediately: true }));
  return ready;
}

/** The text of the code in a picture, if there is one. */
export async function inPicture(picture: Blob | ImageData): Promise<string | undefined> {
  await prepare();
  const found = await readBarcodes(picture, OPTIONS);
  return found.find(({ isValid }) => isValid)?.text;
}

/** Opens the camera and gives every text that it sees, until it is stopped. */
export async function watch(video: HTMLVideoElement, seen: (text: string) => void): Promise<() => void> {
  const wanted = { facingMode: "environment", width: { ideal: WIDTH_WANTED } };
  const stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
  video.srcObject = stream;
  await Promise.all([video.play(), prepare()]);
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  let going = true;
  const look = async () => {
    if (!going || !pen) return;
    // A page that was drawn anew has put the film away and taken it out again: it stands still.
    if (video.paused) await video.play().catch(() => undefined);
    if (video.videoWidth > 0) {
      [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
      pen.drawImage(video, 0, 0);
      const text = await inPicture(pen.getImageData(0, 0, canvas.width, canvas.height));
      if (text !== undefined && going) seen(text);
    }
    setTimeout(look, LOOK_EVERY_MS);
  };
  void look();
  return () => {
    going = false;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
}
