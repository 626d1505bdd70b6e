// The careless client as the kit's lying host drives it.

import { serveCommands } from "@meldpunt/kit/commands";

import { CARELESS } from "./careless-client.js";

await serveCommands(CARELESS);
process.exit();
