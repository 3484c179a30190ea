// Reads Avro records by their schema as a stranger would, and writes them again. Reads JSON from standard input:
// [{ schema, records: [hex] }]; writes [[hex]] to standard output.
import { readFileSync } from "node:fs";
import avro from "avsc";

const long = avro.types.LongType.__with({
  fromBuffer: (bytes) => bytes.readBigInt64LE(),
  toBuffer: (value) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value) => typeof value === "bigint",
  compare: (one, other) => (one === other ? 0 : one < other ? -1 : 1),
});

const cases = JSON.parse(readFileSync(0, "utf8"));
const written = cases.map(({ schema, records }) => {
  const typeHook = (part) => (part === "long" || part.type === "long" ? long : undefined);
  const type = avro.Type.forSchema(schema, { typeHook, wrapUnions: true });
  return records.map((hex) => type.toBuffer(type.fromBuffer(Buffer.from(hex, "hex"))).toString("hex").toUpperCase());
});
process.stdout.write(JSON.stringify(written));
