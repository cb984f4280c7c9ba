// Flows of a material over our own land: curves that run thin towards who buys, circles of who produces, by year.
import { L, name_of, opened } from "sarai-map";

const THINNEST = 1.5, TIP = 1; // pixels, where a flow begins and where it ends
const YEAR_MS = 700; // while the years are played
const MOST_NAMED = 16;

export default {
  template: `<div class="flows-map"><div ref="map" class="flows-land"></div>
    <div class="flows-time" v-if="years.length > 1">
      <button type="button" class="button" @click="play">{{ playing ? words.stop : words.play }}</button>
      <label>{{ words.year }} <output>{{ year }}</output>
        <input type="range" :min="years[0]" :max="years[years.length - 1]" step="1" :value="year"
          @input="turn(+$event.target.value)" :aria-valuetext="String(year)"></label>
      <a v-if="year !== asked" class="button" :href="there()">{{ words.all.replace("#", year) }}</a>
      <span class="quiet" role="status" v-if="nothing">{{ said.none }}</span>
    </div></div>`,
  props: { land: String, bounds: Array, words: Object, language: String, resourcePath: String },
  data: () => ({ years: [], year: 0, asked: 0, playing: false, nothing: false, said: {} }),
  async mounted() {
    this.map = await opened(this, { minZoom: 0, maxZoom: 7, worldCopyJump: false });
    if (!this.map) return;
    this.below = L.layerGroup().addTo(this.map);
    this.above = L.layerGroup().addTo(this.map);
    this.names = L.layerGroup().addTo(this.map);
    this.map.on("zoomend", () => this.draw());
    this.seen = new ResizeObserver(() => this.whole());
    this.seen.observe(this.$refs.map);
    if (this.given) this.lay(this.given);
  },
  unmounted() {
    clearInterval(this.clock);
    this.seen?.disconnect();
    this.map?.remove();
  },
  methods: {
    // The whole world, once there is room: the map is not seen before there is something on it.
    whole() {
      if (!this.$refs.map.clientWidth) return;
      this.seen.disconnect();
      this.map.invalidateSize();
      this.map.fitBounds(this.bounds);
    },
    lay(given) {
      this.given = given;
      if (!this.map) return;
      this.said = given.said;
      this.held = new Map(given.years.map(([year, flows, made]) => [year, { flows, made }]));
      this.years = given.years.map(([year]) => year);
      this.asked = given.at;
      this.turn(given.at);
    },
    turn(year) {
      this.year = year;
      this.draw();
    },
    play() {
      this.playing = !this.playing;
      clearInterval(this.clock);
      if (!this.playing) return;
      if (this.year >= this.years.at(-1)) this.turn(this.years[0]);
      this.clock = setInterval(() => {
        if (this.year >= this.years.at(-1)) return this.play();
        this.turn(this.year + 1);
      }, YEAR_MS);
    },
    there() {
      const { address } = this.given;
      return `${window.path_prefix ?? ""}${address}${address.includes("?") ? "&" : "?"}year=${this.year}`;
    },
    draw() {
      if (!this.held) return;
      const { flows, made } = this.held.get(this.year) ?? { flows: [], made: [] };
      this.nothing = !flows.length;
      for (const layer of [this.below, this.above, this.names]) layer.clearLayers();
      for (const [code, share] of made) this.circle(code, share);
      const order = flows.toSorted((one, other) => one[2] - other[2] || other[1] - one[1]);
      for (const flow of order) this.flow(...flow);
      this.name_places(flows, made);
    },
    circle(code, share) {
      const [name, latitude, longitude] = this.given.places[code];
      const percent = new Intl.NumberFormat(this.language, { style: "percent", maximumFractionDigits: 1 }).format(share);
      L.circleMarker([latitude, longitude], { radius: Math.max(2, this.given.radius * Math.sqrt(share)), className: "made" })
        .bindTooltip(name_of(this.said.made.replace("{country}", name).replace("{share}", percent)))
        .addTo(this.below);
    },
    flow(pair, amount, own, doubtful) {
      const [seller, buyer] = pair.split(">").map((code) => this.given.places[code][0]);
      const number = new Intl.NumberFormat(this.language, { maximumFractionDigits: amount < 100 ? 1 : 0 }).format(amount);
      const text = `${seller} → ${buyer}: ${number} ${this.given.unit}${doubtful ? `, ${this.said.doubtful}` : ""}`;
      const look = own ? "own" : "other", parts = this.given.arcs[pair];
      const wide = Math.max(THINNEST, amount * this.given.per);
      const shape = doubtful
        ? L.polyline(parts, { className: `flow doubtful ${look}`, weight: 2, smoothFactor: 0 })
        : L.polygon(this.tapered(parts, wide), { className: `flow ${look}${wide > 5 ? " wide" : ""}`, weight: 1, smoothFactor: 0 });
      shape.bindTooltip(name_of(text), { sticky: true }).addTo(this.above);
      if (own) this.reachable(shape, text, parts);
    },
    // By keyboard too: what the importer buys can be stepped through, each said aloud.
    reachable(shape, text, parts) {
      const element = shape.getElement(), middle = parts[0][Math.floor(parts[0].length / 2)];
      for (const [name, value] of [["tabindex", "0"], ["role", "img"], ["aria-label", text]]) element.setAttribute(name, value);
      element.addEventListener("focus", () => shape.openTooltip(middle));
      element.addEventListener("blur", () => shape.closeTooltip());
    },
    // Outlines in degrees of curves that are so many pixels wide where they begin, at the zoom of now.
    tapered(parts, width) {
      const length = parts.reduce((sum, part) => sum + part.length - 1, 0);
      let before = 0;
      return parts.map((part) => {
        const points = part.map((place) => this.map.latLngToLayerPoint(place)), left = [], right = [];
        points.forEach((point, at) => {
          const one = points[Math.max(0, at - 1)], other = points[Math.min(points.length - 1, at + 1)];
          const along = other.subtract(one), long = Math.hypot(along.x, along.y) || 1;
          const gone = (before + at) / length, half = (width * (1 - gone) + TIP * gone) / 2;
          const aside = L.point(-along.y / long * half, along.x / long * half);
          left.push(this.map.layerPointToLatLng(point.add(aside)));
          right.push(this.map.layerPointToLatLng(point.subtract(aside)));
        });
        before += part.length - 1;
        return [...left, ...right.reverse()];
      }).map((ring) => [ring]);
    },
    name_places(flows, made) {
      const weight = new Map([[this.given.importer, Infinity]]);
      const most = Math.max(...flows.map((flow) => flow[1]), 1);
      for (const [pair, amount, own] of flows)
        for (const code of pair.split(">")) weight.set(code, (weight.get(code) ?? 0) + amount / most + (own ? 1 : 0));
      for (const [code, share] of made) weight.set(code, (weight.get(code) ?? 0) + share);
      const taken = [], ranked = [...weight].sort((one, other) => other[1] - one[1]);
      for (const [code] of ranked.slice(0, MOST_NAMED)) {
        const place = this.given.places[code];
        if (!place) continue;
        const [name, latitude, longitude] = place;
        const at = this.map.latLngToContainerPoint([latitude, longitude]), half = 4 + 3.2 * name.length;
        const box = [at.x - half, at.y - 22, at.x + half, at.y - 4];
        if (taken.some((each) => box[0] < each[2] && box[2] > each[0] && box[1] < each[3] && box[3] > each[1])) continue;
        taken.push(box);
        L.circleMarker([latitude, longitude], { radius: 2.5, className: "stop", interactive: false }).addTo(this.names)
          .bindTooltip(name_of(name), { permanent: true, direction: "top", className: "stop-name", interactive: false });
      }
    },
  },
};
