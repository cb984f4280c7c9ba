// A shock on our own land, month by month: circles by use, coloured by the share missed; who sells to the importer.
import { L, name_of, opened } from "sarai-map";

const STEP_MS = 900; // of a month while it plays
const LEVELS = [0.005, 0.1, 0.25, 0.5]; // shares from which a circle is coloured more
const NAMED = 0.1; // a share from which it is written beside the circle
const WIDEST = 9, LARGEST = 20, SMALLEST = 2.5, ROOMY = 800; // pixels, on a map so wide
const ROWS = 8;

export default {
  template: `<div class="shock-play">
    <div class="shock-turn">
      <button type="button" class="button" @click="toggle">{{ playing ? said.pause : said.play }}</button>
      <label><span>{{ said.month }}</span>
        <input type="range" min="0" :max="months" step="1" v-model.number="month" @input="pause"
          :aria-valuetext="spoken"></label>
      <output>{{ spoken }}</output>
    </div>
    <div class="shock-map"><div ref="map"></div></div>
    <div class="table"><div tabindex="0" role="group" :aria-label="said.table" style="overflow-x:auto"><table>
      <caption class="unseen">{{ said.table }}</caption>
      <thead><tr>
        <th scope="col" class="unsorted">{{ said.country }}</th>
        <th v-for="each in titles" scope="col" class="number unsorted">{{ each }}</th>
      </tr></thead>
      <tbody>
        <tr v-for="each in rows" :key="each.code">
          <td class="lead-cell" :data-label="said.country">{{ each.name }}</td>
          <td v-for="(cell, at) in each.cells" class="number" :data-label="titles[at]">{{ cell }}</td>
        </tr>
        <tr v-if="!rows.length"><td :colspan="titles.length + 1">{{ said.nobody }}</td></tr>
      </tbody></table></div></div>
    <p class="quiet said" v-if="more">{{ said.others.replace("#", more) }}</p>
  </div>`,
  props: { land: String, countries: Array, arcs: Array, months: Number, bounds: Array, words: Object, said: Object,
    resourcePath: String },
  data() {
    return { month: 0, playing: false };
  },
  computed: {
    spoken() {
      return this.month ? this.said.after.replace("#", this.month) : this.said.before;
    },
    titles() {
      const { used, missed, share, stock, unit } = this.said;
      return [`${used}, ${unit}`, `${missed}, ${unit}`, share, `${stock}, ${unit}`];
    },
    losers() {
      if (!this.month) return [];
      const missed = (each) => each[5][this.month - 1];
      return this.countries.filter((each) => missed(each) > 0 && each[3] > 0).sort((one, other) => missed(other) - missed(one));
    },
    rows() {
      return this.losers.slice(0, ROWS).map((each) => ({ code: each[0], name: each[1],
        cells: [this.amount(each[3]), this.amount(each[5][this.month - 1]), this.percent(this.share(each)),
          this.amount(each[4][this.month])] }));
    },
    more() {
      return Math.max(0, this.losers.length - ROWS);
    },
  },
  watch: {
    month() {
      this.draw();
    },
  },
  async mounted() {
    const language = document.documentElement.lang || "en";
    this.whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
    this.fine = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 });
    this.shares = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
    this.map = await opened(this, { minZoom: 0, maxZoom: 7 });
    if (!this.map) return;
    this.flows = L.layerGroup().addTo(this.map);
    this.place();
    this.draw();
  },
  unmounted() {
    this.pause();
    this.map?.remove();
  },
  methods: {
    amount(value) {
      return (value >= 100 ? this.whole : this.fine).format(value);
    },
    percent(share) {
      return this.shares.format(share);
    },
    share(each) {
      return this.month && each[3] > 0 ? Math.min(1, each[5][this.month - 1] / each[3]) : 0;
    },
    toggle() {
      if (this.playing) return this.pause();
      if (this.month >= this.months) this.month = 0;
      this.playing = true;
      this.timer = setInterval(() => {
        if (this.month >= this.months) return this.pause();
        this.month += 1;
      }, STEP_MS);
    },
    pause() {
      clearInterval(this.timer);
      this.playing = false;
    },
    place() {
      this.most = Math.max(...this.countries.map((each) => each[3]), 1e-9);
      this.circles = this.countries.filter((each) => each[2] && each[3] > 0).map((each) => {
        const circle = L.circleMarker(each[2], { radius: this.radius(each), className: "uses" }).addTo(this.map);
        circle.bindTooltip(() => this.told(each), { className: "shock-told", sticky: true });
        return { each, circle };
      });
    },
    radius(each) {
      const room = Math.min(1, this.map.getSize().x / ROOMY);
      return Math.max(SMALLEST * room, LARGEST * room * Math.sqrt(each[3] / this.most));
    },
    told(each) {
      const { used, missed, stock, unit } = this.said, [, name, , use, stocks, lost] = each;
      const parts = [`${used} ${this.amount(use)}`, `${stock} ${this.amount(stocks[this.month])}`];
      if (this.month) parts.splice(1, 0, `${missed} ${this.amount(lost[this.month - 1])} (${this.percent(this.share(each))})`);
      return name_of(`${name}: ${parts.join("; ")}; ${unit}`);
    },
    draw() {
      if (!this.map) return;
      this.named?.remove();
      this.named = L.layerGroup().addTo(this.map);
      for (const { each, circle } of this.circles) {
        const share = this.share(each), look = circle.getElement().classList;
        const level = LEVELS.filter((least) => share >= least).length;
        for (let at = 0; at <= LEVELS.length; at += 1) look.toggle(`miss-${at}`, at === level);
        look.toggle("gone", this.month > 0 && each[4][0] > 0 && each[4][this.month] <= 1e-9 * each[4][0]);
      }
      this.name_worst();
      this.draw_purchases();
    },
    name_worst() {
      const taken = [], placed = this.losers.filter((each) => each[2] && this.share(each) >= NAMED);
      for (const each of placed) {
        const at = this.map.latLngToContainerPoint(each[2]), text = `${each[0]} ${this.percent(this.share(each))}`;
        const aside = this.radius(each), box = [at.x + aside, at.y - 8, at.x + aside + 7 * text.length, at.y + 8];
        if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) continue;
        taken.push(box);
        L.tooltip({ permanent: true, direction: "right", className: "shock-name", interactive: false,
          offset: [aside, 0] })
          .setLatLng(each[2]).setContent(name_of(text)).addTo(this.named);
      }
    },
    draw_purchases() {
      this.flows.clearLayers();
      const most = Math.max(...this.arcs.flatMap((each) => [each[2], each[3]]), 1e-9);
      for (const [name, curve, before, after] of this.arcs) {
        const now = this.month ? after : before;
        const told = name_of(`${name}: ${this.amount(before)} → ${this.amount(after)}, ${this.said.unit}`);
        if (this.month && before > 0) this.line(curve, "was", 1.5, told);
        if (now > 0) this.line(curve, "sells", 1 + WIDEST * Math.sqrt(now / most), told);
      }
      for (const { circle } of this.circles) circle.bringToFront();
    },
    line(curve, look, weight, told) {
      L.polyline(curve, { className: look, weight }).addTo(this.flows).bindTooltip(told, { className: "shock-told", sticky: true });
    },
  },
};
