/** Keeps zod from trying whether text can be evaluated, which the page's policy forbids. It is loaded before schemas are made. */
import * as z from "zod";

z.config({ jitless: true });
