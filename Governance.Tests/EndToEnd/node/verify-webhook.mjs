// Verifies webhooks as a recipient would: by the library of the Standard Webhooks project, which nobody here wrote.
// Reads JSON from standard input: { secret, calls: [{ id, timestamp, signature, body }] }; writes for each whether it is genuine, and
// whether it still is with one letter of the body altered.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const { secret, calls } = JSON.parse(readFileSync(0, "utf8"));
const webhook = new Webhook(secret);
const verify = ({ id, timestamp, signature, body }) => {
  // The library refuses what is older than five minutes; the tests' clock stands elsewhere.
  Date.now = () => Number(timestamp) * 1000;
  try {
    webhook.verify(body, { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature });
    return true;
  } catch {
    return false;
  }
};
process.stdout.write(
  JSON.stringify(
    calls.map((call) => ({ genuine: verify(call), altered: verify({ ...call, body: call.body.replace("customer", "customes") }) })),
  ),
);
