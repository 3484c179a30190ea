// Reads an Arrow IPC stream with Apache's own reader for JavaScript.
// Reads the stream in base64 from standard input; writes { fields: ["name: type"], rows: [{ … }] }.
import { readFileSync } from "node:fs";
import { tableFromIPC } from "apache-arrow";

const table = tableFromIPC(Buffer.from(readFileSync(0, "utf8"), "base64"));
const plain = (type, value) => {
  if (value === null || value === undefined) return null;
  if (String(type).startsWith("Date32")) return new Date(Number(value)).toISOString();
  if (typeof value === "bigint") return value.toString();
  if (String(type).startsWith("Decimal")) return value.toString();
  if (typeof value.toArray === "function") return [...value.toArray()];
  return value;
};
const fields = table.schema.fields;
const rows = [...table].map((row) => Object.fromEntries(fields.map((field) => [field.name, plain(field.type, row[field.name])])));
process.stdout.write(JSON.stringify({ fields: fields.map((field) => `${field.name}: ${field.type}`), rows }));
