// Produces events as a stranger would: the schema registered, records serialized and sent by clients that nobody here wrote.
// Reads JSON from standard input: { sandbox, topic, schema, key, events }; writes { id, sent } to standard output.
import { readFileSync } from "node:fs";
import { SchemaRegistry, SchemaType } from "@kafkajs/confluent-schema-registry";
import kafkajs from "kafkajs";

const { sandbox, topic, schema, key, events } = JSON.parse(readFileSync(0, "utf8"));
const { bootstrapServers, schemaRegistryUrl } = JSON.parse(readFileSync(sandbox, "utf8"));

const registry = new SchemaRegistry({ host: schemaRegistryUrl });
const { id } = await registry.register(
  { type: SchemaType.AVRO, schema: JSON.stringify(schema) },
  { subject: `${topic}-value` },
);

const kafka = new kafkajs.Kafka({
  clientId: "foreign-client",
  brokers: bootstrapServers.split(","),
  logLevel: kafkajs.logLevel.ERROR,
});
const producer = kafka.producer({
  allowAutoTopicCreation: true,
  createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
});
await producer.connect();
const messages = await Promise.all(
  events.map(async (event) => ({ key: event[key], value: await registry.encode(id, event) })),
);
await producer.send({ topic, messages });
await producer.disconnect();
process.stdout.write(JSON.stringify({ id, sent: messages.length }));
