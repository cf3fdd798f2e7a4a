// Draws the page's own signs as lines, so that they look the same on every computer.

const SPACE = "http://www.w3.org/2000/svg";

const LINES = {
  channel: "M5 9h15M4 15h15M10 4 8 20M16 4l-2 16",
  locked: "M6 11h12v9H6zM9 11V7a3 3 0 0 1 6 0v4",
  shared: "M4 8h14l-4-4M20 16H6l4 4",
  home: "M4 11l8-7 8 7M6 10v10h12V10M10 20v-6h4v6",
  smile: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9 9.5v.5M15 9.5v.5M8 14a4.5 4.5 0 0 0 8 0",
  reply: "M4 5h16v11H11l-5 4v-4H4z",
  more: "M12 5v.5M12 12v.5M12 19v.5",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  bolt: "M13 3 5 14h6l-1 7 8-11h-6z",
  close: "M6 6l12 12M18 6 6 18",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 2",
  list: "M4 7h16M4 12h16M4 17h16",
  people: "M9 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM3 20c0-4 2.500-6 6-6s6 2 6 6M16 6a3 3 0 0 1 0 5M18 14c2 1 3 3 3 6",
  edit: "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4",
  remove: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
  task: "M4 12l5 5L20 6",
  send: "M4 4l17 8-17 8 3-8zM7 12h8",
  down: "M12 5v14M6 13l6 6 6-6",
  back: "M19 12H5M11 6l-6 6 6 6",
};

export function icon(name) {
  const svg = document.createElementNS(SPACE, "svg");
  const path = document.createElementNS(SPACE, "path");
  const of = { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" };
  for (const [key, value] of Object.entries(of)) svg.setAttribute(key, value);
  path.setAttribute("d", LINES[name]);
  svg.append(path);
  return svg;
}
