// Elements without markup: nothing that a pass says is ever read as HTML.

type Child = Node | string | undefined;
type Attributes = Record<string, string | boolean | undefined | ((event: Event) => void)>;

export function make<K extends keyof HTMLElementTagNameMap>(
  name: K, attributes: Attributes = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, "");
    else if (typeof value === "string") element.setAttribute(key, value);
  }
  element.append(...children.filter((child): child is Node | string => child !== undefined));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** A code of light and dark modules with its white edge. */
export function picture(modules: boolean[][]): SVGElement {
  const edge = 4;
  const side = modules.length + 2 * edge;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${side} ${side}`);
  svg.setAttribute("shape-rendering", "crispEdges");
  svg.setAttribute("class", "code");
  const dark = modules.flatMap((row, y) => row.map((is, x) => (is ? `M${x + edge} ${y + edge}h1v1h-1z` : "")));
  for (const [fill, d] of [["#fff", `M0 0h${side}v${side}h-${side}z`], ["#000", dark.join("")]] as const) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("fill", fill);
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
