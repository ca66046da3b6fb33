// The telephone on the screen: asks for news once a second, sends what is written.
"use strict";
const list = document.getElementById("texts");
const field = document.getElementById("text");
const problem = document.getElementById("problem");
let last = 0;

function show(text) {
  const bubble = document.createElement("p");
  bubble.className = text.from === "you" ? "text you" : "text";
  bubble.textContent = text.text;
  if (text.from === "line") {
    const parts = document.createElement("small");
    parts.textContent = text.parts === 1 ? "1 part" : `${text.parts} parts`;
    bubble.append(parts);
  }
  list.append(bubble);
  list.scrollTop = list.scrollHeight;
}

async function news() {
  try {
    const answer = await fetch(`/dev/sms/texts?after=${last}`);
    for (const text of (await answer.json()).texts) {
      last = Math.max(last, text.at);
      show(text);
    }
    problem.hidden = true;
  } catch {
    problem.hidden = false;
  }
  setTimeout(news, 1000);
}

async function send(text, media) {
  try {
    const body = JSON.stringify({ text, media });
    const answer = await fetch("/dev/sms/texts", { method: "POST", headers: { "content-type": "application/json" }, body });
    problem.hidden = answer.ok;
  } catch {
    problem.hidden = false;
  }
}

document.getElementById("write").addEventListener("submit", (event) => {
  event.preventDefault();
  send(field.value, 0);
  field.value = "";
  field.focus();
});
document.getElementById("picture").addEventListener("click", () => send("", 1));
news();
