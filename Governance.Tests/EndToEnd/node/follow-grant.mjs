// Follows a grant with an EventSource that nobody here wrote. In: {url, token, rows}; out: what it was given until it had so many rows,
// or the stream's last event came. Where the connection ends before, the client comes back by itself, with Last-Event-ID.
import { readFileSync } from "node:fs";
import { EventSource } from "eventsource";

const { url, token, rows } = JSON.parse(readFileSync(0, "utf8"));
const seen = { opened: 0, grants: [], rows: [], ids: [], gaps: 0, end: null };
const source = new EventSource(url, {
  fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } }),
});
const done = () => {
  source.close();
  process.stdout.write(JSON.stringify(seen));
};
source.onopen = () => seen.opened++;
source.addEventListener("grant", (event) => {
  seen.grants.push(JSON.parse(event.data));
  process.stderr.write("open\n");
});
source.addEventListener("gap", () => seen.gaps++);
source.addEventListener("end", (event) => {
  seen.end = JSON.parse(event.data);
  done();
});
source.onmessage = (event) => {
  seen.rows.push(JSON.parse(event.data));
  seen.ids.push(event.lastEventId);
  if (seen.rows.length === rows) {
    done();
  }
};
