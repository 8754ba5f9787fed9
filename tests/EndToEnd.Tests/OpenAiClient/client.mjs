// A batch by OpenAI's own client, as its guide shows it, against the address in OPENAI_BASE_URL. Prints what it saw as one JSON object.
import fs from "node:fs";
import OpenAI, { APIError } from "openai";

const client = new OpenAI();
const file = await client.files.create({ file: fs.createReadStream(process.argv[2]), purpose: "batch" });
let batch = await client.batches.create({
  input_file_id: file.id,
  endpoint: "/v1/chat/completions",
  completion_window: "24h",
  metadata: { recipe: "extractive" },
});
const created = batch;
const deadline = Date.now() + 60_000;
while (!["completed", "failed", "expired", "cancelled"].includes(batch.status)) {
  if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(batch)}`);
  await new Promise((resolve) => setTimeout(resolve, 200));
  batch = await client.batches.retrieve(batch.id);
}

const lines = async (id) => (await (await client.files.content(id)).text()).trim().split("\n").map((line) => JSON.parse(line));
const refused = async (action) => {
  try {
    await action();
    return null;
  } catch (error) {
    if (!(error instanceof APIError)) throw error;
    return { status: error.status, code: error.code, message: error.message };
  }
};

const second = await client.batches.create({ input_file_id: file.id, endpoint: "/v1/chat/completions", completion_window: "24h" });
const listed = [];
for await (const entry of client.batches.list({ limit: 1 })) listed.push(entry.id);
const outputFile = await client.files.retrieve(batch.output_file_id);
const output = await lines(batch.output_file_id);
const errors = await lines(batch.error_file_id);
const deleted = await client.files.delete(batch.output_file_id);

console.log(JSON.stringify({
  file, created, batch, outputFile, output, errors, deleted,
  listed: listed.slice(0, 2), expectedList: [second.id, batch.id],
  gone: await refused(() => client.files.retrieve(batch.output_file_id)),
  finished: await refused(() => client.batches.cancel(batch.id)),
  wrongKey: await refused(() => new OpenAI({ apiKey: "pipeline-wrong" }).files.list()),
}));
