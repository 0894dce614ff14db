// Reading a binary glTF file: https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html#binary-gltf-layout

const MAGIC = 0x46546c67; // "glTF"
const HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
const ARRAYS = {
  5120: Int8Array,
  5121: Uint8Array,
  5122: Int16Array,
  5123: Uint16Array,
  5125: Uint32Array,
  5126: Float32Array,
};
const SIZES = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4 };
const TRIANGLES = 4;

/**
 * Return a file's parts: {place, positions, normals, spots, corners, colour, image}. `place` is a DOMMatrix,
 * `image` a Blob; normals, spots (where in the image) and corners (which points) may be missing.
 * Error for what is no such file, or holds nothing that can be drawn.
 */
export function parts(buffer) {
  const { file, data } = open(buffer);
  const found = [];
  const walk = (number, above) => {
    const node = file.nodes[number];
    const place = above.multiply(placeOf(node));
    const shapes = node.mesh === undefined ? [] : file.meshes[node.mesh].primitives;
    for (const shape of shapes) if ((shape.mode ?? TRIANGLES) === TRIANGLES) found.push(part(shape, place));
    for (const child of node.children ?? []) walk(child, place);
  };
  const part = ({ attributes, indices, material }, place) => {
    const { baseColorFactor, baseColorTexture } = file.materials?.[material]?.pbrMetallicRoughness ?? {};
    const texture = file.textures?.[baseColorTexture?.index];
    return {
      place,
      positions: numbers(file, data, attributes.POSITION),
      normals: numbers(file, data, attributes.NORMAL),
      spots: numbers(file, data, attributes.TEXCOORD_0),
      corners: numbers(file, data, indices),
      colour: baseColorFactor ?? [1, 1, 1, 1],
      image: texture && picture(file, data, texture.source),
    };
  };
  for (const number of file.scenes[file.scene ?? 0].nodes) walk(number, new DOMMatrix());
  if (!found.length) throw new Error("There is nothing to draw in this file.");
  return found;
}

function open(buffer) {
  const view = new DataView(buffer);
  if (view.getUint32(0, true) !== MAGIC) throw new Error("This is no binary glTF file.");
  const length = view.getUint32(HEADER_BYTES, true);
  const start = HEADER_BYTES + CHUNK_HEADER_BYTES;
  const file = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, start, length)));
  return { file, data: buffer.slice(start + length + CHUNK_HEADER_BYTES) };
}

function placeOf({ matrix, translation = [0, 0, 0], rotation = [0, 0, 0, 1], scale = [1, 1, 1] }) {
  if (matrix) return new DOMMatrix(matrix);
  const [x, y, z, w] = rotation;
  const degrees = (2 * Math.acos(Math.min(1, Math.abs(w))) * 180 * Math.sign(w || 1)) / Math.PI;
  const turned = new DOMMatrix().translate(...translation).rotateAxisAngle(x, y, z, degrees);
  const [wide, high, deep] = scale;
  return turned.multiply(new DOMMatrix([wide, 0, 0, 0, 0, high, 0, 0, 0, 0, deep, 0, 0, 0, 0, 1]));
}

/** Return an accessor's numbers one after the other, however the file interleaves them. */
function numbers(file, data, which) {
  if (which === undefined) return null;
  const { bufferView, byteOffset = 0, componentType, count, type } = file.accessors[which];
  const [kind, size, from] = [ARRAYS[componentType], SIZES[type], file.bufferViews[bufferView]];
  const start = (from.byteOffset ?? 0) + byteOffset;
  const step = from.byteStride ?? size * kind.BYTES_PER_ELEMENT;
  const all = new kind(count * size);
  for (let n = 0; n < count; n++) {
    const at = start + n * step;
    all.set(new kind(data.slice(at, at + size * kind.BYTES_PER_ELEMENT)), n * size);
  }
  return all;
}

function picture(file, data, source) {
  const { bufferView, mimeType } = file.images[source];
  if (bufferView === undefined) return null; // the file names an address: we call nobody
  const { byteOffset = 0, byteLength } = file.bufferViews[bufferView];
  return new Blob([data.slice(byteOffset, byteOffset + byteLength)], { type: mimeType });
}
