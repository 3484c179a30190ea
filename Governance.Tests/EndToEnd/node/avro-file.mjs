// Reads and writes Avro object container files as a stranger would. Reads JSON from standard input:
// { write: path, schema, codec, records }, or { read: path }, which writes { codec, records } to standard output.
import { readFileSync } from "node:fs";
import { finished } from "node:stream/promises";
import avro from "avsc";

const order = JSON.parse(readFileSync(0, "utf8"));
if (order.write) {
  const encoder = avro.createFileEncoder(order.write, order.schema, { codec: order.codec, blockSize: 512 });
  for (const record of order.records) encoder.write(record);
  encoder.end();
  await finished(encoder);
  process.stdout.write("{}");
} else {
  const records = [];
  let codec;
  const decoder = avro.createFileDecoder(order.read);
  decoder.on("metadata", (_, name) => (codec = name));
  for await (const record of decoder) records.push(record);
  process.stdout.write(JSON.stringify({ codec, records }));
}
