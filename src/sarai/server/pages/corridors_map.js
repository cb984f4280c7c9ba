// The network on our own land: legs by mode, ways on top of them, names where there is room.
import { L, name_of, opened } from "sarai-map";

const NAMES_FROM = 5.5; // zoom level from which all places are named
const WIDEST = 12; // pixels of the leg that carries most
const PADDING = [28, 28];

export default {
  template: '<div class="ways-map"><div ref="map"></div></div>',
  props: { land: String, legs: Array, places: Array, bounds: Array, words: Object, resourcePath: String },
  async mounted() {
    this.waiting = [];
    this.map = await opened(this, { minZoom: 1, maxZoom: 9 });
    if (!this.map) return;
    this.draw_network();
    for (const [method, args] of this.waiting.splice(0)) this[method](...args);
  },
  unmounted() {
    this.map?.remove();
  },
  methods: {
    draw_network() {
      this.lines = new Map();
      this.network = L.layerGroup().addTo(this.map);
      for (const [code, mode, points] of this.legs) {
        this.lines.set(code, points);
        L.polyline(points, { className: `leg ${mode}`, weight: 1.25, interactive: false }).addTo(this.network);
      }
      this.laid = L.layerGroup().addTo(this.map);
      this.names = L.layerGroup().addTo(this.map);
      this.points = new Map(this.places.map((place) => [place[0], place]));
      for (const [, , latitude, longitude, kind] of this.places) {
        if (kind === "waypoint") continue;
        L.circleMarker([latitude, longitude], { radius: 2, className: "stop", interactive: false }).addTo(this.network);
      }
      this.named = [];
      this.map.on("zoomend moveend", () => this.name_places());
    },
    // ways: [letter, legs, look]; the last lies on top. widths: [leg, share of the widest]; all else: codes
    lay({ ways, named, widths, binding, pinched, closed, fit }) {
      if (!this.map) return this.waiting.push(["lay", [{ ways, named, widths, binding, pinched, closed, fit }]]);
      this.laid.clearLayers();
      for (const code of closed) this.line(code, "closed", 3);
      for (const [code, share] of widths) this.line(code, "carries", 1.5 + WIDEST * share);
      for (const code of binding) this.line(code, "binds", 5);
      for (const code of pinched) {
        const [, , latitude, longitude] = this.points.get(code) ?? [];
        if (latitude !== undefined) L.circleMarker([latitude, longitude], { radius: 7, className: "binds", interactive: false }).addTo(this.laid);
      }
      const corners = [];
      for (const [, legs, look] of ways) {
        const several = legs.map((code) => this.lines.get(code)).filter(Boolean);
        L.polyline(several, { className: `way casing ${look}`, weight: look === "chosen" ? 8 : 5, interactive: false }).addTo(this.laid);
        L.polyline(several, { className: `way ${look}`, weight: look === "chosen" ? 4 : 2, interactive: false }).addTo(this.laid);
        if (look === "chosen") corners.push(...several.flat());
      }
      this.named = named;
      this.name_places();
      if (fit && corners.length) this.map.fitBounds(corners, { padding: PADDING });
    },
    line(code, look, weight) {
      const points = this.lines.get(code);
      if (points) L.polyline(points, { className: look, weight, interactive: false }).addTo(this.laid);
    },
    name_places() {
      this.names.clearLayers();
      const taken = [], near = this.map.getZoom() >= NAMES_FROM, inside = this.map.getBounds();
      const several = [...this.named, ...(near ? [...this.points.keys()] : [])];
      for (const code of new Set(several)) {
        const [, name, latitude, longitude, kind] = this.points.get(code) ?? [];
        if (!name || !inside.contains([latitude, longitude])) continue;
        if (kind === "waypoint" && !this.named.includes(code)) continue;
        const at = this.map.latLngToContainerPoint([latitude, longitude]), width = 14 + 7 * name.length;
        const box = [at.x, at.y - 9, at.x + width, at.y + 9];
        if (taken.some((each) => box[0] < each[2] && box[2] > each[0] && box[1] < each[3] && box[3] > each[1])) continue;
        taken.push(box);
        L.circleMarker([latitude, longitude], { radius: 3.5, className: "stop named", interactive: false }).addTo(this.names)
          .bindTooltip(name_of(name), { permanent: true, direction: "right",
            className: "stop-name", interactive: false, offset: [2, 0] });
      }
    },
  },
};
