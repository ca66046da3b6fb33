// Keeps an open inbox fresh and the waits right. Everything works without it, with a reload.
"use strict";
(() => {
  const EVERY = 5000; // milliseconds between two looks for news
  const MOST = 60000; // and at most, while the console cannot be reached
  const live = document.querySelector("[data-live]");
  const news = document.getElementById("news");
  const go = document.querySelector("[data-go]");
  if (go) go.click();

  const state = () => live.querySelector("[data-mark]").dataset;

  function words(minutes) {
    if (minutes < 1) return "just now";
    if (minutes < 60) return `${minutes} min`;
    if (minutes >= 2880) return `${Math.floor(minutes / 1440)} days`;
    const rest = minutes % 60 && minutes < 600 ? ` ${minutes % 60} min` : "";
    return `${Math.floor(minutes / 60)} h${rest}`;
  }

  function tick() {
    for (const one of document.querySelectorAll("[data-wait]")) {
      one.textContent = words(Math.floor((Date.now() - Date.parse(one.dateTime)) / 60000));
    }
  }

  function title() {
    const { count, urgent } = state();
    const plain = document.title.replace(/^\(\d+!?\) /, "");
    document.title = count === "0" ? plain : `(${count}${urgent === "0" ? "" : "!"}) ${plain}`;
  }

  // Where the keyboard was stays where it was, though the list around it is new.
  function place() {
    const at = document.activeElement;
    if (!live.contains(at)) return () => {};
    const name = at.getAttribute("href") || at.getAttribute("aria-label");
    return () => {
      const same = [...live.querySelectorAll("a, button")].find(
        (one) => (one.getAttribute("href") || one.getAttribute("aria-label")) === name);
      (same || document.getElementById("main")).focus();
    };
  }

  async function ask(address) {
    const answer = await fetch(address, { cache: "no-store", credentials: "same-origin" });
    if (answer.status === 401) location.reload(); // signed out: nothing stays on the screen
    if (!answer.ok) throw new Error("no answer");
    return answer.text();
  }

  async function renew() {
    const before = Number(state().count);
    const known = new Set([...live.querySelectorAll(".request h2 a")].map((one) => one.textContent));
    const list = await ask(`/staff/list?show=${encodeURIComponent(live.dataset.show)}`);
    const back = place();
    live.innerHTML = list; // our own page, escaped where it was made
    back();
    for (const one of live.querySelectorAll(".request")) {
      if (!known.has(one.querySelector("h2 a").textContent)) one.classList.add("fresh");
    }
    const more = Number(state().count) - before;
    news.textContent = more > 0 ? `${more} new in the inbox` : "The inbox has changed";
    title();
  }

  let pause = EVERY;
  async function look() {
    try {
      if (!document.hidden && (await ask("/staff/news")) !== state().mark) await renew();
      if (pause > EVERY) news.textContent = "The console answers again";
      pause = EVERY;
    } catch {
      if (pause === EVERY) news.textContent = "The console does not answer. It is tried again.";
      pause = Math.min(MOST, pause * 2);
    }
    setTimeout(look, pause);
  }

  setInterval(tick, 30000);
  if (live) {
    title();
    setTimeout(look, EVERY);
  }
  // "/" goes to the look-up, as on many pages; never while somebody writes.
  document.addEventListener("keydown", (event) => {
    const code = document.getElementById("code");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || !code) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) return;
    event.preventDefault();
    code.focus();
  });
})();
