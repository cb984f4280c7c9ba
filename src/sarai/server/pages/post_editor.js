// A text area whose text is handed over when somebody posts it, and which shows where to mend it.
export default {
  template: `<form @submit.prevent="post" class="post-stack">
    <label class="labelled">{{ label }}
      <textarea ref="text" class="post-text" spellcheck="false" autocomplete="off" autocapitalize="off"
        v-model="text" @keydown.ctrl.enter.prevent="post" @keydown.meta.enter.prevent="post"></textarea>
    </label>
    <div class="buttons"><button type="submit" class="button main" :disabled="busy">{{ action }}</button></div>
  </form>`,
  props: { label: String, action: String, begin: String },
  data() { return { text: this.begin, busy: false }; },
  methods: {
    post() {
      if (this.busy || !this.text.trim()) return;
      this.busy = true;
      this.$emit("post", this.text);
    },
    done() { this.busy = false; },
    write(text) { this.text = text; },
    mark(begin, end, line) {
      const box = this.$refs.text;
      box.focus({ preventScroll: true });
      box.setSelectionRange(begin, end);
      box.scrollTop = Math.max(0, line - 3) * parseFloat(getComputedStyle(box).lineHeight);
      box.closest(".post-one, .panel")?.scrollIntoView({ block: "nearest" });
    },
  },
};
