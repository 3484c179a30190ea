// Google's own BigQuery client against the stand-in. Reads {address, token, project}; writes what the client saw, for the test to judge.
import { BigQuery } from '@google-cloud/bigquery';
import { OAuth2Client } from 'google-auth-library';
import { readFileSync } from 'node:fs';

const { address, token, project } = JSON.parse(readFileSync(0, 'utf8'));
const authClient = new OAuth2Client();
authClient.setCredentials({ access_token: token, expiry_date: Date.now() + 3_600_000 });
const bigquery = new BigQuery({ projectId: project, apiEndpoint: address, authClient });
const seen = {};

const refusal = (error) => ({ code: error.code, reason: error.errors?.[0]?.reason, message: error.message.split('\n')[0] });
const refused = (promise) => promise.then(() => 'was not refused', refusal);

const [dataset] = await bigquery.createDataset('meters', { labels: { team: 'energy' } });
seen.duplicateDataset = await refused(bigquery.createDataset('meters'));
const [table] = await dataset.createTable('readings', {
  schema: {
    fields: [
      { name: 'id', type: 'INT64', mode: 'REQUIRED' },
      { name: 'name', type: 'STRING', description: 'who', policyTags: { names: ['projects/p/locations/eu/taxonomies/1/policyTags/2'] } },
      { name: 'happened', type: 'TIMESTAMP' },
      { name: 'day', type: 'DATE' },
      { name: 'cost', type: 'NUMERIC' },
      { name: 'tags', type: 'STRING', mode: 'REPEATED' },
      { name: 'place', type: 'RECORD', fields: [{ name: 'lat', type: 'FLOAT64' }, { name: 'code', type: 'BYTES' }] },
    ],
  },
  timePartitioning: { type: 'DAY', field: 'day' },
  clustering: { fields: ['id'] },
});
await table.insert([
  {
    id: 1,
    name: 'Ada',
    happened: bigquery.timestamp('2026-01-02T03:04:05.678901Z'),
    day: bigquery.date('2026-01-02'),
    cost: '1.25',
    tags: ['a', 'b'],
    place: { lat: 51.5, code: Buffer.from('xyz') },
  },
  { id: 2, name: 'Bob', tags: [] },
]);
seen.insertErrors = await table.insert([{ id: 3, nope: 1 }]).then(
  () => 'was not refused',
  (error) => ({ name: error.name, reason: error.errors?.[0]?.errors?.[0]?.reason }),
);
const [listed] = await table.getRows();
seen.listed = listed.map((row) => ({ id: row.id, at: row.happened?.value, day: row.day?.value, tags: row.tags, code: row.place?.code?.toString() }));

const [rows] = await bigquery.query({
  query:
    'SELECT id, name, happened AS seen_at, cost, (SELECT AS STRUCT place.lat AS lat) AS p, @who.name AS who FROM `meters.readings` WHERE id IN UNNEST(@ids) AND happened <= @until ORDER BY id',
  params: { ids: [1, 2], who: { name: 'me' }, until: bigquery.timestamp('2026-01-02T03:04:06Z') },
});
seen.rows = rows.map((row) => ({ ...row, seen_at: row.seen_at.value, cost: String(row.cost) }));

seen.streaming = await refused(bigquery.query('DELETE FROM `meters.readings` WHERE id = 1'));
await bigquery.query("INSERT INTO meters.readings (id, name) SELECT n, CONCAT('n', n) FROM UNNEST(GENERATE_ARRAY(100, 149)) AS n");
const [job] = await bigquery.createQueryJob({
  query: 'UPDATE `meters.readings` SET name = @name WHERE id >= 140',
  params: { name: 'late' },
  jobId: 'chosen-1',
  labels: { feature: 'erasure' },
  maximumBytesBilled: '100000000',
});
await job.getQueryResults();
const [metadata] = await job.getMetadata();
seen.dml = {
  id: metadata.jobReference.jobId,
  state: metadata.status.state,
  type: metadata.statistics.query.statementType,
  stats: metadata.statistics.query.dmlStats,
  labels: metadata.configuration.labels,
  tables: metadata.statistics.query.referencedTables.map((it) => it.tableId),
};
seen.duplicateJob = await refused(bigquery.createQueryJob({ query: 'SELECT 1', jobId: 'chosen-1' }));

const [pageJob] = await bigquery.createQueryJob('SELECT id FROM `meters.readings` WHERE id >= 100 ORDER BY id');
let request = { maxResults: 20, autoPaginate: false };
seen.pages = [];
while (request) {
  const [page, next] = await pageJob.getQueryResults(request);
  seen.pages.push(page.length);
  request = next;
}

const [dry] = await bigquery.createQueryJob({ query: 'SELECT name FROM `meters.readings`', dryRun: true });
seen.dry = { bytes: Number(dry.metadata.statistics.totalBytesProcessed) > 0, type: dry.metadata.statistics.query.statementType };
seen.cost = await refused(bigquery.query({ query: 'SELECT name FROM `meters.readings`', maximumBytesBilled: '1' }));
seen.syntax = await refused(bigquery.query('SELEC 1'));
seen.missing = await refused(bigquery.query('SELECT * FROM `meters.nowhere`'));
seen.noTable = await refused(dataset.table('nowhere').getMetadata());

const [shared] = await bigquery.createDataset('shared');
const [view] = await shared.createTable('names', { view: 'SELECT name FROM `meters.readings`' });
const [meters] = await dataset.getMetadata();
const access = [...meters.access, { view: { projectId: project, datasetId: 'shared', tableId: 'names' } }];
await dataset.setMetadata({ access });
seen.access = (await dataset.getMetadata())[0].access.filter((entry) => entry.view).map((entry) => entry.view.tableId);
seen.view = (await view.getMetadata())[0].view.useLegacySql;
await table.setMetadata({ labels: { subject: 'yes' }, schema: { fields: [...(await table.getMetadata())[0].schema.fields, { name: 'extra', type: 'STRING' }] } });
const [widened] = await table.getMetadata();
seen.widened = { fields: widened.schema.fields.length, label: widened.labels.subject, type: widened.schema.fields[0].type };
seen.tables = (await dataset.getTables())[0].map((it) => it.id);
await shared.delete({ force: true });
seen.gone = (await shared.exists())[0];
process.stdout.write(JSON.stringify(seen));
