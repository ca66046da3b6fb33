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
  var frame, opener, answered, open = false, size = { width: 0, height: 0 }, tries = 0, left = given.side === "left";

  // Styles are set one by one through CSSOM: needs no `unsafe-inline`, and `important` here beats every rule of the page.
  // The frame never moves: closed, it is clipped to its button, and what is clipped can be clicked through. So neither
  // loading nor opening shifts anything.
  function place() {
    var full = narrow.matches, view = window.visualViewport;
    var typing = open && full && view && Math.abs(view.scale - 1) < 0.05;
    var across = "calc(100% - " + size.width + "px)", down = "calc(100% - " + size.height + "px)";
    var rules = {
      all: "initial", position: "fixed", "z-index": "2147483647", border: "0", margin: "0", padding: "0", display: "block",
      "color-scheme": "light dark", background: "transparent", "max-width": "none", "max-height": "none", overflow: "hidden",
      visibility: answered ? "visible" : "hidden", left: "auto", right: "auto", top: "auto", bottom: "auto",
      "clip-path": open ? "none" : "inset(" + down + (left ? " " + across + " 0 0)" : " 0 0 " + across + ")"),
      "border-radius": open && !full ? "16px" : "0",
      "box-shadow": open && !full ? "0 12px 48px rgba(20, 30, 28, .28)" : "none"
    };
    if (full) {
      rules.left = "0";
      rules.top = (typing ? view.offsetTop : 0) + "px";
      rules.width = "100%";
      rules.height = typing ? view.height + "px" : "100%";
    } else {
      rules.bottom = rules[left ? "left" : "right"] = "16px";
      rules.width = "400px";
      rules.height = "min(680px, calc(100vh - 32px))";
    }
    for (var name in rules) frame.style.setProperty(name, rules[name], "important");
    tell({ kind: "full", full: full });
  }

  function tell(message) {
    if (!answered && message.kind !== "hello") return;
    frame.contentWindow.postMessage(Object.assign({ frontDoor: 1 }, message), origin);
  }

  function leave(to) {
    document.documentElement.style.setProperty("display", "none", "important");
    window.location.replace(/^https?:\/\//.test(to) ? to : "about:blank");
  }

  function heard(event) {
    var message = event.data;
    if (!frame || event.origin !== origin || event.source !== frame.contentWindow) return;
    if (!message || message.frontDoor !== 1) return;
    if (message.kind === "leave") leave(String(message.to));
    if (message.kind !== "size") return;
    var closing = open && !message.open;
    answered = true;
    open = message.open === true;
    if (!open) size = { width: Math.min(+message.width || 0, 400), height: Math.min(+message.height || 0, 200) };
    place();
    if (closing && opener && opener.isConnected) { opener.focus(); opener = null; }
  }

  function hello() {
    tell({ kind: "hello", language: language, color: given.color || "", greeting: given.greeting || "",
      side: left ? "left" : "right", open: given.open === "true", full: narrow.matches });
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
