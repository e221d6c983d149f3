// Every page of the guest's console in three languages: whole, readable, and nobody else's business.

import { after } from "node:test";
import { close } from "./stage.mjs";
import { pagesOf } from "./whole.mjs";

after(close);
pagesOf("guest");
