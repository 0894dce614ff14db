// What both viewers need of WebGL: a program, and hands that turn and zoom.

const STEP = 0.12; // radians that an arrow key turns

/** Return a linked program; Error, in the compiler's words, where there is a mistake in it. */
export function program(gl, vertex, fragment) {
  const linked = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, `#version 300 es\nprecision highp float;\n${source}`);
    gl.compileShader(shader);
    gl.attachShader(linked, shader);
  }
  gl.linkProgram(linked);
  if (!gl.getProgramParameter(linked, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(linked));
  gl.useProgram(linked);
  return linked;
}

/** Make what is drawn as large as it is shown. Returns width by height. */
export function fit(gl) {
  const { canvas } = gl;
  canvas.width = Math.max(1, Math.round(canvas.clientWidth * devicePixelRatio));
  canvas.height = Math.max(1, Math.round(canvas.clientHeight * devicePixelRatio));
  gl.viewport(0, 0, canvas.width, canvas.height);
  return canvas.width / canvas.height;
}

/**
 * Let drags, arrow keys, the wheel, plus and minus call `turn(right, up)`, in radians, and `zoom(factor)`,
 * and `draw` before the next frame. `reach()` is how many radians a drag across the height is.
 */
export function steer(canvas, { turn, zoom, reach, draw }) {
  const soon = (act) => {
    act();
    requestAnimationFrame(draw);
  };
  const keys = {
    ArrowLeft: () => turn(-STEP, 0),
    ArrowRight: () => turn(STEP, 0),
    ArrowUp: () => turn(0, STEP),
    ArrowDown: () => turn(0, -STEP),
    "+": () => zoom(0.9),
    "-": () => zoom(1 / 0.9),
  };
  canvas.addEventListener("keydown", (event) => {
    if (!keys[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    soon(keys[event.key]);
  });
  canvas.addEventListener("pointerdown", ({ pointerId }) => canvas.setPointerCapture(pointerId));
  canvas.addEventListener("pointermove", ({ buttons, movementX, movementY }) => {
    const scale = reach() / canvas.clientHeight;
    if (buttons) soon(() => turn(-movementX * scale, movementY * scale));
  });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    soon(() => zoom(event.deltaY > 0 ? 1.08 : 1 / 1.08));
  });
  new ResizeObserver(draw).observe(canvas);
}

export const clamp = (low, value, high) => Math.min(high, Math.max(low, value));
