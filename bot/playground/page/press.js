// Holds back what would be drawn under a pressed pointer: what it pressed would be gone, and the press with it.

const CLICK_COMES_WITHIN = 200; // ms after the pointer was lifted: a finger's comes later than a mouse's

let isPressed = false;
let lifted = 0;
const heldBack = new Set();

export function unlessPressed(draw) {
  if (isPressed) heldBack.add(draw);
  else draw();
}

function press(event) {
  if (event.button !== 0) return;
  clearTimeout(lifted);
  isPressed = true;
}

function lift() {
  clearTimeout(lifted);
  lifted = setTimeout(release, CLICK_COMES_WITHIN);
}

function release() {
  isPressed = false;
  const drawing = [...heldBack];
  heldBack.clear();
  for (const draw of drawing) draw();
}

addEventListener("pointerdown", press, true);
addEventListener("pointerup", lift, true);
addEventListener("click", () => setTimeout(release), true); // once the click did what it does
addEventListener("pointercancel", release, true);
// after these nobody may tell that the pointer was lifted
addEventListener("contextmenu", release, true);
addEventListener("blur", release);
addEventListener("pointermove", (event) => isPressed && !event.buttons && release(), true);
