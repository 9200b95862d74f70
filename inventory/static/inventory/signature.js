// A signature drawn with finger, pen or mouse, sent as a PNG picture. Without this file a photo is asked instead.
"use strict";

const pad = document.querySelector("[data-signature]");
const canvas = pad.querySelector("canvas");
const field = document.querySelector("input[name=drawn]");
const photo = document.querySelector("[data-photo]");
const pen = canvas.getContext("2d");
let drawing = false;
let touched = false;

// Ink is dark on white whatever the colours of the screen: the picture is kept with the agreement.
const clear = () => {
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(canvas.clientWidth * scale);
  canvas.height = Math.round(canvas.clientHeight * scale);
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, canvas.clientWidth, canvas.clientHeight);
  pen.strokeStyle = pen.fillStyle = "#1b2430";
  pen.lineWidth = 2.5;
  pen.lineCap = pen.lineJoin = "round";
  touched = false;
  field.value = "";
};

const place = (event) => {
  const frame = canvas.getBoundingClientRect();
  return [event.clientX - frame.left, event.clientY - frame.top];
};

pad.hidden = false;
if (!photo.querySelector(".error")) photo.open = false;
clear();
// The pad may be out of sight at first: it takes its size when it comes into view.
new ResizeObserver(() => {
  if (!touched) clear();
}).observe(canvas);

canvas.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  canvas.setPointerCapture(event.pointerId);
  drawing = true;
  const [x, y] = place(event);
  pen.beginPath();
  pen.arc(x, y, 1.25, 0, 2 * Math.PI);
  pen.fill();
  pen.beginPath();
  pen.moveTo(x, y);
});
canvas.addEventListener("pointermove", (event) => {
  if (!drawing) return;
  pen.lineTo(...place(event));
  pen.stroke();
  touched = true;
});
for (const end of ["pointerup", "pointercancel"]) {
  canvas.addEventListener(end, () => {
    drawing = false;
    if (touched) field.value = canvas.toDataURL("image/png");
  });
}
pad.querySelector("[data-again]").addEventListener("click", clear);
