// Small line drawings, in the colour of the text around them.

const PATHS = {
  hash: "M9 4 7 20M17 4l-2 16M4 9h16M3 15h16",
  lock: "M6 11h12v9H6zM9 11V7a3 3 0 0 1 6 0v4",
  direct: "M4 5h16v11H9l-5 4z",
  clip: "m20 11-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4L14.500 7",
  send: "M4 4l17 8-17 8 3-8zM7 12h14",
  close: "M6 6l12 12M18 6 6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  thread: "M4 5h16v10H10l-4 4v-4H4zM8 9h8M8 12h5",
  reply: "M10 8 5 12l5 4M5 12h9a5 5 0 0 1 5 5v2",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6z",
  sun: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.400 1.400M17.600 17.600 19 19M5 19l1.400-1.400M17.600 6.400 19 5",
  moon: "M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500z",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  cube: "M12 3l8 4.500v9L12 21l-8-4.500v-9zM4 7.500l8 4.500 8-4.500M12 12v9",
  gauge: "M4 18a9 9 0 1 1 16 0M12 14l4-5",
  left: "m14 6-6 6 6 6",
  expand: "m6 10 6 6 6-6",
  right: "m10 6 6 6-6 6",
  broken: "M4 4h16v16H4zM4 16l5-5 4 4M8.500 8h.01M14 20l-2-4 3-3-2-4",
  people: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2 20a7 7 0 0 1 14 0M16 4a3.500 3.500 0 0 1 0 7M18 14a7 7 0 0 1 4 6",
  down: "M12 4v12M6 11l6 6 6-6M5 21h14",
};

/** Return a drawing; it is for the eye only. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
