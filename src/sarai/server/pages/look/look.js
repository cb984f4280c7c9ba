// What a page can do by itself: shortcuts, menus that close, the language of the document.
"use strict";
(() => {
  const GO_MS = 1200; // so long "g" waits for its second letter
  let going = 0;

  const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
  const inDialog = () => document.querySelector("dialog[open], .q-dialog");
  const frame = () => document.querySelector("[data-frame]");

  function showHelp() {
    const help = document.querySelector("dialog.help");
    if (help && !help.open) help.showModal();
  }

  function go(key) {
    const link = document.querySelector(`.side ul.main > li > a[data-key="${CSS.escape(key)}"]`);
    if (link) window.location.assign(link.href);
    return Boolean(link);
  }

  function shortcut(event) {
    if (event.key === "/") return document.querySelector(".search input")?.focus() ?? true;
    if (event.key === "?") return showHelp() ?? true;
    if (event.key.toLowerCase() === "g") return (going = Date.now());
    return Date.now() - going < GO_MS && go(event.key.toLowerCase());
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return closeMenus(null, true);
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || inDialog() || !frame()) return;
    if (shortcut(event)) event.preventDefault();
  });

  function closeMenus(except, refocus) {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (menu.contains(except)) continue;
      menu.open = false;
      if (refocus) menu.querySelector("summary").focus();
    }
  }
  document.addEventListener("click", (event) => {
    closeMenus(event.target, false);
    const asked = event.target.closest?.("[data-help]");
    if (asked) { closeMenus(null, false); showHelp(); }
    if (event.target.closest?.("dialog.help [data-close]")) event.target.closest("dialog").close();
    if (event.target.matches?.(".skip")) {
      event.preventDefault();
      document.getElementById("content")?.focus();
    }
  });

  const language = document.querySelector('meta[name="sarai-language"]');
  if (language) document.documentElement.lang = language.content;
})();
