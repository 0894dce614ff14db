// A 3D model that one turns.

import { el } from "./dom.js";
import { parts } from "./glb.js";
import { clamp, fit, program, steer } from "./webgl.js";

/** How the names of files that hold one end. */
export const MODEL = /\.glb$/i;
const HEIGHT = 0.6; // radians of the view from top to bottom
const ROOM = 1.15; // around the model
const [NEAREST, FARTHEST] = [0.3, 3]; // of the distance from which all of it is seen
const UPMOST = 1.4; // radians
const DEGREES = 180 / Math.PI;

const POINTS = `
  uniform mat4 place;
  uniform mat4 lens;
  in vec3 position;
  in vec3 normal;
  in vec2 spot;
  out vec3 seen;
  out vec3 facing;
  out vec2 at;
  void main() {
    vec4 point = place * vec4(position, 1.0);
    seen = point.xyz;
    facing = mat3(place) * normal;
    at = spot;
    gl_Position = lens * point;
  }
`;
// Without normals each face is flat, as glTF wants it. The light comes from the upper left.
const FACES = `
  uniform vec4 paint;
  uniform sampler2D picture;
  uniform bool shaded;
  in vec3 seen;
  in vec3 facing;
  in vec2 at;
  out vec4 colour;
  void main() {
    vec3 away = shaded ? normalize(facing) : normalize(cross(dFdx(seen), dFdy(seen)));
    if (dot(away, seen) > 0.0) away = -away;
    float light = 0.5 + 0.6 * max(0.0, dot(away, normalize(vec3(-0.5, 0.7, 0.6)))) + 0.12 * away.y;
    vec3 linear = paint.rgb * pow(texture(picture, at).rgb, vec3(2.2));
    colour = vec4(pow(linear, vec3(1.0 / 2.2)) * light, 1.0);
  }
`;

/** Return a canvas with the model of an address; `onerror()` is called where it can't be drawn. */
export function model(url, alt, { onerror }) {
  const canvas = el("canvas.view.model", {
    tabindex: "0",
    role: "application",
    "aria-label": `${alt}: a 3D model. Arrow keys turn it, plus and minus zoom.`,
  });
  show(canvas, url).catch(onerror);
  return canvas;
}

async function show(canvas, url) {
  const gl = canvas.getContext("webgl2");
  const response = await fetch(url);
  const found = parts(await response.arrayBuffer());
  const linked = program(gl, POINTS, FACES);
  const shapes = await Promise.all(found.map((part) => load(gl, linked, part)));
  const view = { turned: 0.5, up: 0.3, away: 1, ...bounds(found) };
  const draw = () => paint(gl, linked, shapes, view);
  gl.enable(gl.DEPTH_TEST);
  steer(canvas, {
    turn: (right, up) => {
      view.turned -= right;
      view.up = clamp(-UPMOST, view.up + up, UPMOST);
    },
    zoom: (by) => (view.away = clamp(NEAREST, view.away * by, FARTHEST)),
    reach: () => Math.PI,
    draw,
  });
  draw();
  canvas.dataset.ready = "";
}

/** Hand a part over to the graphics card; return how it is drawn. */
async function load(gl, linked, { place, positions, normals, spots, corners, colour, image }) {
  const array = gl.createVertexArray();
  gl.bindVertexArray(array);
  const attributes = { position: [positions, 3], normal: [normals, 3], spot: [spots, 2] };
  for (const [name, [numbers, size]] of Object.entries(attributes)) {
    const at = gl.getAttribLocation(linked, name);
    if (!numbers || at < 0) continue;
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, Float32Array.from(numbers), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(at);
    gl.vertexAttribPointer(at, size, gl.FLOAT, false, 0, 0);
  }
  const order = corners ?? Uint32Array.from({ length: positions.length / 3 }, (_, n) => n);
  gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, Uint32Array.from(order), gl.STATIC_DRAW);
  const texture = gl.createTexture();
  const white = new ImageData(new Uint8ClampedArray([255, 255, 255, 255]), 1, 1);
  const shown = image && spots ? await createImageBitmap(image) : white;
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, shown);
  gl.generateMipmap(gl.TEXTURE_2D);
  return { array, texture, place, colour, shaded: Boolean(normals), count: order.length };
}

/** Return the middle of all parts, and how far they reach from it. */
function bounds(found) {
  const [low, high] = [
    [Infinity, Infinity, Infinity],
    [-Infinity, -Infinity, -Infinity],
  ];
  for (const { place, positions } of found)
    for (let n = 0; n < positions.length; n += 3) {
      const { x, y, z } = place.transformPoint({ x: positions[n], y: positions[n + 1], z: positions[n + 2] });
      [x, y, z].forEach((value, axis) => {
        low[axis] = Math.min(low[axis], value);
        high[axis] = Math.max(high[axis], value);
      });
    }
  const middle = low.map((value, axis) => (value + high[axis]) / 2);
  return { middle, radius: Math.hypot(...low.map((value, axis) => high[axis] - value)) / 2 || 1 };
}

function paint(gl, linked, shapes, { turned, up, away, middle, radius }) {
  const input = (name) => gl.getUniformLocation(linked, name);
  const distance = (away * ROOM * radius) / Math.sin(HEIGHT / 2);
  const camera = new DOMMatrix()
    .translate(0, 0, -distance)
    .rotateAxisAngle(1, 0, 0, up * DEGREES)
    .rotateAxisAngle(0, 1, 0, turned * DEGREES)
    .translate(...middle.map((value) => -value));
  gl.uniformMatrix4fv(input("lens"), false, lens(fit(gl), distance, radius).toFloat32Array());
  gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
  for (const { array, texture, place, colour, shaded, count } of shapes) {
    gl.bindVertexArray(array);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.uniformMatrix4fv(input("place"), false, camera.multiply(place).toFloat32Array());
    gl.uniform4fv(input("paint"), colour);
    gl.uniform1i(input("shaded"), Number(shaded));
    gl.drawElements(gl.TRIANGLES, count, gl.UNSIGNED_INT, 0);
  }
}

/** Return the projection: https://registry.khronos.org/OpenGL-Refpages/gl2.1/xhtml/gluPerspective.xml */
function lens(shape, distance, radius) {
  const [near, far] = [Math.max(distance - 2 * radius, radius / 50), distance + 2 * radius];
  const focus = 1 / Math.tan(HEIGHT / 2) / Math.max(1, 1 / shape);
  const [depth, shift] = [(far + near) / (near - far), (2 * far * near) / (near - far)];
  return new DOMMatrix([focus / shape, 0, 0, 0, 0, focus, 0, 0, 0, 0, depth, -1, 0, 0, shift, 0]);
}
