// Builds elements; text only ever goes in as text.

export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "class") node.className = value;
    else if (key in node && typeof value !== "string") node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const pressable = (props, ...children) => h("button", { type: "button", ...props }, ...children);

export function fill(node, ...children) {
  node.replaceChildren(...children.flat(Infinity).filter(Boolean));
  return node;
}

const signs = new WeakMap();

// Makes a node's children be `items` ({ key, sign, make }): what has the same key and sign stays as it is.
export function patch(node, items) {
  const old = new Map([...node.children].map((child) => [child.dataset.key, child]));
  const kept = new Set();
  let next = node.firstElementChild;
  for (const { key, sign, make } of items) {
    let child = old.get(key);
    if (!child || signs.get(child) !== sign) {
      const fresh = make();
      fresh.dataset.key = key;
      signs.set(fresh, sign);
      if (child) next = replaced(child, fresh, next);
      child = fresh;
    }
    if (child === next) next = next.nextElementSibling;
    else node.insertBefore(child, next);
    kept.add(child);
  }
  for (const child of [...node.children]) if (!kept.has(child)) child.remove();
}

// the keyboard stays where it was, on whatever took the place of what it was on
function replaced(child, fresh, next) {
  const was = child.contains(document.activeElement) ? document.activeElement : null;
  const isTwin = (node) => ["data-action", "aria-label"].some((name) =>
    was.hasAttribute(name) && was.getAttribute(name) === node.getAttribute(name));
  const twin = was && [...fresh.querySelectorAll(was.tagName)].find(isTwin);
  child.replaceWith(fresh);
  if (was) (twin || fresh).focus();
  return child === next ? fresh : next;
}
