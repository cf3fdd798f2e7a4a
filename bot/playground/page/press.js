// Holds back what would be drawn under a pressed pointer: what it pressed would be gone, and the press with it.

let isPressed = false;
const heldBack = new Set();

export function unlessPressed(draw) {
  if (isPressed) heldBack.add(draw);
  else draw();
}

function press(event) {
  isPressed = event.button === 0;
}

// only now: the click comes right after the pointer was lifted
function release() {
  setTimeout(() => {
    isPressed = false;
    const drawing = [...heldBack];
    heldBack.clear();
    for (const draw of drawing) draw();
  });
}

addEventListener("pointerdown", press, true);
for (const end of ["pointerup", "pointercancel", "blur"]) addEventListener(end, release, true);
