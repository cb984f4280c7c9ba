// A trace that one can walk through: zoom, pan, choose a part, let time run. The picture itself comes from the server.
import { h } from "vue";

const LEAST_ZOOM = 0.15;
const MOST_ZOOM = 3;
const FIT_LEAST = 0.75; // smaller than that, letters cannot be read; then one pans
const STEP = 1.25;
const THIN = 2.5;
const STEPS_OF_TIME = 400;

export default {
  props: {
    svg: String, width: Number, height: Number, course: Array, begin: Number, end: Number,
    locale: String, zone: String, words: Object,
  },
  emits: ["choose"],
  data: () => ({ zoom: 1, at: STEPS_OF_TIME, said: "" }),
  render() {
    const button = (text, label, act) => h("button", { class: "button", type: "button", title: label, "aria-label": label, onClick: act }, text);
    return h("div", { class: "trace-view" }, [
      h("div", { class: "trace-tools" }, [
        h("div", { class: "buttons" }, [
          button("−", this.words.out, () => this.scale(this.zoom / STEP)),
          button("+", this.words.in, () => this.scale(this.zoom * STEP)),
          button(this.words.fit, this.words.fit_long, this.fit),
        ]),
        h("label", { class: "trace-time" }, [
          h("span", this.words.then),
          h("input", {
            type: "range", min: 0, max: STEPS_OF_TIME, value: this.at, disabled: this.begin === this.end,
            "aria-valuetext": this.said,
            onInput: (event) => { this.at = Number(event.target.value); this.show(); },
          }),
          h("output", this.said),
        ]),
      ]),
      h("div", { class: "trace-paper", ref: "paper", onPointerdown: this.grab, onWheel: this.wheel }),
    ]);
  },
  mounted() {
    this.draw();
    this.fit();
    this.show();
  },
  updated() {
    if (this.drawn !== this.svg) { this.draw(); this.fit(); this.show(); }
  },
  methods: {
    draw() {
      const paper = this.$refs.paper;
      paper.innerHTML = this.svg; // ours, every text in it escaped
      this.drawn = this.svg;
      this.picture = paper.querySelector("svg");
      this.parts = [...paper.querySelectorAll(".ribbon, .holder")];
      this.parts.forEach((part, number) => part.setAttribute("tabindex", number ? "-1" : "0"));
      this.picture.addEventListener("click", (event) => this.choose(event.target.closest(".ribbon, .holder")));
      this.picture.addEventListener("keydown", this.key);
      for (const label of paper.querySelectorAll(".much")) label.whole = label.textContent;
    },
    key(event) {
      const part = event.target.closest(".ribbon, .holder");
      if (!part) return;
      if (event.key === "Enter" || event.key === " ") this.choose(part);
      else if (event.key.startsWith("Arrow")) this.walk(part, event.key);
      else if (event.key === "+" || event.key === "-") this.scale(event.key === "+" ? this.zoom * STEP : this.zoom / STEP);
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    walk(from, key) { // to the nearest part in that direction
      const middle = (part) => { const box = part.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; };
      const [x, y] = middle(from);
      const along = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[key];
      let best = null, least = Infinity;
      for (const part of this.parts) {
        const [px, py] = middle(part);
        const ahead = (px - x) * along[0] + (py - y) * along[1];
        const aside = Math.abs((px - x) * along[1]) + Math.abs((py - y) * along[0]);
        if (part === from || ahead < 4) continue;
        if (ahead + 3 * aside < least) { least = ahead + 3 * aside; best = part; }
      }
      if (best) this.focus(best);
    },
    focus(part) {
      for (const each of this.parts) each.setAttribute("tabindex", each === part ? "0" : "-1");
      part.focus();
    },
    choose(part) {
      if (!part || this.dragged) return;
      for (const each of this.parts) each.classList.toggle("chosen", each === part);
      this.$emit("choose", part.id);
    },
    scale(zoom) {
      const paper = this.$refs.paper, old = this.zoom;
      this.zoom = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, zoom));
      const [x, y] = [paper.scrollLeft + paper.clientWidth / 2, paper.scrollTop + paper.clientHeight / 2];
      this.picture.setAttribute("width", this.width * this.zoom);
      this.picture.setAttribute("height", this.height * this.zoom);
      paper.scrollLeft = (x * this.zoom) / old - paper.clientWidth / 2;
      paper.scrollTop = (y * this.zoom) / old - paper.clientHeight / 2;
    },
    fit() {
      const wide = this.$refs.paper.clientWidth / this.width;
      this.scale(Math.min(1, Math.max(FIT_LEAST, wide)));
      const paper = this.$refs.paper;
      paper.scrollTop = (this.height * this.zoom - paper.clientHeight) / 2; // columns are centred on one another
    },
    wheel(event) {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.scale(event.deltaY < 0 ? this.zoom * STEP : this.zoom / STEP);
    },
    grab(event) {
      if (event.pointerType !== "mouse" || event.button) return;
      const paper = this.$refs.paper;
      const [x, y, left, top] = [event.clientX, event.clientY, paper.scrollLeft, paper.scrollTop];
      this.dragged = false;
      const move = (to) => {
        if (Math.abs(to.clientX - x) + Math.abs(to.clientY - y) > 4) this.dragged = true;
        paper.scrollLeft = left - (to.clientX - x);
        paper.scrollTop = top - (to.clientY - y);
      };
      const drop = () => {
        window.removeEventListener("pointermove", move);
        setTimeout(() => { this.dragged = false; });
      };
      window.addEventListener("pointermove", move);
      window.addEventListener("pointerup", drop, { once: true });
    },
    show() { // what had happened by the time chosen
      const time = this.begin + ((this.end - this.begin) * this.at) / STEPS_OF_TIME;
      const there = new Set();
      this.course.forEach((course, number) => this.showRibbon(course, number, time, there));
      for (const part of this.parts) {
        if (part.classList.contains("holder")) part.classList.toggle("later", !there.has(part.id));
      }
      this.said = this.when(time);
    },
    showRibbon(course, number, time, there) {
      let part = 0, underway = false, whole = true;
      course.came.forEach((came, each) => {
        if (came <= time) part += course.part[each];
        else { whole = false; underway ||= course.sent[each] <= time; }
      });
      const ribbon = document.getElementById(`r${number}`), label = this.$refs.paper.querySelector(`[data-of="r${number}"]`);
      const line = ribbon.querySelector(".wide");
      line.setAttribute("stroke-width", Math.max(THIN, Number(line.dataset.wide) * (whole ? 1 : part)));
      for (const each of [ribbon, label]) {
        each.classList.toggle("later", !part && !underway);
        each.classList.toggle("underway", !part && underway);
      }
      const much = label.querySelector(".much");
      much.textContent = whole || !part ? much.whole : this.amount(course.total * part, course.unit);
      if (part || underway) there.add(course.from);
      if (part) there.add(course.to);
    },
    amount(value, unit) {
      return `${new Intl.NumberFormat(this.locale, { maximumFractionDigits: 1 }).format(value)}\u00a0${unit}`;
    },
    when(minutes) {
      const shape = { dateStyle: "medium", timeStyle: "short", timeZone: this.zone };
      return new Intl.DateTimeFormat(this.locale, shape).format(new Date(minutes * 60000));
    },
  },
};
