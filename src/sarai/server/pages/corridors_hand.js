// What hands do on the page: sliders say how they stand, forms ask when they are let go, points are chosen.
const SOON_MS = 250;

export default {
  emits: ["ask", "choose"],
  render: () => null,
  mounted() {
    this.numbers = new Intl.NumberFormat(document.documentElement.lang || "en", { maximumFractionDigits: 2 });
    for (const [type, heard] of this.heard()) document.addEventListener(type, heard);
    this.say_all();
    this.observer = new MutationObserver(() => this.say_all());
    this.observer.observe(document.body, { childList: true, subtree: true });
  },
  unmounted() {
    this.observer.disconnect();
    clearTimeout(this.asking);
    for (const [type, heard] of this.heard()) document.removeEventListener(type, heard);
  },
  methods: {
    heard() {
      return [["input", this.turned], ["change", this.changed], ["submit", this.sent], ["click", this.clicked]];
    },
    say_all() {
      for (const slider of document.querySelectorAll("input[type=range][data-unit]")) this.say(slider);
    },
    say(slider) {
      const text = slider.dataset.unit.replace("#", this.numbers.format(Number(slider.value)));
      if (slider.getAttribute("aria-valuetext") === text) return;
      slider.setAttribute("aria-valuetext", text);
      const output = slider.closest("label")?.querySelector("output");
      if (output) output.textContent = text;
    },
    turned(event) {
      if (event.target.matches?.("input[type=range][data-unit]")) this.say(event.target);
    },
    changed(event) {
      const form = event.target.closest?.("form[data-corridors]");
      if (!form) return;
      clearTimeout(this.asking);
      this.asking = setTimeout(() => this.ask(form), SOON_MS);
    },
    sent(event) {
      const form = event.target.closest?.("form[data-corridors]");
      if (!form) return;
      event.preventDefault();
      clearTimeout(this.asking);
      this.ask(form);
    },
    ask(form) {
      this.$emit("ask", [...new FormData(form)].map(([name, value]) => [name, String(value)]));
    },
    clicked(event) {
      const chosen = event.target.closest?.("[data-way]");
      if (!chosen) return;
      this.$emit("choose", chosen.dataset.way);
      document.querySelector(".ways-map")?.scrollIntoView({ block: "nearest" });
    },
  },
};
