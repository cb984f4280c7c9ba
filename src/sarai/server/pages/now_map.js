// A map of our own: land, posts and ways as lines, marks as links and buttons that the keyboard reaches.
import { L, name_of, opened } from "sarai-map";

const MARK = 44; // pixels, as large as what a finger hits
const CLOSER = 2; // zoom levels that a mark of several goes nearer
const NAMES_FROM = 5; // zoom level from which posts are named
const SETTLE_MS = 150;

export default {
  template: '<div class="now-map"><div ref="map"></div></div>',
  props: { land: String, posts: Array, bounds: Array, words: Object, resourcePath: String },
  async mounted() {
    this.marks = new Map();
    this.waiting = [];
    this.map = await opened(this, { worldCopyJump: true, minZoom: 2, maxZoom: 12 });
    if (!this.map) return;
    this.draw_posts();
    for (const [method, args] of this.waiting.splice(0)) this[method](...args);
    this.tell();
  },
  unmounted() {
    clearTimeout(this.telling);
    this.map?.remove();
  },
  methods: {
    draw_posts() {
      this.ways = L.layerGroup().addTo(this.map);
      for (const [latitude, longitude, name] of this.posts) {
        L.circleMarker([latitude, longitude], { radius: 4, className: "post", interactive: false }).addTo(this.map)
          .bindTooltip(name_of(name), { permanent: true, direction: "right",
            className: "post-name", interactive: false });
      }
      this.map.on("moveend zoomend", () => this.tell_soon());
    },
    tell_soon() {
      clearTimeout(this.telling);
      this.telling = setTimeout(() => this.tell(), SETTLE_MS);
    },
    tell() {
      if (!this.map) return;
      const bounds = this.map.getBounds(), zoom = this.map.getZoom();
      this.$el.classList.toggle("far", zoom < NAMES_FROM);
      this.$emit("view", [bounds.getSouth(), bounds.getWest(), bounds.getNorth(), bounds.getEast(), zoom]);
    },
    show_marks(put, gone) {
      if (!this.map) return this.waiting.push(["show_marks", [put, gone]]);
      for (const key of gone) this.let_go(key);
      for (const mark of put) this.put(...mark);
    },
    let_go(key) {
      const marker = this.marks.get(key);
      if (marker && marker.face === document.activeElement) this.$refs.map.focus(); // not back to the page's top
      marker?.remove();
      this.marks.delete(key);
    },
    put(key, latitude, longitude, count, state, label, to) {
      const shown = this.marks.get(key);
      if (shown && shown.told === `${count} ${state} ${to}`) { // it only moved: who is on it by keyboard stays
        shown.setLatLng([latitude, longitude]);
        this.name(shown.face, label);
        return;
      }
      this.let_go(key);
      const face = to ? Object.assign(document.createElement("a"), { href: to })
        : Object.assign(document.createElement("button"), { type: "button" });
      face.className = `mark ${state}${count > 1 ? " many" : ""}`;
      face.append(Object.assign(document.createElement("i"), { textContent: count > 1 ? String(count) : "" }));
      this.name(face, label);
      for (const type of ["pointerdown", "mousedown", "touchstart", "dblclick", "keydown"]) {
        face.addEventListener(type, (event) => event.stopPropagation(), { passive: true });
      }
      const icon = L.divIcon({ html: face, className: "", iconSize: [MARK, MARK] });
      const marker = L.marker([latitude, longitude], { icon, interactive: false, keyboard: false }).addTo(this.map);
      if (count > 1) face.addEventListener("click", () => this.map.setView(marker.getLatLng(), this.map.getZoom() + CLOSER));
      marker.face = face;
      marker.told = `${count} ${state} ${to}`;
      marker.setZIndexOffset(state === "alert" ? 2000 : state === "late" ? 1000 : 0);
      this.marks.set(key, marker);
    },
    name(face, label) {
      face.title = label;
      face.setAttribute("aria-label", label);
    },
    show_ways(several) {
      if (!this.map) return this.waiting.push(["show_ways", [several]]);
      this.ways.clearLayers();
      for (const [south, west, north, east, count] of several) {
        const weight = 1 + 1.5 * Math.log2(1 + count / 4);
        L.polyline([[south, west], [north, east]], { className: "way", weight, interactive: false }).addTo(this.ways);
      }
    },
  },
};
