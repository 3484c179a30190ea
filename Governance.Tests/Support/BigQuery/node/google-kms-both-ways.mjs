// Google's own Cloud KMS client opens what another client encrypted, and encrypts what it is to open. Reads {address, token, key,
// ciphertext, plaintext, data}, the last three in base64; writes {plaintext, ciphertext}.
import { KeyManagementServiceClient } from '@google-cloud/kms';
import { OAuth2Client } from 'google-auth-library';
import { readFileSync } from 'node:fs';

const { address, token, key, ciphertext, plaintext, data } = JSON.parse(readFileSync(0, 'utf8'));
const authClient = new OAuth2Client();
authClient.setCredentials({ access_token: token, expiry_date: Date.now() + 3_600_000 });
const { hostname, port } = new URL(address);
const client = new KeyManagementServiceClient({ authClient, fallback: true, protocol: 'http', apiEndpoint: hostname, port: Number(port) });
const additionalAuthenticatedData = Buffer.from(data, 'base64');

const [opened] = await client.decrypt({ name: key, ciphertext: Buffer.from(ciphertext, 'base64'), additionalAuthenticatedData });
const [sealed] = await client.encrypt({ name: key, plaintext: Buffer.from(plaintext, 'base64'), additionalAuthenticatedData });
process.stdout.write(
  JSON.stringify({
    plaintext: Buffer.from(opened.plaintext).toString('base64'),
    ciphertext: Buffer.from(sealed.ciphertext).toString('base64'),
  }),
);
