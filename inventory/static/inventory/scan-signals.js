// What a scan sounds and feels like: one high tone for good, two low ones for bad; a switch that is remembered.

const KEPT = "relais.scan.sound";
const TONES = { done: [[880, 0, 0.12]], again: [[560, 0, 0.1], [560, 0.16, 0.1]], unexpected: [[880, 0, 0.1], [330, 0.14, 0.3]], refused: [[200, 0, 0.25], [160, 0.3, 0.3]] };
const SHAKES = { done: [60], again: [60, 60, 60], unexpected: [60, 60, 200], refused: [200, 80, 200] };
let sound = null;

export const isOn = () => localStorage.getItem(KEPT) !== "off";

export function tell(outcome) {
  if (!isOn() || !TONES[outcome]) return;
  // A browser lets nothing vibrate or sound before the first touch or key.
  if (!navigator.userActivation || navigator.userActivation.hasBeenActive) navigator.vibrate?.(SHAKES[outcome]);
  try {
    sound ??= new AudioContext();
    if (sound.state === "suspended") sound.resume();
    for (const [hertz, after, seconds] of TONES[outcome]) {
      const voice = new OscillatorNode(sound, { frequency: hertz, type: "square" });
      const loud = new GainNode(sound, { gain: 0.2 });
      voice.connect(loud).connect(sound.destination);
      voice.start(sound.currentTime + after);
      voice.stop(sound.currentTime + after + seconds);
    }
  } catch { /* no loudspeaker: the answer on the screen suffices */ }
}

export function toggleSound(button, then) {
  const label = button.querySelector("span");
  const say = () => {
    button.setAttribute("aria-pressed", String(isOn()));
    label.textContent = isOn() ? label.dataset.on : label.dataset.off;
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    localStorage.setItem(KEPT, isOn() ? "off" : "on");
    say();
    then();
  });
  say();
}
