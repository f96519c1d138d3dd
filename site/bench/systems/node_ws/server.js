// The chat of the documentation of ws: what one reader sends, every reader gets, in one frame each.
// Without compression, and on one thread, as the other systems. Run: node server.js <port>

import { WebSocketServer } from "ws";

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.argv[2]),
  perMessageDeflate: false,
});

server.on("connection", (reader) => {
  reader.on("message", (text) => {
    for (const each of server.clients) {
      each.send(text, { binary: false });
    }
  });
});
