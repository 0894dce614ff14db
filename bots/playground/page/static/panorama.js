// A look around in a 360° picture, which holds every direction: https://en.wikipedia.org/wiki/Equirectangular_projection

import { el } from "./dom.js";
import { clamp, fit, program, steer } from "./webgl.js";

const UPMOST = Math.PI / 2 - 0.01; // radians
const [NARROW, WIDE] = [0.5, 1.9]; // radians of the view from top to bottom

const CORNERS = `
  out vec2 spot;
  void main() {
    spot = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
    gl_Position = vec4(spot, 0.0, 1.0);
  }
`;
// Each point of the view is a direction; a direction is a longitude and a latitude of the picture.
const RAYS = `
  uniform sampler2D picture;
  uniform vec2 turned;
  uniform vec2 reach;
  in vec2 spot;
  out vec4 colour;
  void main() {
    vec3 ray = normalize(vec3(spot * reach, -1.0));
    float up = cos(turned.y) * ray.y - sin(turned.y) * ray.z;
    float ahead = sin(turned.y) * ray.y + cos(turned.y) * ray.z;
    float east = atan(ray.x, -ahead) + turned.x;
    colour = texture(picture, vec2(fract(east / 6.2831853 + 0.5), 0.5 - asin(up) / 3.1415927));
  }
`;

/** Return a canvas that one looks around in; null where the browser can't draw it. */
export function panorama(url, alt) {
  const canvas = el("canvas.view", {
    tabindex: "0",
    role: "application",
    "aria-label": `${alt}: a 360° picture. Arrow keys look around, plus and minus zoom.`,
  });
  const gl = canvas.getContext("webgl2");
  if (!gl) return null;
  const linked = program(gl, CORNERS, RAYS);
  const view = { east: 0, up: 0, height: 1.4 };
  const draw = () => paint(gl, linked, view);
  load(gl, url, draw);
  steer(canvas, {
    turn: (right, up) => {
      view.east += right;
      view.up = clamp(-UPMOST, view.up + up, UPMOST);
    },
    zoom: (by) => (view.height = clamp(NARROW, view.height * by, WIDE)),
    reach: () => view.height,
    draw,
  });
  return canvas;
}

async function load(gl, url, draw) {
  const image = new Image();
  image.src = url;
  await image.decode();
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB, gl.RGB, gl.UNSIGNED_BYTE, image);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE); // the poles are not neighbours
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR); // no smaller copies, so no seam
  draw();
  gl.canvas.dataset.ready = "";
}

function paint(gl, linked, { east, up, height }) {
  const reach = Math.tan(height / 2);
  const shape = fit(gl);
  gl.uniform2f(gl.getUniformLocation(linked, "turned"), east, up);
  gl.uniform2f(gl.getUniformLocation(linked, "reach"), reach * shape, reach);
  gl.drawArrays(gl.TRIANGLES, 0, 3);
}
