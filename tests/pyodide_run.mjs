// Runs Python in Pyodide: node pyodide_run.mjs FOLDER, where FOLDER is that of the npm package. Standard input is JSON:
// `archives` to unpack where Python looks for packages, `script`, and `argument`, which the script finds as the text of
// its JSON. Standard output is the text that the script's last line gives.
import { readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const folder = process.argv[2];
const job = JSON.parse(readFileSync(0, "utf8"));
try {
  const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")).href);
  const pyodide = await loadPyodide({ indexURL: join(folder, "/"), stdout: console.error });
  for (const archive of job.archives) pyodide.unpackArchive(new Uint8Array(readFileSync(archive)), "zip");
  pyodide.globals.set("argument", JSON.stringify(job.argument));
  const answer = Buffer.from(await pyodide.runPythonAsync(job.script), "utf8");
  for (let sent = 0; sent < answer.length; ) sent += writeSync(1, answer, sent);
} catch (error) {
  // not the error itself: node would print Pyodide's whole source line
  console.error(error.message);
  process.exitCode = 1;
}
