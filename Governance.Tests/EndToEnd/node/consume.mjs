// Reads events as a stranger would: decoded by the schema that the registry gives for each.
// Reads JSON from standard input: { sandbox, topic, count }; writes the events, as a list, to standard output.
import { readFileSync } from "node:fs";
import { SchemaRegistry } from "@kafkajs/confluent-schema-registry";
import kafkajs from "kafkajs";

const { sandbox, topic, count } = JSON.parse(readFileSync(0, "utf8"));
const { bootstrapServers, schemaRegistryUrl } = JSON.parse(readFileSync(sandbox, "utf8"));

const registry = new SchemaRegistry({ host: schemaRegistryUrl });
const kafka = new kafkajs.Kafka({
  clientId: "foreign-client",
  brokers: bootstrapServers.split(","),
  logLevel: kafkajs.logLevel.ERROR,
});
const consumer = kafka.consumer({ groupId: "foreign-client" });
await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
const events = [];
const done = new Promise((resolve) => {
  consumer.run({
    eachMessage: async ({ partition, message }) => {
      const value = await registry.decode(message.value);
      events.push({ partition, key: message.key.toString(), value });
      if (events.length >= count) resolve();
    },
  });
});
await done;
await consumer.disconnect();
const plain = (_, value) => (typeof value === "bigint" ? value.toString() : value);
process.stdout.write(JSON.stringify(events.slice(0, count), plain));
