// Google's own Storage Write client against the stand-in. Reads {grpc, table}; writes what the client saw.
import { adapt, managedwriter } from '@google-cloud/bigquery-storage';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

// The gRPC library that the client itself uses.
const require = createRequire(import.meta.url);
const grpc = createRequire(path.join(path.dirname(require.resolve('google-gax')), 'index.js'))('@grpc/grpc-js');
const { grpc: address, table } = JSON.parse(readFileSync(0, 'utf8'));
const { hostname, port } = new URL(address);
const client = new managedwriter.WriterClient({
  projectId: 'test-project',
  apiEndpoint: hostname,
  port: Number(port),
  sslCreds: grpc.credentials.createInsecure(),
});
const seen = {};

const stream = await client.createWriteStreamFullResponse({
  streamType: managedwriter.CommittedStream,
  destinationTable: table,
});
seen.type = stream.type;
const connection = await client.createStreamConnection({ streamId: stream.name });
const schema = adapt.convertStorageSchemaToProto2Descriptor(stream.tableSchema, 'root');
const writer = new managedwriter.JSONWriter({ connection, protoDescriptor: schema });

const append = async (rows, offset) => {
  const result = await writer.appendRows(rows, offset).getResult();
  return result.error ? { code: result.error.code } : { offset: Number(result.appendResult.offset.value) };
};
seen.first = await append([{ id: 100, name: 'Ada' }, { id: 101 }], 0);
seen.again = await append([{ id: 100, name: 'Ada' }, { id: 101 }], 0).catch((error) => ({ code: error.code }));
seen.gap = await append([{ id: 105 }], 9).catch((error) => ({ code: error.code }));
seen.next = await append([{ id: 102, region: 'north' }], 2).catch((error) => ({ code: error.code, message: error.message }));
seen.rows = Number((await connection.finalize()).rowCount);
writer.close();
client.close();
process.stdout.write(JSON.stringify(seen));
