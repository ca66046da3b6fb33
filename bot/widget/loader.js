/* Puts the chat on any page: one frame of our own origin, which the page's styles and policy cannot reach into. */
(function () {
  "use strict";
  var script = document.currentScript;
  if (!script || window.frontDoorChat) return;
  var origin = new URL(script.src).origin;
  var given = script.dataset;
  var language = (given.language || document.documentElement.lang || "en").slice(0, 2).toLowerCase() === "es" ? "es" : "en";
  var titles = "{{titles}}";
  var narrow = window.matchMedia("(max-width: 480px), (max-height: 480px)");
  var frame, opener, answered, open = false, size = { width: 320, height: 88 }, tries = 0;

  // Set one by one through CSSOM: needs no `unsafe-inline`, and `important` here beats every rule of the page.
  function style(rules) {
    for (var name in rules) frame.style.setProperty(name, rules[name], "important");
  }

  function place() {
    var full = open && narrow.matches, side = given.side === "left" ? "left" : "right";
    var view = window.visualViewport, typed = full && view && Math.abs(view.scale - 1) < 0.05;
    style({
      all: "initial", position: "fixed", "z-index": "2147483647", border: "0", margin: "0", padding: "0", display: "block",
      "color-scheme": "light dark", background: "transparent", "max-width": "none", "max-height": "none", overflow: "hidden",
      visibility: answered ? "visible" : "hidden", left: "auto", right: "auto", top: "auto", bottom: "auto",
      "border-radius": open && !full ? "16px" : "0",
      "box-shadow": open && !full ? "0 12px 48px rgba(20, 30, 28, .28)" : "none"
    });
    if (full) {
      style({ left: "0", top: (typed ? view.offsetTop : 0) + "px", width: "100%", height: typed ? view.height + "px" : "100%" });
    } else {
      var rules = { bottom: open ? "20px" : "4px", width: (open ? 400 : size.width) + "px",
        height: open ? "min(680px, calc(100vh - 40px))" : size.height + "px" };
      rules[side] = open ? "20px" : "4px";
      style(rules);
    }
    tell({ kind: "full", full: full });
  }

  function tell(message) {
    if (answered || message.kind === "hello") frame.contentWindow.postMessage(Object.assign({ frontDoor: 1 }, message), origin);
  }

  function leave(to) {
    document.documentElement.style.setProperty("display", "none", "important");
    window.location.replace(/^https?:\/\//.test(to) ? to : "about:blank");
  }

  function heard(event) {
    var message = event.data;
    if (!frame || event.origin !== origin || event.source !== frame.contentWindow || !message || message.frontDoor !== 1) return;
    if (message.kind === "leave") leave(String(message.to));
    if (message.kind !== "size") return;
    var closing = open && !message.open;
    answered = true;
    open = message.open === true;
    size = { width: Math.min(+message.width || 0, 400), height: Math.min(+message.height || 0, 200) };
    place();
    if (closing && opener && opener.isConnected) { opener.focus(); opener = null; }
  }

  function hello() {
    tell({ kind: "hello", language: language, color: given.color || "", greeting: given.greeting || "",
      open: given.open === "true", full: narrow.matches });
    window.setTimeout(function () {
      if (!answered) { tries += 1; frame.src = frame.src; }
    }, Math.min(60, 8 << tries) * 1000);
  }

  function show(from) {
    if (!answered) return false;
    opener = from || null;
    tell({ kind: "open" });
    frame.focus();
    return true;
  }

  // A button or link of the page with `data-chat-open` opens the chat; without the chat a link still does what it says.
  document.addEventListener("click", function (event) {
    var from = event.target.closest && event.target.closest("[data-chat-open]");
    if (from && show(from)) event.preventDefault();
  });

  function start() {
    frame = document.createElement("iframe");
    frame.title = titles[language];
    frame.referrerPolicy = "no-referrer";
    frame.src = origin + "/widget/frame.html";
    frame.addEventListener("load", hello);
    window.addEventListener("message", heard);
    narrow.addEventListener("change", place);
    if (window.visualViewport) {
      window.visualViewport.addEventListener("resize", place);
      window.visualViewport.addEventListener("scroll", place);
    }
    place();
    document.documentElement.appendChild(frame);
    // Above everything, whatever the page does with transforms and layers.
    if (frame.showPopover) { frame.popover = "manual"; frame.showPopover(); }
  }

  window.frontDoorChat = { open: function () { show(document.activeElement); } };
  if (document.readyState === "complete") start(); else window.addEventListener("load", start);
})();
