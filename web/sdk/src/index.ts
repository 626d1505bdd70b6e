/** A client of Meldpunt: everything that a frontend needs. */

export { REASONS, type Reason, RefusedError } from "./protocol/verify/errors.js";
