// What our maps have in common: our own land and borders, zoom, and whose they are; nothing from elsewhere.
import { leaflet as L } from "nicegui-leaflet";

export { L };

function stylesheet(address) {
  return new Promise((resolve) => {
    if (document.querySelector(`link[href="${CSS.escape(address)}"]`)) return resolve();
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address });
    link.onload = link.onerror = resolve;
    document.head.append(link);
  });
}

// A map in a component's box; none if the component has gone meanwhile.
export async function opened(component, options) {
  await component.$nextTick(); // window.path_prefix is set then
  await stylesheet(`${window.path_prefix}${component.resourcePath}/leaflet/leaflet.css`);
  const box = component.$refs.map, words = component.words;
  if (!box) return undefined;
  const moves = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", words.map);
  const map = L.map(box, { zoomControl: false, attributionControl: false, zoomSnap: 0.25, zoomDelta: 0.5,
    zoomAnimation: moves, fadeAnimation: moves, markerZoomAnimation: moves, ...options });
  map.fitBounds(component.bounds);
  L.control.zoom({ zoomInTitle: words.in, zoomOutTitle: words.out }).addTo(map);
  L.control.attribution({ prefix: false }).addAttribution(words.source).addTo(map);
  fetch(window.path_prefix + component.land).then((answer) => answer.json()).then((land) => {
    L.geoJSON(land, { interactive: false, style: { className: "land" } }).addTo(map).bringToBack();
  });
  const observer = new ResizeObserver(() => map.invalidateSize());
  observer.observe(box);
  map.on("unload", () => observer.disconnect());
  return map;
}

// A name beside a mark, as text: what stands in a name is never markup.
export function name_of(text) {
  return document.createTextNode(text).data.replace(/[<&]/g, "");
}
