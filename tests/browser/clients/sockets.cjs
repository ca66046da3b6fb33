/* socket.io-client of one version over one transport: asks for a session, says what is given, prints what came. */
const [base, version, transport, session, ...messages] = process.argv.slice(2);
const module_ = require("socket.io-client-" + version);
const connect = module_.io || module_;
const socket = connect(base, { path: "/socket.io/", transports: [transport], reconnection: false, timeout: 5000 });
const heard = { connected: false, error: null, session: null, uttered: [] };

function end() {
  console.log(JSON.stringify(heard));
  process.exit(0);
}

socket.on("connect", () => {
  heard.connected = true;
  socket.emit("session_request", { session_id: session || null });
});
socket.on("connect_error", (error) => { heard.error = error.message; end(); });
socket.on("session_confirm", (id) => {
  heard.session = id;
  for (const message of messages) socket.emit("user_uttered", { message, session_id: id, customData: { language: "en" } });
  if (!messages.length) end();
});
socket.on("bot_uttered", (message) => {
  heard.uttered.push(message);
  setTimeout(end, 400);
});
setTimeout(end, 15000);
