// Reads rows by their descriptor with a foreign implementation of protobuf: {descriptor, rows}, both base64; writes the rows as JSON.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const within = createRequire(path.join(path.dirname(require.resolve('google-gax')), 'index.js'));
const protobuf = within('protobufjs');
const descriptor = within('protobufjs/ext/descriptor');
const input = JSON.parse(readFileSync(0, 'utf8'));
const message = descriptor.DescriptorProto.decode(Buffer.from(input.descriptor, 'base64'));
const root = protobuf.Root.fromDescriptor(
  descriptor.FileDescriptorSet.create({ file: [{ name: 'row.proto', syntax: 'proto2', messageType: [message] }] }),
);
root.resolveAll();
const type = root.lookupType(message.name);
const rows = input.rows.map((row) =>
  type.toObject(type.decode(Buffer.from(row, 'base64')), { longs: String, bytes: String, json: true }),
);
process.stdout.write(JSON.stringify(rows));
