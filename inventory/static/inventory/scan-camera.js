// The phone's camera as a scanner: the browser's own reader of codes where there is one, else the one we bring along.

const FORMATS = ["qr_code", "data_matrix", "code_128", "code_39"];
const EVERY_MS = 120;
// The same label in view is one scan until it has been out of sight for so long.
const GONE_MS = 2500;

async function reader() {
  const own = globalThis.BarcodeDetector;
  if (own && (await own.getSupportedFormats().catch(() => [])).includes("qr_code")) {
    const known = await own.getSupportedFormats();
    return new own({ formats: FORMATS.filter((format) => known.includes(format)) });
  }
  const { BarcodeDetector, prepareZXingModule } = await import("./vendor/barcode-detector/ponyfill.js");
  // Its own place to fetch from would be somebody else's machine.
  const wasm = new URL("./vendor/barcode-detector/zxing_reader.wasm", import.meta.url).href;
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  return new BarcodeDetector({ formats: FORMATS });
}

export function camera(panel, button, take, onTrouble, onStop) {
  if (!navigator.mediaDevices?.getUserMedia) return;
  const video = panel.querySelector("video");
  const torch = panel.querySelector("[data-torch]");
  const label = button.querySelector("span");
  const seen = new Map();
  let stream = null;
  let detector = null;
  let starting = false;

  const say = () => {
    label.textContent = stream ? label.dataset.stop : label.dataset.start;
    button.setAttribute("aria-expanded", String(Boolean(stream)));
    panel.hidden = !stream;
  };

  async function look() {
    if (!stream) return;
    if (video.readyState >= video.HAVE_CURRENT_DATA) {
      const codes = await detector.detect(video).catch(() => []);
      const now = performance.now();
      for (const { rawValue } of codes) {
        if (rawValue && now - (seen.get(rawValue) ?? -Infinity) > GONE_MS) take(rawValue);
        seen.set(rawValue, now);
      }
    }
    setTimeout(look, EVERY_MS);
  }

  async function start() {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
    });
    detector ??= await reader();
    video.srcObject = stream;
    say();
    await video.play();
    const [track] = stream.getVideoTracks();
    torch.hidden = !track.getCapabilities?.().torch;
    track.addEventListener("ended", stop);
    panel.scrollIntoView({ block: "start" });
    look();
  }

  function stop() {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    video.srcObject = null;
    torch.setAttribute("aria-pressed", "false");
    say();
  }

  button.hidden = false;
  button.addEventListener("click", async () => {
    if (starting) return;
    if (stream) { stop(); return onStop(); }
    starting = true;
    await start().catch((trouble) => { stop(); onTrouble(trouble); });
    starting = false;
  });
  torch.addEventListener("click", async () => {
    const lit = torch.getAttribute("aria-pressed") !== "true";
    await stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: lit }] });
    torch.setAttribute("aria-pressed", String(lit));
  });
  // Another app, or a locked screen: the light and the lens go off.
  document.addEventListener("visibilitychange", () => { if (document.hidden && stream) stop(); });
  say();
}
