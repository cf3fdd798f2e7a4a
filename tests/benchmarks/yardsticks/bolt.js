// What people would pick instead: @slack/bolt with its HTTPReceiver. `node bolt.js sqlite|sqlite-default|pg`
// keeps each event in one commit, then acknowledges it. Prints its port.
const { App, HTTPReceiver, LogLevel } = require("@slack/bolt");

function keeperOf(kind) {
  if (kind === "pg") {
    const { Pool } = require("pg");
    const pool = new Pool({ connectionString: process.env.PG_ADDRESS });
    const text = "INSERT INTO bolt_events (id, body) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    const made = pool.query("CREATE TABLE IF NOT EXISTS bolt_events (id TEXT PRIMARY KEY, body TEXT NOT NULL)");
    return { ready: made, keep: (id, body) => pool.query({ name: "keep", text, values: [id, body] }) };
  }
  const Database = require("better-sqlite3");
  const db = new Database(process.env.SQLITE_FILE);
  if (kind === "sqlite") {
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
  }
  db.exec("CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, body TEXT NOT NULL)");
  const insert = db.prepare("INSERT INTO events (id, body) VALUES (?, ?) ON CONFLICT DO NOTHING");
  return { ready: Promise.resolve(), keep: async (id, body) => insert.run(id, body) };
}

(async () => {
  const keeper = keeperOf(process.argv[2]);
  await keeper.ready;
  const receiver = new HTTPReceiver({
    signingSecret: process.env.SLACK_SIGNING_SECRET,
    endpoints: "/slack/events",
    processBeforeResponse: true, // else an event is acknowledged before it is kept
    logLevel: LogLevel.ERROR,
  });
  const app = new App({
    receiver,
    token: process.env.SLACK_BOT_TOKEN,
    clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
    processBeforeResponse: true,
    ignoreSelf: false,
    logLevel: LogLevel.ERROR,
  });
  app.event("message", async ({ body }) => {
    await keeper.keep(body.event_id, JSON.stringify(body));
  });
  const server = await app.start({ port: Number(process.env.PORT || 0), host: "127.0.0.1" });
  console.log(server.address().port);
})();
