/* What stays in this browser: the token, shared by tabs; unsent words and the draft, in this tab only. No cookies. */

const TOKEN = "front-door.token", SAID = "front-door.said";
const UNSENT = "front-door.unsent", DRAFT = "front-door.draft", OPEN = "front-door.open";

/* Where a browser refuses storage (private windows do, on pages of another site), memory stands in: the chat works
   and ends with the page. The page itself is never given the token to keep: its other scripts could read it. */
function store(name) {
  try {
    const real = window[name];
    real.setItem("front-door.probe", "1");
    real.removeItem("front-door.probe");
    return real;
  } catch {
    const memory = new Map();
    return {
      memory,
      getItem: (key) => memory.get(key) ?? null,
      setItem: (key, value) => memory.set(key, value),
      removeItem: (key) => memory.delete(key),
    };
  }
}

const shared = store("localStorage"), own = store("sessionStorage");

function put(where, key, value) {
  try {
    if (value) where.setItem(key, value); else where.removeItem(key);
  } catch { /* full: the words stay in memory and on the screen */ }
}

/* Storage may also be taken away while the page is open. */
function got(where, key) {
  try {
    return where.getItem(key);
  } catch {
    return null;
  }
}

export const kept = {
  get lasting() { return !shared.memory; },
  get token() { return got(shared, TOKEN); },
  set token(value) { put(shared, TOKEN, value); },
  get draft() { return got(own, DRAFT) || ""; },
  set draft(value) { put(own, DRAFT, value); },
  get open() { return got(own, OPEN) === "1"; },
  set open(value) { put(own, OPEN, value ? "1" : ""); },
  get unsent() {
    try {
      return JSON.parse(got(own, UNSENT) || "[]");
    } catch {
      return [];
    }
  },
  set unsent(list) { put(own, UNSENT, list.length ? JSON.stringify(list) : ""); },

  /* Tell other tabs that something was said: a number, never words. */
  touch() { put(shared, SAID, String(Date.now()) + Math.random()); },

  /* Nothing stays; other tabs hear `why`: "erased", "ended" or "left". A token that another tab began since stays. */
  forget(why, token) {
    for (const key of [UNSENT, DRAFT, OPEN]) put(own, key, "");
    if (token && kept.token && kept.token !== token) return;
    put(shared, SAID, why);
    put(shared, TOKEN, "");
    put(shared, SAID, "");
  },

  /* `onToken(token, why)` when another tab began, ended, erased or left the chat; `onSaid()` when it said something. */
  watch(onToken, onSaid) {
    let why = "";
    window.addEventListener("storage", (event) => {
      if (event.key === TOKEN) onToken(event.newValue, why);
      if (event.key !== SAID || !event.newValue) return;
      why = /^\d/.test(event.newValue) ? "" : event.newValue;
      if (!why) onSaid();
    });
  },
};
