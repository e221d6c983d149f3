// Every page of the host's console in three languages: whole, readable, and nobody else's business.

import { after } from "node:test";
import { close } from "./stage.mjs";
import { pagesOf } from "./whole.mjs";

after(close);
pagesOf("host");
