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

export const kept = {
  get lasting() { return !shared.memory; },
  get token() { return shared.getItem(TOKEN); },
  set token(value) { put(shared, TOKEN, value); },
  get draft() { return own.getItem(DRAFT) || ""; },
  set draft(value) { put(own, DRAFT, value); },
  get open() { return own.getItem(OPEN) === "1"; },
  set open(value) { put(own, OPEN, value ? "1" : ""); },
  get unsent() {
    try {
      return JSON.parse(own.getItem(UNSENT) || "[]");
    } catch {
      return [];
    }
  },
  set unsent(list) { put(own, UNSENT, list.length ? JSON.stringify(list) : ""); },

  /* Tell other tabs that something was said: a number, never words. */
  touch() { put(shared, SAID, String(Date.now()) + Math.random()); },

  forget() {
    for (const key of [UNSENT, DRAFT, OPEN]) put(own, key, "");
    put(shared, TOKEN, "");
    put(shared, SAID, "");
  },

  /* `onToken(token)` when another tab began, ended or erased the chat; `onSaid()` when it said something. */
  watch(onToken, onSaid) {
    window.addEventListener("storage", (event) => {
      if (event.key === TOKEN) onToken(event.newValue);
      if (event.key === SAID && event.newValue) onSaid();
    });
  },
};
