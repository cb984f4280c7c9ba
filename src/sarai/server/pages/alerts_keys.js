// Keys of a list: j and k go down and up, Enter opens (it is a link), a asks to be given what is chosen.
export default {
  emits: ["take"],
  render: () => null,
  mounted() { document.addEventListener("keydown", this.press); },
  unmounted() { document.removeEventListener("keydown", this.press); },
  methods: {
    press(event) {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
      if (document.querySelector("dialog[open], .q-dialog")) return;
      const rows = [...document.querySelectorAll("[data-row]")];
      const focused = rows.indexOf(document.activeElement);
      const at = focused >= 0 ? focused : rows.findIndex((row) => row.dataset.row === this.last);
      const to = { j: Math.min(at + 1, rows.length - 1), k: Math.max(at - 1, 0) }[event.key];
      if (to !== undefined && rows.length) {
        this.last = rows[to].dataset.row;
        rows[to].focus();
        rows[to].scrollIntoView({ block: "nearest" });
      } else if (event.key === "a" && focused >= 0 && !event.repeat) this.$emit("take", rows[at].dataset.row);
      else return;
      event.preventDefault();
    },
    back() { // to the row where one was, if the rows are new
      if (document.activeElement !== document.body) return;
      const row = [...document.querySelectorAll("[data-row]")].find((each) => each.dataset.row === this.last);
      row?.focus({ preventScroll: true });
    },
  },
};
